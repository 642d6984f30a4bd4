//! Tessera: project management for many companies, each in a workspace of its own.
//!
//! One crate, compiled twice: with the feature `ssr` into the server, with `hydrate` into the WASM that takes the
//! server's pages over in the browser. `docs/architecture.md` is the map.

// A page is one type, and deep.
#![recursion_limit = "512"]

pub mod access;
pub mod account;
pub mod app;
pub mod error;
pub mod inbox;
pub mod live;
pub mod my_work;
pub mod organizations;
pub mod palette;
pub mod projects;
pub mod search;
pub mod shortcuts;
pub mod tasks;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod database;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod idp;
#[cfg(feature = "ssr")]
pub mod mail_domain;
#[cfg(feature = "ssr")]
pub mod random;
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
