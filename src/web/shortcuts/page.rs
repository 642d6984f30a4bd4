//! The help sheet as a page of its own.

use leptos::prelude::*;

use super::help::ShortcutList;
use crate::web::{
    ui::page::{Crumb, Page},
    workspace::current::CurrentWorkspace,
};

/// `/o/{org}/shortcuts`.
#[component]
pub fn ShortcutsPage() -> impl IntoView {
    let crumbs = vec![Crumb::new("Home", format!("/o/{}", CurrentWorkspace::expect().slug()))];
    view! {
        <Page heading="Keyboard shortcuts" crumbs>
            <ShortcutList/>
        </Page>
    }
}
