//! Tessera: project management for many organizations.
//!
//! The crate is compiled twice: with the feature `ssr` into the server, with `hydrate` into the WASM that hydrates the
//! server-rendered pages. `docs/architecture.md` describes the modules.

// The type of a Leptos view nests deeply.
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

/// Hydrates the server-rendered page. The page's module script calls this function once.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
