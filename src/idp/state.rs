//! The state that all handlers of the provider share.

use std::{
    ops::Deref,
    sync::{Arc, Weak},
};

use crate::{
    idp::{
        background::Background,
        cookies::Cookies,
        federation::issuers::Issuers,
        keys::{cache::Keys, ring::KeyRing},
        mail::outbox::Outbox,
        management::limits::Limits,
        mode::Mode,
        outbound::Outbound,
        password::Passwords,
    },
    kernel::{
        client_address::TrustedProxies,
        clock::Clock,
        database::Database,
        metrics::{Limit, Metrics, Service},
        random::Random,
        sealer::Sealer,
        unix_time::UnixTime,
    },
};

/// A running provider. Clones share the same state.
#[derive(Clone)]
pub struct Idp(Arc<State>);

/// Fields of [`Idp`], which dereferences to this type.
#[derive(Clone)]
pub struct State {
    pub(super) issuer: url::Url,
    pub(super) mode: Mode,
    pub(super) metrics: Metrics,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) sealer: Sealer,
    pub(super) database: Database,
    pub(super) keys: Arc<Keys>,
    pub(super) passwords: Passwords,
    pub(super) cookies: Cookies,
    pub(super) trusted_proxies: TrustedProxies,
    pub(super) limits: Arc<Limits>,
    pub(super) issuers: Arc<Issuers>,
    pub(super) outbound: Outbound,
    pub(super) outbox: Arc<Outbox>,
    pub(super) background: Arc<Background>,
}

impl Idp {
    pub(super) fn new(state: State) -> Self {
        Self(Arc::new(state))
    }

    /// Returns a weak reference, for background tasks that must not keep the provider in memory.
    pub(super) fn downgrade(&self) -> Weak<State> {
        Arc::downgrade(&self.0)
    }

    pub(super) fn upgrade(state: &Weak<State>) -> Option<Self> {
        state.upgrade().map(Self)
    }

    pub(super) fn now(&self) -> UnixTime {
        UnixTime::now(&self.clock)
    }

    /// Returns the same provider, which counts in `metrics`.
    #[must_use]
    pub fn with_metrics(&self, metrics: Metrics) -> Self {
        let mut state = State::clone(self);
        state.metrics = metrics;
        Self::new(state)
    }

    /// Returns the provider's database, for its metrics.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Counts a refusal if `counted` is one.
    pub(super) fn count_refusal<T, E>(&self, limit: Limit, counted: &Result<T, E>) {
        if counted.is_err() {
            self.metrics.count_refusal(Service::Provider, limit);
        }
    }

    /// Returns the cached signing keys.
    pub(super) fn keys(&self) -> Arc<KeyRing> {
        self.keys.current()
    }

    /// Returns the audience of the Management API, with a trailing slash as in Auth0.
    pub(super) fn management_audience(&self) -> String {
        format!("{}api/v2/", self.issuer)
    }

    /// Returns the absolute address of `path`, which has no leading slash.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Returns host and port as browsers display them.
    pub(super) fn host(&self) -> &str {
        &self.issuer[url::Position::BeforeHost..url::Position::AfterPort]
    }
}

impl Deref for Idp {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl std::fmt::Debug for Idp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idp").field("issuer", &self.issuer.as_str()).finish_non_exhaustive()
    }
}
