//! Awaits a resource without rendering the page twice on the server.

use std::future::IntoFuture;

/// Awaits `resource` inside a `Suspend`.
///
/// On the server a `<Suspense>` runs its children up to three times, twice only to discover nested resources. If the resource
/// is ready at once, each run renders the whole page, and the resources of the page query the database again. Yielding once
/// makes the future pending during the discovery, so the page is rendered once.
pub async fn await_resource<T>(resource: impl IntoFuture<Output = T>) -> T {
    let value = resource.await;
    #[cfg(feature = "ssr")]
    tokio::task::yield_now().await;
    value
}
