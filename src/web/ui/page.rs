//! The two kinds of page: inside the frame of a workspace, and plain.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::{
    icon::{Icon, Icon as Glyph},
    logo::Wordmark,
};

/// The `id` of the sidebar, which the top bar of a narrow page opens.
pub const SIDEBAR: &str = "sidebar";

/// In the context of whatever is inside the frame, where an error leaves the frame standing.
#[derive(Clone, Copy, Debug)]
pub struct InFrame {
    /// The address of the organization's home.
    pub home: StoredValue<String>,
}

/// A page that leads to the present one, in the top bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    label: Signal<String>,
    href: String,
}

impl Crumb {
    /// A crumb called `label`, leading to `href`.
    #[must_use]
    pub fn new(label: impl Into<Signal<String>>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A page inside the frame: its title, a top bar with crumbs and the page's own name as heading, and the content.
#[component]
pub fn Page(
    /// The name of the page: last of the crumbs and the document's title.
    #[prop(into)]
    heading: String,
    /// A longer title for the window, where the heading alone would not tell tabs apart.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// What leads here, from the top.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// The page's one primary action, at the right of the top bar.
    #[prop(optional_no_strip)]
    action: Option<AnyView>,
    /// Added to the content's `content`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    // The server writes the head last, when the page's signals are gone.
    let first = title.map_or_else(|| heading.clone(), |title| title.get_untracked());
    let title = move || title.and_then(|title| title.try_get()).unwrap_or_else(|| first.clone());
    let crumbs = crumbs.into_iter().map(|Crumb { label, href }| {
        view! {
            <li>
                <A href=href attr:class="clip">
                    {label}
                </A>
                <Icon icon=Glyph::ChevronRight/>
            </li>
        }
    });
    view! {
        <Title text=title/>
        <header class="topbar">
            <button
                type="button"
                class="button quiet square drawer-button"
                popovertarget=SIDEBAR
                aria-label="Navigation"
            >
                <Icon icon=Glyph::Menu large=true/>
            </button>
            <nav class="crumbs" aria-label="Breadcrumbs">
                <ol>
                    {crumbs.collect_view()} <li>
                        <h1 class="clip">{heading}</h1>
                    </li>
                </ol>
            </nav>
            {action}
        </header>
        <main id="main" class=format!("content {class}") tabindex="-1">
            {children()}
        </main>
    }
    .into_any()
}

/// A page outside of any workspace: the mark on top, then the content.
#[component]
pub fn PlainPage(
    /// The document's title; without one it is the application's name.
    #[prop(optional, into)]
    title: String,
    /// At the right of the mark.
    #[prop(optional_no_strip)]
    action: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <div class="plain">
            <header class="plain-head">
                <Wordmark/>
                {action}
            </header>
            {children()}
        </div>
    }
    .into_any()
}
