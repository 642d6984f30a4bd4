//! The results of a search.

use leptos::{either::Either, prelude::*};
use leptos_router::components::A;

use super::{marked::marked, query::SearchQuery};
use crate::domain::isolate::isolated;
use crate::{
    domain::{
        errors::AppError,
        search::{Found, Hit, Subject},
    },
    web::{
        projects::state_mark::StateMark,
        tasks::summary::parts,
        ui::{
            date::Date,
            empty_state::EmptyState,
            error_page::ErrorPage,
            icon::{Glyph, Icon},
            markup::{Html, render},
            pager::{Pager, page_links},
        },
    },
};

/// One page of results, or a hint if there are none.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub(super) fn Results(org: String, query: SearchQuery, found: Result<Found, AppError>) -> impl IntoView {
    let found = match found {
        Ok(found) => found,
        // The search field shows its own error.
        Err(error @ AppError::Invalid { .. }) => {
            let message = error.field("kind").map(str::to_owned);
            return message.map(|message| view! { <p class="notice danger" role="alert">{message}</p> }).into_any();
        }
        Err(error) => return view! { <ErrorPage error/> }.into_any(),
    };
    if query.is_empty() {
        return view! {
            <EmptyState
                title="Find anything in this workspace"
                text="Search titles, descriptions, comments and projects. Partial words work: “inv” finds “invoices”. A key such as WEB-12 finds its task."
            />
        }
        .into_any();
    }
    if found.hits.is_empty() {
        let everywhere = (!query.kind.is_empty() || query.page > 1)
            .then(|| view! { <A href=query.with_kind("").href(&org) attr:class="button">"Search everything"</A> });
        return view! {
            <EmptyState
                title=format!("Nothing found for “{}”", query.q.trim())
                text="Results must contain every word. Try fewer or shorter words."
            >
                {everywhere}
            </EmptyState>
        }
        .into_any();
    }
    let href = |page: i64| query.with_page(usize::try_from(page).unwrap_or(1)).href(&org);
    let (before, after, shown) = page_links(i64::try_from(query.page).unwrap_or(1), found.has_more, href);
    let hits = found.hits.into_iter().map(|hit| view! { <ResultItem org=org.clone() hit/> }).collect_view();
    view! {
        <ol class="results card" aria-label="Results">{hits}</ol>
        <Pager before after shown/>
    }
    .into_any()
}

/// One result.
#[component]
fn ResultItem(org: String, hit: Hit) -> impl IntoView {
    let Hit { subject, title, excerpt, project, is_archived } = hit;
    let (href, key) = (subject.href(&org), render(|html| parts::key(html, &Html::of_text(&subject.key()))));
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
            let about =
                view! { <span>{format!("Comment by {}", isolated(&author))}</span> <span><Date at/></span> }.into_any();
            (view! { <Icon icon=Glyph::Comment/> }.into_any(), about)
        }
    };
    let archived = is_archived.then(|| view! { <span class="badge">"Archived"</span> });
    let excerpt = match excerpt {
        Some(excerpt) => Either::Left(view! { <p class="excerpt" dir="auto">{marked(&excerpt)}</p> }),
        None => Either::Right(()),
    };
    view! {
        <li class="result">
            {mark}
            <div>
                <p class="title">
                    <A href=href attr:dir="auto">{marked(&title)}</A>
                    {archived}
                </p>
                <p class="about parts">
                    <span inner_html=key></span>
                    {about}
                </p>
                {excerpt}
            </div>
        </li>
    }
    .into_any()
}
