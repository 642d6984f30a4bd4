//! The page on which everything in a workspace is found.

use leptos::{either::Either, html, prelude::*};
use leptos_router::{
    components::{A, Form},
    hooks::use_query_map,
    location::Url,
    params::ParamsMap,
};

use super::{
    functions::search,
    marked::marked,
    model::{Found, Hit, Kind, QUERY_MAX, Subject},
};
use crate::{
    error::AppError,
    organizations::current::CurrentWorkspace,
    projects::state_mark::StateMark,
    ui::{
        date::Date,
        empty_state::EmptyState,
        error_page::ErrorPage,
        icon::{Icon, Icon as Glyph},
        loaded::loaded,
        page::Page,
    },
};

/// The `id` of the field.
pub const FIELD: &str = "q";

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    q: String,
    /// A kind's slug; empty for all.
    kind: String,
    /// From 1.
    page: usize,
}

impl Asked {
    fn read(query: &ParamsMap) -> Self {
        Self {
            q: query.get("q").unwrap_or_default(),
            kind: query.get("kind").unwrap_or_default(),
            page: query.get("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
        }
    }

    fn is_empty(&self) -> bool {
        self.q.trim().is_empty()
    }

    /// Where this is asked in the organization called `org`.
    fn href(&self, org: &str) -> String {
        let mut href = href(org, &self.q);
        if !self.kind.is_empty() {
            href = format!("{href}&kind={}", Url::escape(&self.kind));
        }
        if self.page > 1 {
            href = format!("{href}&page={}", self.page);
        }
        href
    }

    fn of_kind(&self, kind: &str) -> Self {
        Self { q: self.q.clone(), kind: kind.to_owned(), page: 1 }
    }

    fn at(&self, page: usize) -> Self {
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
    let org = StoredValue::new(CurrentWorkspace::expect().slug());
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
                    let found = loaded(found).await;
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

#[component]
fn Results(org: String, asked: Asked, found: Result<Found, AppError>) -> impl IntoView {
    let found = match found {
        Ok(found) => found,
        // What is wrong with the field is said there.
        Err(error @ AppError::Invalid { .. }) => {
            let wrong = error.field("kind").map(str::to_owned);
            return wrong.map(|wrong| view! { <p class="notice danger" role="alert">{wrong}</p> }).into_any();
        }
        Err(error) => return view! { <ErrorPage error/> }.into_any(),
    };
    if asked.is_empty() {
        return view! {
            <EmptyState
                title="Find anything in this workspace"
                text="Titles, descriptions, comments and projects are searched. The beginning of a word is enough: “inv” finds “invoices”. A key such as WEB-12 finds its task."
            />
        }
        .into_any();
    }
    if found.hits.is_empty() {
        let everywhere = (!asked.kind.is_empty() || asked.page > 1)
            .then(|| view! { <A href=asked.of_kind("").href(&org) attr:class="button">"Search everything"</A> });
        return view! {
            <EmptyState
                title=format!("Nothing found for “{}”", asked.q.trim())
                text="Every word has to occur. Try fewer words, or only how they begin."
            >
                {everywhere}
            </EmptyState>
        }
        .into_any();
    }
    let step = |page: usize, label: &'static str| {
        let href = asked.at(page).href(&org);
        view! {
            <A href=href attr:class="button">
                {label}
            </A>
        }
    };
    let previous = (asked.page > 1).then(|| step(asked.page - 1, "Previous page"));
    let next = found.has_more.then(|| step(asked.page + 1, "Next page"));
    let pages = (previous.is_some() || next.is_some())
        .then(|| view! { <nav class="buttons" aria-label="Pages of results">{previous} {next}</nav> });
    let hits = found.hits.into_iter().map(|hit| view! { <FoundItem org=org.clone() hit/> }).collect_view();
    view! {
        <ol class="results card" aria-label="Results">{hits}</ol>
        {pages}
    }
    .into_any()
}

/// Something that was found; the whole of it leads there.
#[component]
fn FoundItem(org: String, hit: Hit) -> impl IntoView {
    let Hit { subject, title, excerpt, project, is_archived } = hit;
    let (href, key) = (subject.href(&org), subject.key());
    let (mark, about) = match subject {
        Subject::Project { .. } => {
            let about = view! { <span>"Project"</span> }.into_any();
            (view! { <Icon icon=Glyph::Kanban/> }.into_any(), about)
        }
        Subject::Task { state, category, .. } => {
            let about = view! { <span>{project}</span> <span>{state}</span> }.into_any();
            (view! { <StateMark category/> }.into_any(), about)
        }
        Subject::Comment { author, at, .. } => {
            let about = view! { <span>{format!("Comment by {author}")}</span> <span><Date at/></span> }.into_any();
            (view! { <Icon icon=Glyph::Comment/> }.into_any(), about)
        }
    };
    let archived = is_archived.then(|| view! { <span class="badge">"Archived"</span> });
    let excerpt = match excerpt {
        Some(excerpt) => Either::Left(view! { <p class="excerpt">{marked(&excerpt)}</p> }),
        None => Either::Right(()),
    };
    view! {
        <li class="result">
            {mark}
            <div>
                <p class="title">
                    <A href=href>{marked(&title)}</A>
                    {archived}
                </p>
                <p class="about parts">
                    <span class="mono">{key}</span>
                    {about}
                </p>
                {excerpt}
            </div>
        </li>
    }
    .into_any()
}
