//! Tessera: project management for many companies, each in a workspace of its own.
//!
//! One crate, compiled twice: with the feature `ssr` into the server, with `hydrate` into the WASM that takes the
//! server's pages over in the browser. `docs/architecture.md` is the map.

// A page is one type, and deep.
#![recursion_limit = "512"]

pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod kernel;
pub mod web;

#[cfg(feature = "ssr")]
pub mod idp;
#[cfg(feature = "ssr")]
pub mod serve;
#[cfg(feature = "ssr")]
pub mod server;

/// Takes over the page that the server rendered. Called once by the page's module script.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
