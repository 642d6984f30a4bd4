//! The search page.

use leptos::{html, prelude::*};
use leptos_router::{components::Form, hooks::use_query_map};

use super::{
    functions::search,
    query::{FIELD_ID, SearchQuery},
    results::Results,
};
use crate::{
    domain::{
        length::too_long,
        search::{Found, Kind, QUERY_MAX},
    },
    web::{
        organization::current::CurrentOrganization,
        ui::{page::Page, page_resource::PageResource},
    },
};

/// `/o/{org}/search?q=…`.
#[component]
pub fn SearchPage() -> impl IntoView {
    let org = StoredValue::new(CurrentOrganization::expect().slug());
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(SearchQuery::from_params));
    let found = PageResource::new(
        move || query.get(),
        move |SearchQuery { q, kind, page }| async move {
            if q.trim().is_empty() {
                return Ok(Found::default());
            }
            search(org.get_value(), q, kind, page).await
        },
    );
    let title = Signal::derive(move || {
        let q = query.with(|query| query.q.trim().to_owned());
        if q.is_empty() { "Search".to_owned() } else { format!("{q} – Search") }
    });
    let results = found.render(move |found| {
        let query = query.get_untracked();
        view! { <Results org=org.get_value() query found/> }
    });
    view! {
        <Page heading="Search" title class="search-page">
            <SearchForm org query/>
            {results}
        </Page>
    }
    .into_any()
}

/// The search field and the kinds. Rendered once, while the results change below it.
#[component]
fn SearchForm(org: StoredValue<String>, query: Memo<SearchQuery>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // A navigation by the router ignores `autofocus`.
    Effect::new(move || {
        if let (Some(field), true) = (field.get(), query.with_untracked(SearchQuery::is_empty)) {
            drop(field.focus());
        }
    });
    // Keeps the text typed before hydration; a later change of the address replaces the text.
    Effect::new(move |previous: Option<String>| {
        let q = query.with(|query| query.q.clone());
        if let (Some(field), true) = (field.get_untracked(), previous.is_some_and(|previous| previous != q)) {
            field.set_value(&q);
        }
        q
    });
    let error = Memo::new(move |_| query.with(|query| too_long(query.q.trim(), QUERY_MAX)));
    let kinds = move || {
        let query = query.get();
        let choices = std::iter::once(("", "Everything")).chain(Kind::ALL.map(|kind| (kind.slug(), kind.label())));
        choices
            .map(|(slug, label)| {
                let is_current = slug == query.kind;
                let href = query.with_kind(slug).href(&org.get_value());
                view! {
                    <li>
                        <a href=href class="tab" aria-current=is_current.then_some("page")>
                            {label}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    let kind_field = move || {
        let kind = query.with(|query| query.kind.clone());
        (!kind.is_empty()).then(|| view! { <input type="hidden" name="kind" value=kind/> })
    };
    view! {
        <Form method="get" action=format!("/o/{}/search", org.get_value()) attr:class="search-form" attr:role="search">
            <div class="field">
                <div class="search">
                    <input
                        dir="auto"
                        class="input"
                        type="search"
                        id=FIELD_ID
                        name="q"
                        value=query.with_untracked(|query| query.q.clone())
                        placeholder="Keywords or a task key, such as WEB-12"
                        aria-label="Search terms"
                        autocomplete="off"
                        autofocus=query.with_untracked(SearchQuery::is_empty)
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby="q-error"
                        node_ref=field
                    />
                    <button type="submit" class="button primary">
                        "Search"
                    </button>
                </div>
                <p class="error" id="q-error">
                    {error}
                </p>
            </div>
            {kind_field}
        </Form>
        <nav aria-label="Result type" hidden=move || query.with(SearchQuery::is_empty)>
            <ul class="tabs">{kinds}</ul>
        </nav>
    }
    .into_any()
}
