//! The help sheet as a page, for browsers without WASM.

use leptos::prelude::*;

use super::help::ShortcutList;
use crate::web::{
    organization::current::CurrentOrganization,
    ui::page::{Crumb, Page},
};

/// `/o/{org}/shortcuts`.
#[component]
pub fn ShortcutsPage() -> impl IntoView {
    let crumbs = vec![Crumb::new("Home", format!("/o/{}", CurrentOrganization::expect().slug()))];
    view! {
        <Page heading="Keyboard shortcuts" crumbs>
            <ShortcutList/>
        </Page>
    }
}
