//! Parts of the WASM that the browser loads when it needs them.
//!
//! A module is what [`split_module`] declares: some views, and the code that only they use. A release build makes a file of
//! each (`docs/decisions/adr-13-split-wasm.md`); in other builds, and on the server, everything is in one program, and a
//! module is always there.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

use super::ui::early;

/// The views of a module.
pub type Views = &'static [fn() -> AnyView];

/// A module that is being loaded.
pub type Loading = Pin<Box<dyn Future<Output = Result<Views, SplitLoaderError>>>>;

/// The key in the session storage that holds the address of a page whose module could not be loaded.
const RELOADED: &str = "module-failed";

/// A module of the WASM.
pub struct Module {
    /// The name of the module in the manifest of the build.
    #[cfg(feature = "ssr")]
    pub name: &'static str,
    /// Loads the module. Resolves at once if it has been loaded before.
    pub load: fn() -> Loading,
}

/// Declares a [`Module`] `MODULE` in a Rust module of the given name. `View: path` names a component without properties; it
/// becomes a constant, the index of the view in the module.
macro_rules! split_module {
    ($(#[$doc:meta])* $visibility:vis mod $name:ident { $($view:ident),+ $(,)? }) => {
        $(#[$doc])*
        // The browser calls a function of another WASM file, which Rust calls a foreign function, and the file's loader by
        // its address. `wasm_split` writes both sides of the call from one signature. This is the only unsafe code.
        #[cfg_attr(feature = "split", allow(unsafe_code))]
        $visibility mod $name {
            use leptos::{prelude::IntoAny as _, wasm_split::SplitLoaderError};

            use $crate::web::modules::{Module, Views};

            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($name, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<Views, SplitLoaderError> {
                Ok(&[$(|| super::$view().into_any()),+])
            }

            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<Views, SplitLoaderError> {
                Ok(&[$(|| super::$view().into_any()),+])
            }

            pub static MODULE: Module = Module {
                #[cfg(feature = "ssr")]
                name: stringify!($name),
                load: || Box::pin($name()),
            };

            #[allow(dead_code, clippy::enum_variant_names, reason = "components are named by others, and one needs no index")]
            #[derive(Clone, Copy)]
            pub enum View {
                $($view),+
            }
        }
    };
}
pub(crate) use split_module;

impl Module {
    /// Loads the module of a page. If it cannot be loaded, as after an update of the server, the browser loads the page at
    /// `address` from the server instead; if that has been tried before, the person is told. Then this never resolves.
    pub async fn load_page(&self, address: impl FnOnce() -> String) -> Views {
        if let Ok(views) = (self.load)().await {
            return views;
        }
        let address = address();
        if remember_failure(&address) {
            load_from_server(&address);
        } else {
            tell_failure();
            early::give_up();
        }
        std::future::pending().await
    }

    /// Renders the first view of the module while `is_wanted`. The module is loaded when it is wanted for the first time. The
    /// person is told if it cannot be loaded: the page goes on, since it may hold unsaved text.
    pub fn on_demand(&'static self, is_wanted: Signal<bool>) -> impl IntoView {
        let views = RwSignal::new(None::<Views>);
        Effect::new(move || {
            if is_wanted.get() && views.with_untracked(Option::is_none) {
                spawn_local(async move {
                    match (self.load)().await {
                        // It may have been asked for twice.
                        Ok(loaded) if views.try_with_untracked(Option::is_none) == Some(true) => {
                            views.set(Some(loaded));
                        }
                        Ok(_) => {}
                        Err(_) => tell_failure(),
                    }
                });
            }
        });
        move || views.get().filter(|_| is_wanted.get()).map(|views| views[0]())
    }
}

/// Loads the page at `address`, a path with query and fragment or the whole address, from the server.
pub fn load_from_server(address: &str) {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let origin = location.origin().unwrap_or_default();
    let path = address.strip_prefix(&origin).unwrap_or(address);
    // To another fragment of the same address, the browser would only scroll.
    let is_here = path.split('#').next() == Some(here.as_str());
    // Fails for an address of another origin only.
    drop(if is_here { location.reload() } else { location.assign(address) });
}

/// Forgets that a page was loaded again. Called once a page works.
#[cfg(feature = "hydrate")]
pub fn forget_failure() {
    if let Ok(Some(storage)) = window().session_storage() {
        drop(storage.remove_item(RELOADED));
    }
}

/// Remembers that the page at `address` is loaded again. Returns `false` if it has been before, or if that cannot be known.
fn remember_failure(address: &str) -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return false };
    let is_first = storage.get_item(RELOADED).is_ok_and(|known| known.is_none());
    is_first && storage.set_item(RELOADED, address).is_ok()
}

/// Shows above the page that a part of it could not be loaded.
fn tell_failure() {
    const ID: &str = "module-failed";
    let document = document();
    if document.get_element_by_id(ID).is_some() {
        return;
    }
    let (Ok(banner), Some(body)) = (document.create_element("div"), document.body()) else { return };
    banner.set_id(ID);
    banner.set_class_name("banner");
    drop(banner.set_attribute("role", "alert"));
    banner.set_inner_html(
        "<p>A part of this page could not be loaded. Copy any unsaved text, then <a href=\"\" rel=\"external\">reload the \
         page</a>.</p>",
    );
    drop(body.prepend_with_node_1(&banner));
}
