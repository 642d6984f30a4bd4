//! The colour theme: system, light or dark. The choice is kept in local storage.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

const STORAGE_KEY: &str = "theme";

/// Says in a cookie in which time zone the browser is.
#[cfg(feature = "ssr")]
macro_rules! time_zone_script {
    () => {
        "try{const s=location.protocol==='https:',\
    z=`${s?'__Host-':''}time_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;\
    if(!document.cookie.split('; ').includes(z))\
    document.cookie=z+'; path=/; max-age=31536000; samesite=lax'+(s?'; secure':'')}catch{}"
    };
}

/// Says in a cookie in which time zone the browser is, on a page that leads on.
#[cfg(feature = "ssr")]
pub const TIME_ZONE_SCRIPT: &str = time_zone_script!();

/// Runs in the document's head before the first paint: applies the theme, marks that scripts run, says in a cookie in which
/// time zone the browser is, and gives a page that was rendered as the response to a form its own address, so that the
/// router matches it.
#[cfg(feature = "ssr")]
pub const SCRIPT: &str = concat!(
    "(r=>{r.dataset.script='';if(r.dataset.page)history.replaceState(null,'',r.dataset.page);",
    time_zone_script!(),
    "try{const t=localStorage.getItem('theme');if(t==='light'||t==='dark')r.dataset.theme=t}catch{}})\
    (document.documentElement);",
);

/// A colour theme.
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

    /// Reads the theme of the document.
    fn current() -> Self {
        let current = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        Self::ALL.into_iter().find(|theme| current.as_deref() == Some(theme.as_str())).unwrap_or(Self::System)
    }

    /// Applies the theme and stores it. Without local storage it applies to this page only.
    fn apply(self) {
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

/// The choice between system, light and dark. Hidden without scripts.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    // Only the browser knows the theme, so no choice is selected before hydration.
    let selected = RwSignal::new(None);
    Effect::new(move |_| selected.set(Some(Theme::current())));
    let choice = move |theme: Theme| {
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=theme.as_str()
                    prop:checked=move || selected.get() == Some(theme)
                    on:change=move |_| {
                        theme.apply();
                        selected.set(Some(theme));
                    }
                />
                <Icon icon=theme.icon()/>
                {theme.label()}
            </label>
        }
    };
    view! {
        <fieldset class="needs-script">
            <legend class="visually-hidden">"Theme"</legend>
            <div class="segmented">{Theme::ALL.map(choice).collect_view()}</div>
        </fieldset>
    }
}
