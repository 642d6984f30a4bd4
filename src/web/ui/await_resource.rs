//! Waiting for what a page is made of.

use std::future::IntoFuture;

/// What `resource` loads, inside of a `Suspend`.
///
/// On the server a `<Suspense>` runs what is in it up to three times: twice only to find out what else is to be loaded, and
/// everything that is already there is built and thrown away, with the resources of the pages inside, which ask the database
/// again. Whatever comes after this is not there yet when it looks, and so is built once.
pub async fn await_resource<T>(resource: impl IntoFuture<Output = T>) -> T {
    let value = resource.await;
    #[cfg(feature = "ssr")]
    tokio::task::yield_now().await;
    value
}
