//! The two page layouts: inside the app shell, and plain.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::{
    icon::{Glyph, Icon},
    logo::Wordmark,
};
use crate::domain::isolate::isolated;

/// The `id` of the sidebar. In a narrow window a button in the top bar opens it.
pub const SIDEBAR: &str = "sidebar";

/// Context of every page inside the app shell. Error pages use it to stay inside the shell.
#[derive(Clone, Copy, Debug)]
pub struct InAppShell {
    /// The address of the organization's home.
    pub home: StoredValue<String>,
}

/// A breadcrumb in the top bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    label: Signal<String>,
    href: String,
}

impl Crumb {
    /// Creates a breadcrumb that links to `href`.
    #[must_use]
    pub fn new(label: impl Into<Signal<String>>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A page inside the app shell: document title, top bar with breadcrumbs and heading, and the content.
#[component]
pub fn Page(
    /// The page's heading, shown as the last breadcrumb; also the default document title.
    #[prop(into)]
    heading: String,
    /// The document title, if the heading is too short to tell browser tabs apart.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// The breadcrumbs before the heading.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// The primary action, at the right of the top bar.
    #[prop(optional_no_strip)]
    action: Option<AnyView>,
    /// Added to the class `content`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    // The server renders the head last, when the page's signals are disposed of.
    let initial = title.map_or_else(|| heading.clone(), |title| title.get_untracked());
    // A title is plain text: a name in it must not turn the name of the application or of the browser.
    let title =
        move || isolated(&title.and_then(|title| title.try_get()).unwrap_or_else(|| initial.clone())).into_owned();
    let crumbs = crumbs.into_iter().map(|Crumb { label, href }| {
        view! {
            <li>
                <A href=href attr:class="clip" attr:dir="auto">
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
                        <h1 class="clip" dir="auto">{heading}</h1>
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

/// A page outside the app shell: the logo above the content.
#[component]
pub fn PlainPage(
    /// The document title. Defaults to the application's name.
    #[prop(optional, into)]
    title: String,
    /// Shown at the right of the logo.
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
