//! The list itself.

use leptos::{
    ev, html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions, HtmlElement},
};

use super::{
    editor::Editor,
    keyboard::{self, row_of},
    store::{Editing, ListStore},
};
use crate::{
    domain::{
        list::{Listing, PAGE},
        projects::Parts,
        query::{Column, Query},
        tasks::field_name::Field,
    },
    web::{
        live::feed::{Feed, Heard},
        tasks::selection::{Choices, Everything, SelectionBar},
        ui::{empty_state::EmptyState, focus, pager::Pager},
    },
};

/// The rows of a list in the organization `org`.
#[component]
pub fn ListView(
    org: String,
    listing: Listing,
    query: Query,
    /// Whether the reader may change tasks.
    may_write: bool,
    /// Called when the project has other states, labels or people.
    rebuild: Callback<()>,
) -> impl IntoView {
    let (as_of, is_filtered) = (listing.as_of, !query.filter.is_empty());
    let pager = pager(&org, &listing, &query);
    let controls = ListStore::new(org, listing, query, may_write, rebuild);
    Feed::expect().listen(as_of, move |heard| match heard {
        Heard::Event(event) => keep_focus(|| controls.hear(event)),
        Heard::Reset => controls.refresh(),
    });
    let (scroller, list) = (NodeRef::<html::Div>::new(), NodeRef::<html::Ol>::new());
    let look = move || {
        // The list may be gone when a frame comes.
        let there = scroller.try_get_untracked().flatten().zip(list.try_get_untracked().flatten());
        if let Some((scroller, list)) = there {
            let above = scroller.get_bounding_client_rect().y() - list.get_bounding_client_rect().y();
            let above = above.max(0.0);
            keep_focus(|| controls.see(above..above + f64::from(scroller.client_height())));
        }
    };
    // In the browser: from one page to all rows.
    Effect::new(move || {
        let height = |selector: &str| {
            let line = list.get_untracked()?.query_selector(selector).ok()??;
            Some(line.get_bounding_client_rect().height()).filter(|height| *height > 0.0)
        };
        let top = controls.follow(height(".group"), height(".list-row"));
        request_animation_frame(move || {
            if let (true, Some(scroller)) = (top > 0.0, scroller.try_get_untracked().flatten()) {
                #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
                scroller.set_scroll_top(top as i32);
            }
            look();
        });
    });
    // What is above and below has its room. Only so may a page with our policy set it.
    Effect::new(move || {
        let (above, below) = controls.room();
        if let Some(list) = list.get_untracked() {
            let style = HtmlElement::style(&list);
            for (name, room) in [("padding-block-start", above), ("padding-block-end", below)] {
                // A browser that does not know it shows no room.
                drop(style.set_property(name, &format!("{room}px")));
            }
        }
    });
    let heads = controls.columns().into_iter().map(|column| {
        view! { <span class=format!("cell {}", column.slug())>{column.label()}</span> }
    });
    let heads = heads.collect_view();
    let select = may_write.then(|| {
        let Parts { key, states, labels, people, .. } = controls.parts();
        let everything = Everything { project: key, query: controls.query().from_the_top().address() };
        let choices = Signal::stored(Choices { states, labels, people });
        let done = Callback::new(move |()| controls.refresh());
        view! { <SelectionBar org=controls.org() selection=controls.selection() choices everything done/> }
    });
    view! {
        {move || controls.editing().get().map(|editing| view! { <Editor controls editing/> })}
        <Show when=move || controls.count() == 0>
            <Nothing is_filtered may_write/>
        </Show>
        <div class="list-scroll" class:selectable=may_write node_ref=scroller on:scroll=move |_| look()>
            <div class="list-head" aria-hidden="true" hidden=move || controls.count() == 0>
                <span class="open">"Task"</span>
                <span class="cells">{heads}</span>
            </div>
            <ol
                class="list-lines"
                node_ref=list
                inner_html=move || controls.html()
                on:keydown=move |event| keyboard::on_key(controls, may_write, &event)
                on:click=move |event| on_click(controls, &event)
            ></ol>
            {move || (!controls.is_live()).then(|| pager.run())}
        </div>
        {select}
    }
    .into_any()
}

/// The ways to the pages before and after, without scripts.
fn pager(org: &str, listing: &Listing, query: &Query) -> ViewFn {
    let path = format!("/o/{org}/projects/{}/list", listing.parts.key);
    let all: i64 = listing.groups.iter().map(|group| group.tasks).sum();
    let all = usize::try_from(all).unwrap_or_default();
    let at = |from: usize| Query { from, edit: None, ..query.clone() }.href(&path);
    let before = (listing.from > 0).then(|| at(listing.from.saturating_sub(PAGE)));
    let end = listing.from + listing.rows.len();
    let after = (end < all && !listing.rows.is_empty()).then(|| at(end));
    let shown = format!("{} to {end} of {all}", listing.from + 1);
    ViewFn::from(move || view! { <Pager before=before.clone() after=after.clone() shown=shown.clone()/> })
}

/// What to do where there is no row.
#[component]
fn Nothing(is_filtered: bool, may_write: bool) -> impl IntoView {
    let (title, text) = if is_filtered {
        ("Nothing matches this filter", "Take a part of the filter away to see more tasks.")
    } else if may_write {
        ("What is there to do?", "Write the first task down on the board; here it can be sorted, grouped and filtered.")
    } else {
        ("What is there to do?", "Tasks appear here as soon as somebody has added the first one.")
    };
    view! { <EmptyState title text/> }
}

/// A click on a box selects, one on a value changes it in place. Links that are opened elsewhere stay links.
fn on_click(controls: ListStore, event: &ev::MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Some((number, _)) = row_of(&target) else { return };
    if target.matches("input").unwrap_or_default() {
        return controls.select(number, event.shift_key());
    }
    let Some(cell) = target.closest("[data-edit]").ok().flatten() else { return };
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let field = cell.get_attribute("data-edit").and_then(|slug| slug.parse().ok()).and_then(field_of);
    let (Some(row), Some(field)) = (controls.row(number), field) else { return };
    event.prevent_default();
    event.stop_propagation();
    let place = cell.get_bounding_client_rect();
    let at = Some((place.x(), place.bottom()));
    controls.edit(Some(Editing { row, field: Some(field), at }));
}

/// What is changed in a column.
#[must_use]
pub const fn field_of(column: Column) -> Option<Field> {
    Some(match column {
        Column::State => Field::State,
        Column::Priority => Field::Priority,
        Column::Labels => Field::Labels,
        Column::Assignee => Field::Assignees,
        Column::Start => Field::StartOn,
        Column::Due => Field::DueOn,
        Column::Estimate => Field::Estimate,
        Column::Parent => Field::Parent,
        Column::Created | Column::Changed => return None,
    })
}

/// Makes a change that may render rows anew; what had the focus in a row has it afterwards too.
pub fn keep_focus<T>(change: impl FnOnce() -> T) -> T {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    focus::keep(place, |place, _| place, &options, change)
}

/// Where the focus is in a row.
fn place(element: &Element) -> Option<Vec<String>> {
    let (number, at) = row_of(element)?;
    let part = match element.get_attribute("data-edit") {
        Some(field) => format!("[data-edit=\"{field}\"]"),
        None if element.tag_name() == "INPUT" => "input".to_owned(),
        None => ".open".to_owned(),
    };
    let same = format!("[data-task=\"{number}\"]");
    Some(vec![format!("{same}[data-at=\"{at}\"] {part}"), format!("{same} {part}")])
}
