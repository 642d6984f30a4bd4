//! Light or dark: what the system says, unless the person chose. The choice stays in the browser.

use leptos::prelude::*;

use super::icon::{Icon, Icon as Glyph};

const STORAGE_KEY: &str = "theme";

/// Runs in the document's head, before anything is painted: applies the choice, says that scripts run, and gives a page
/// that answers a form its own address, by which the router knows it.
pub const SCRIPT: &str = "(r=>{r.dataset.script='';if(r.dataset.page)history.replaceState(null,'',r.dataset.page);\
    try{const t=localStorage.getItem('theme');if(t==='light'||t==='dark')r.dataset.theme=t}catch{}})\
    (document.documentElement)";

/// A theme that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    const fn icon(self) -> Glyph {
        match self {
            Self::System => Glyph::Monitor,
            Self::Light => Glyph::Sun,
            Self::Dark => Glyph::Moon,
        }
    }

    /// The one that the document shows.
    fn shown() -> Self {
        let shown = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        Self::ALL.into_iter().find(|theme| shown.as_deref() == Some(theme.as_str())).unwrap_or(Self::System)
    }

    /// Shows it at once and from now on. Where the browser stores nothing, for this page only.
    fn choose(self) {
        let root = document().document_element();
        let storage = window().local_storage().ok().flatten();
        if self == Self::System {
            drop(root.map(|root| root.remove_attribute("data-theme")));
            drop(storage.map(|storage| storage.remove_item(STORAGE_KEY)));
        } else {
            drop(root.map(|root| root.set_attribute("data-theme", self.as_str())));
            drop(storage.map(|storage| storage.set_item(STORAGE_KEY, self.as_str())));
        }
    }
}

/// The choice between system, light and dark. Needs scripts, and is not there without.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    // Only the browser knows; until it has said so, none is marked.
    let chosen = RwSignal::new(None);
    Effect::new(move |_| chosen.set(Some(Theme::shown())));
    let choice = move |theme: Theme| {
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=theme.as_str()
                    prop:checked=move || chosen.get() == Some(theme)
                    on:change=move |_| {
                        theme.choose();
                        chosen.set(Some(theme));
                    }
                />
                <Icon icon=theme.icon()/>
                {theme.label()}
            </label>
        }
    };
    view! {
        <fieldset class="needs-script">
            <legend class="unseen">"Theme"</legend>
            <div class="segmented">{Theme::ALL.map(choice).collect_view()}</div>
        </fieldset>
    }
}
