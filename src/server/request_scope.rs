//! The scope of the current request: its id, the span of its log lines, and the time zone of its browser.
//!
//! `http::request_id` runs every request in its scope. A spawned task is outside the scope. Leptos spawns the server
//! functions that it calls while it renders a page, so `web::request` restores the scope for them.

use std::sync::{Arc, Once};

use tracing::{Instrument as _, Span};

use crate::kernel::time_zone::TimeZone;

tokio::task_local! {
    static CURRENT: RequestScope;
}

/// The scope of one request.
#[derive(Clone, Debug)]
pub struct RequestScope {
    id: Arc<str>,
    span: Span,
    time_zone: Option<TimeZone>,
    /// Ensures that the organization is recorded once: recording it again would repeat the field in log lines.
    organization: Arc<Once>,
}

impl RequestScope {
    /// Creates the scope of the request `id`, whose log lines belong to `span` and whose browser is in `time_zone`.
    #[must_use]
    pub fn new(id: &str, span: Span, time_zone: Option<TimeZone>) -> Self {
        Self { id: id.into(), span, time_zone, organization: Arc::new(Once::new()) }
    }

    /// Id of the request.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The time zone of the browser, if it has said it.
    #[must_use]
    pub const fn time_zone(&self) -> Option<TimeZone> {
        self.time_zone
    }

    /// Runs `work` in the scope.
    pub async fn run<T>(self, work: impl Future<Output = T>) -> T {
        let span = self.span.clone();
        CURRENT.scope(self, work).instrument(span).await
    }
}

/// Marks the request of a form without scripts, in its extensions: the browser expects a page.
#[derive(Clone, Copy, Debug)]
pub struct PlainForm;

/// Returns the id of the current request; `-` outside of a request.
#[must_use]
pub fn current_id() -> String {
    CURRENT.try_with(|scope| scope.id.to_string()).unwrap_or_else(|_| "-".to_owned())
}

/// Returns the time zone of the browser of the current request; `None` if it has not said it, and outside of a request.
#[must_use]
pub fn time_zone() -> Option<TimeZone> {
    CURRENT.try_with(RequestScope::time_zone).ok().flatten()
}

/// Adds the organization to the later log lines of the request. Does nothing outside of a request.
pub fn record_organization(slug: &str) {
    _ = CURRENT.try_with(|scope| scope.organization.call_once(|| _ = scope.span.record("org", slug)));
}
