//! Tessera: project management for many organizations.
//!
//! The crate is compiled twice: with the feature `ssr` into the server, with `hydrate` into the WASM that hydrates the
//! server-rendered pages. `docs/architecture.md` describes the modules.
//!
//! The modules are private, so `pub` means visible within the crate, and the compiler reports unused code in both
//! builds. The crate exports only the items that the command line uses and, in [`testing`], those that the integration
//! tests use.

// The types of Leptos views are deeply nested.
#![recursion_limit = "512"]

mod app;
mod domain;
#[cfg(feature = "ssr")]
mod kernel;
mod web;

#[cfg(feature = "ssr")]
mod idp;
#[cfg(feature = "ssr")]
mod serve;
#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
pub mod testing;

#[cfg(feature = "ssr")]
pub use self::{
    domain::{keys::ProjectKey, permissions::Role},
    idp::{DEMO_PASSWORD, NewPassword},
    kernel::{backup::Report, clock::Clock, private_files::restrict_new_files, random::Random},
    serve::{
        Certificate, Moved, Restored, Server, back_up, forget_secrets, has_colours, log_fields, move_to_postgres,
        open_provider, read_config, restore,
    },
    server::{
        config::{BuiltIn, Config},
        db::Db,
        seed,
    },
};

/// Hydrates the server-rendered page. The page's module script calls this function once.
///
/// The code of the page is loaded first: hydration has to find every view at once.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        app::load_page().await;
        web::ui::early::restore();
        leptos::mount::hydrate_body(app::App);
        web::ui::early::replay();
        web::modules::forget_failure();
    });
}
