//! Loads the data of a page and renders it.

use std::{marker::PhantomData, pin::Pin, sync::Arc, time::Duration};

use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    error_page::ErrorPage,
    loaded::{JsonText, Loaded, ResourceKey},
};
use crate::domain::errors::AppError;

/// The delay between two requests of [`PageResource::poll_while`].
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Fetches the data of a key.
type Fetch = Box<dyn Fn(ResourceKey) -> Pin<Box<dyn Future<Output = Loaded> + Send>> + Send + Sync>;

/// Renders the data. Called again when the data has changed.
type Show = Arc<dyn Fn(Loaded) -> AnyView + Send + Sync>;

/// Data that a page, or a part of it, loads with a server function.
///
/// The server awaits it before it sends the page, because the page's status and title depend on it. The browser shows the
/// previous data until new data has arrived.
///
/// The type of the data is known only where it is fetched and shown. All between is compiled once, not once a type, which
/// keeps the WASM small.
pub struct PageResource<T> {
    resource: Resource<Loaded, JsonText>,
    data: PhantomData<fn() -> T>,
}

impl<T> Clone for PageResource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PageResource<T> {}

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
        let key = Box::new(move || ResourceKey::new(key()));
        let fetch = Box::new(move |key: ResourceKey| -> Pin<Box<dyn Future<Output = Loaded> + Send>> {
            let data = fetch(key.get());
            Box::pin(async move { Loaded::new(data.await) })
        });
        Self { resource: load(key, fetch), data: PhantomData }
    }

    /// Loads the data again.
    pub fn refetch(self) {
        self.resource.refetch();
    }

    /// Loads the data again every second while `should_poll` returns `true` for it. In the browser only.
    pub fn poll_while(self, should_poll: fn(&T) -> bool) {
        let resource = self.resource;
        Effect::new(move |_| {
            let loaded = resource.get().map(|loaded| loaded.read::<T>());
            let continues = matches!(&loaded, Some(Ok(data)) if should_poll(data));
            if continues && let Ok(timer) = set_timeout_with_handle(move || resource.refetch(), POLL_INTERVAL) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    /// Whether the last request failed. Subscribes to changes.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.resource.get().is_some_and(|loaded| loaded.read::<T>().is_err())
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
        transition(self.resource, Arc::new(move |loaded: Loaded| view(loaded.read()).into_any()))
    }
}

fn load(key: Box<dyn Fn() -> ResourceKey + Send + Sync>, fetch: Fetch) -> Resource<Loaded, JsonText> {
    Resource::new_with_options(key, fetch, true)
}

/// Awaits `resource` inside a `Suspend`.
///
/// On the server a `<Suspense>` runs its children up to three times, twice only to discover nested resources. If the resource
/// is ready, each run renders the whole page, and the resources of the page query the database again. Yielding once makes the
/// future pending during the discovery, so the page is rendered once.
async fn load_once(resource: Resource<Loaded, JsonText>) -> Loaded {
    let value = resource.await;
    #[cfg(feature = "ssr")]
    tokio::task::yield_now().await;
    value
}

/// Not generic over the data, so that the WASM contains it only once. The same holds for the views of errors.
fn transition(resource: Resource<Loaded, JsonText>, show: Show) -> AnyView {
    let shown = move || {
        let show = Arc::clone(&show);
        Suspend::new(async move { show(load_once(resource).await) })
    };
    view! { <Transition>{shown}</Transition> }.into_any()
}

fn error_page(error: AppError) -> AnyView {
    view! { <ErrorPage error/> }.into_any()
}

fn error_notice(error: &AppError) -> AnyView {
    view! { <p class="notice danger">{error.to_string()}</p> }.into_any()
}
