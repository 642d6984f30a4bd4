//! Loads the data of a page and renders it.

use std::{pin::Pin, sync::Arc, time::Duration};

use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use super::error_page::ErrorPage;
use crate::domain::errors::AppError;

/// The delay between two requests of [`PageResource::poll_while`].
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Awaits the data and renders it. Called again when the data has changed.
type Loader = Box<dyn Fn() -> Pin<Box<dyn Future<Output = AnyView> + Send>> + Send + Sync>;

/// Data that a page, or a part of it, loads with a server function.
///
/// The server awaits it before it sends the page, because the page's status and title depend on it. The browser shows the
/// previous data until new data has arrived.
pub struct PageResource<T>(Resource<Result<T, AppError>>)
where
    T: Send + Sync + 'static;

impl<T: Send + Sync + 'static> Clone for PageResource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for PageResource<T> {}

impl<T> PageResource<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    /// Loads `fetch(key())`, and again when the key has changed.
    pub fn new<K, F>(
        key: impl Fn() -> K + Send + Sync + 'static,
        fetch: impl Fn(K) -> F + Send + Sync + 'static,
    ) -> Self
    where
        K: PartialEq + Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        Self(Resource::new_blocking(key, fetch))
    }

    /// Loads the data again.
    pub fn refetch(self) {
        self.0.refetch();
    }

    /// Loads the data again every second while `should_poll` returns `true` for it. In the browser only.
    pub fn poll_while(self, should_poll: fn(&T) -> bool) {
        let Self(resource) = self;
        Effect::new(move |_| {
            let continues = resource.with(|loaded| matches!(loaded, Some(Ok(data)) if should_poll(data)));
            if continues && let Ok(timer) = set_timeout_with_handle(move || resource.refetch(), POLL_INTERVAL) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    /// Whether the last request failed. Subscribes to changes.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.0.with(|loaded| matches!(loaded, Some(Err(_))))
    }

    /// Renders a whole page. An error is shown as an error page, with its status.
    pub fn render_page<V: IntoView + 'static>(self, view: impl Fn(T) -> V + Send + Sync + 'static) -> AnyView {
        self.render(move |loaded| match loaded {
            Ok(data) => view(data).into_any(),
            Err(error) => error_page(error),
        })
    }

    /// Renders a section of a page. An error is shown in its place.
    pub fn render_section<V: IntoView + 'static>(self, view: impl Fn(T) -> V + Send + Sync + 'static) -> AnyView {
        self.render(move |loaded| match loaded {
            Ok(data) => view(data).into_any(),
            Err(error) => error_notice(&error),
        })
    }

    /// Renders something that the page can do without. After an error, `view` gets the default.
    pub fn render_or_default<V: IntoView + 'static>(self, view: impl Fn(T) -> V + Send + Sync + 'static) -> AnyView
    where
        T: Default,
    {
        self.render(move |loaded| view(loaded.unwrap_or_default()))
    }

    /// Renders the data or the error.
    pub fn render<V: IntoView + 'static>(
        self,
        view: impl Fn(Result<T, AppError>) -> V + Send + Sync + 'static,
    ) -> AnyView {
        let Self(resource) = self;
        let view = Arc::new(view);
        transition(Box::new(move || {
            let view = Arc::clone(&view);
            Box::pin(async move { view(load_once(resource).await).into_any() })
        }))
    }
}

/// Awaits `resource` inside a `Suspend`.
///
/// On the server a `<Suspense>` runs its children up to three times, twice only to discover nested resources. If the resource
/// is ready, each run renders the whole page, and the resources of the page query the database again. Yielding once makes the
/// future pending during the discovery, so the page is rendered once.
async fn load_once<T>(resource: impl IntoFuture<Output = T>) -> T {
    let value = resource.await;
    #[cfg(feature = "ssr")]
    tokio::task::yield_now().await;
    value
}

/// Not generic over the data, so that the WASM contains it only once. The same holds for the views of errors.
fn transition(load: Loader) -> AnyView {
    view! { <Transition>{move || Suspend::new(load())}</Transition> }.into_any()
}

fn error_page(error: AppError) -> AnyView {
    view! { <ErrorPage error/> }.into_any()
}

fn error_notice(error: &AppError) -> AnyView {
    view! { <p class="notice danger">{error.to_string()}</p> }.into_any()
}
