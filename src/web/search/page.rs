//! The page on which everything in a workspace is found.

use leptos::{html, prelude::*};
use leptos_router::{components::Form, hooks::use_query_map, location::Url, params::ParamsMap};

use super::{functions::search, results::Results};
use crate::{
    domain::search::{Found, Kind, QUERY_MAX},
    web::{
        organization::current::CurrentOrganization,
        ui::{await_resource::await_resource, page::Page},
    },
};

/// The `id` of the field.
pub const FIELD: &str = "q";

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub q: String,
    /// A kind's slug; empty for all.
    pub kind: String,
    /// From 1.
    pub page: usize,
}

impl Asked {
    fn read(query: &ParamsMap) -> Self {
        Self {
            q: query.get("q").unwrap_or_default(),
            kind: query.get("kind").unwrap_or_default(),
            page: query.get("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.q.trim().is_empty()
    }

    /// Where this is asked in the organization called `org`.
    pub fn href(&self, org: &str) -> String {
        let mut href = href(org, &self.q);
        if !self.kind.is_empty() {
            href = format!("{href}&kind={}", Url::escape(&self.kind));
        }
        if self.page > 1 {
            href = format!("{href}&page={}", self.page);
        }
        href
    }

    pub fn of_kind(&self, kind: &str) -> Self {
        Self { q: self.q.clone(), kind: kind.to_owned(), page: 1 }
    }

    pub fn at(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }
}

/// The address at which `q` is looked for in the organization called `org`.
#[must_use]
pub fn href(org: &str, q: &str) -> String {
    format!("/o/{org}/search?q={}", Url::escape(q))
}

/// `/o/{org}/search?q=…`.
#[component]
pub fn SearchPage() -> impl IntoView {
    let org = StoredValue::new(CurrentOrganization::expect().slug());
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::read));
    let found = Resource::new_blocking(
        move || asked.get(),
        move |Asked { q, kind, page }| async move {
            if q.trim().is_empty() {
                return Ok(Found::default());
            }
            search(org.get_value(), q, kind, page).await
        },
    );
    let title = Signal::derive(move || {
        let q = asked.with(|asked| asked.q.trim().to_owned());
        if q.is_empty() { "Search".to_owned() } else { format!("{q} – Search") }
    });
    view! {
        <Page heading="Search" title class="search-page">
            <SearchForm org asked/>
            <Transition>
                {move || Suspend::new(async move {
                    let found = await_resource(found).await;
                    let asked = asked.get_untracked();
                    view! { <Results org=org.get_value() asked found/> }
                })}
            </Transition>
        </Page>
    }
    .into_any()
}

/// The field and what narrows the search down. It stays while what was found changes.
#[component]
fn SearchForm(org: StoredValue<String>, asked: Memo<Asked>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // Who comes by a link wants to type.
    Effect::new(move || {
        if let (Some(field), true) = (field.get(), asked.with_untracked(Asked::is_empty)) {
            drop(field.focus());
        }
    });
    // What was typed before the scripts were there stays; another address brings its own words.
    Effect::new(move |shown: Option<String>| {
        let q = asked.with(|asked| asked.q.clone());
        if let (Some(field), true) = (field.get_untracked(), shown.is_some_and(|shown| shown != q)) {
            field.set_value(&q);
        }
        q
    });
    let wrong = Memo::new(move |_| {
        let length = asked.with(|asked| asked.q.trim().chars().count());
        (length > QUERY_MAX).then(|| format!("Use at most {QUERY_MAX} characters; this has {length}."))
    });
    let kinds = move || {
        let chosen = asked.get();
        let choices = std::iter::once(("", "Everything")).chain(Kind::ALL.map(|kind| (kind.slug(), kind.label())));
        choices
            .map(|(slug, label)| {
                let is_chosen = slug == chosen.kind;
                let href = chosen.of_kind(slug).href(&org.get_value());
                view! {
                    <li>
                        <a href=href class="tab" aria-current=is_chosen.then_some("page")>
                            {label}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    let narrowed = move || {
        let kind = asked.with(|asked| asked.kind.clone());
        (!kind.is_empty()).then(|| view! { <input type="hidden" name="kind" value=kind/> })
    };
    view! {
        <Form method="get" action=format!("/o/{}/search", org.get_value()) attr:class="search-form" attr:role="search">
            <div class="field">
                <div class="search">
                    <input
                        class="input"
                        type="search"
                        id=FIELD
                        name="q"
                        value=asked.with_untracked(|asked| asked.q.clone())
                        placeholder="Words, or a key such as WEB-12"
                        aria-label="What to look for"
                        autocomplete="off"
                        autofocus=asked.with_untracked(Asked::is_empty)
                        aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                        aria-describedby="q-error"
                        node_ref=field
                    />
                    <button type="submit" class="button primary">
                        "Search"
                    </button>
                </div>
                <p class="error" id="q-error">
                    {wrong}
                </p>
            </div>
            {narrowed}
        </Form>
        <nav aria-label="What to find" hidden=move || asked.with(Asked::is_empty)>
            <ul class="tabs">{kinds}</ul>
        </nav>
    }
    .into_any()
}
