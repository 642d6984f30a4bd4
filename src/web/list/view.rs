//! The rows of a list.

use leptos::{
    ev, html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    editor::{Editor, field_of},
    focus::{keep_focus, row_of},
    keyboard,
    store::{Editing, ListStore},
};
use crate::{
    domain::{
        board::ProjectContext,
        list::{Listing, PAGE},
        query::Query,
    },
    web::{
        live::feed::{Feed, FeedItem},
        tasks::selection::{AllMatching, PickerOptions, SelectionBar},
        ui::{empty_state::EmptyState, pager::Pager},
    },
};

/// The rows of a list in the organization `org`.
#[component]
pub fn ListView(
    org: String,
    listing: Listing,
    query: Query,
    /// Whether the member may change tasks.
    may_write: bool,
    /// Called when the states, labels or people of the project have changed.
    rebuild: Callback<()>,
) -> impl IntoView {
    let (as_of, is_filtered) = (listing.as_of, !query.filter.is_empty());
    let pager = pager(&org, &listing, &query);
    let store = ListStore::new(org, listing, query, may_write, rebuild);
    Feed::expect().subscribe(as_of, move |item| match item {
        FeedItem::Event(event) => keep_focus(|| store.on_event(event)),
        FeedItem::Reset => store.refresh(),
    });
    let (scroller, list) = (NodeRef::<html::Div>::new(), NodeRef::<html::Ol>::new());
    let update_window = move || {
        // The list may be unmounted by the time the frame runs.
        let mounted = scroller.try_get_untracked().flatten().zip(list.try_get_untracked().flatten());
        if let Some((scroller, list)) = mounted {
            let top = scroller.get_bounding_client_rect().y() - list.get_bounding_client_rect().y();
            let top = top.max(0.0);
            keep_focus(|| store.show_range(top..top + f64::from(scroller.client_height())));
        }
    };
    // Effects run in the browser only: switch from one page to all rows.
    Effect::new(move || {
        let height = |selector: &str| {
            let line = list.get_untracked()?.query_selector(selector).ok()??;
            Some(line.get_bounding_client_rect().height()).filter(|height| *height > 0.0)
        };
        let top = store.start_live(height(".group"), height(".list-row"));
        request_animation_frame(move || {
            if let (true, Some(scroller)) = (top > 0.0, scroller.try_get_untracked().flatten()) {
                #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
                scroller.set_scroll_top(top as i32);
            }
            update_window();
        });
    });
    // Sets the spacers above and below the rendered rows. The style is set through the DOM, since the content security policy
    // forbids `style` attributes.
    Effect::new(move || {
        let (above, below) = store.spacers();
        if let Some(list) = list.get_untracked() {
            let style = HtmlElement::style(&list);
            for (name, height) in [("padding-block-start", above), ("padding-block-end", below)] {
                // A browser that rejects the property shows no spacer.
                drop(style.set_property(name, &format!("{height}px")));
            }
        }
    });
    let heads = store.columns().into_iter().map(|column| {
        view! { <span class=format!("cell {}", column.slug())>{column.label()}</span> }
    });
    let heads = heads.collect_view();
    let selection_bar = may_write.then(|| {
        let ProjectContext { key, states, labels, people, .. } = store.project();
        let all_matching = AllMatching { project: key, query: store.query().from_the_top().address() };
        let options = Signal::stored(PickerOptions { states, labels, people });
        let done = Callback::new(move |()| store.refresh());
        view! { <SelectionBar org=store.org() selection=store.selection() options all_matching done/> }
    });
    view! {
        {move || store.editing().get().map(|editing| view! { <Editor store editing/> })}
        <Show when=move || store.count() == 0>
            <EmptyList is_filtered may_write/>
        </Show>
        <div class="list-scroll" class:selectable=may_write node_ref=scroller on:scroll=move |_| update_window()>
            <div class="list-head" aria-hidden="true" hidden=move || store.count() == 0>
                <span class="open">"Task"</span>
                <span class="cells">{heads}</span>
            </div>
            <ol
                class="list-lines"
                node_ref=list
                inner_html=move || store.html()
                on:keydown=move |event| keyboard::on_key(store, may_write, &event)
                on:click=move |event| on_click(store, &event)
            ></ol>
            {move || (!store.is_live()).then(|| pager.run())}
        </div>
        {selection_bar}
    }
    .into_any()
}

/// Links to the previous and the next page, for use without scripts.
fn pager(org: &str, listing: &Listing, query: &Query) -> ViewFn {
    let path = format!("/o/{org}/projects/{}/list", listing.project.key);
    let all: i64 = listing.groups.iter().map(|group| group.tasks).sum();
    let all = usize::try_from(all).unwrap_or_default();
    let href_of = |from: usize| Query { from, edit: None, ..query.clone() }.href(&path);
    let before = (listing.from > 0).then(|| href_of(listing.from.saturating_sub(PAGE)));
    let end = listing.from + listing.rows.len();
    let after = (end < all && !listing.rows.is_empty()).then(|| href_of(end));
    let shown = format!("{} to {end} of {all}", listing.from + 1);
    ViewFn::from(move || view! { <Pager before=before.clone() after=after.clone() shown=shown.clone()/> })
}

/// Explains an empty list.
#[component]
fn EmptyList(is_filtered: bool, may_write: bool) -> impl IntoView {
    let (title, text) = if is_filtered {
        ("Nothing matches this filter", "Take a part of the filter away to see more tasks.")
    } else if may_write {
        ("What is there to do?", "Write the first task down on the board; here it can be sorted, grouped and filtered.")
    } else {
        ("What is there to do?", "Tasks appear here as soon as somebody has added the first one.")
    };
    view! { <EmptyState title text/> }
}

/// Handles a click in a row: on a checkbox it selects, on a value it opens the editor in place. A click that opens a link in
/// a new tab or window keeps its default action.
fn on_click(store: ListStore, event: &ev::MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Some((number, _)) = row_of(&target) else { return };
    if target.matches("input").unwrap_or_default() {
        return store.select(number, event.shift_key());
    }
    let Some(cell) = target.closest("[data-edit]").ok().flatten() else { return };
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let field = cell.get_attribute("data-edit").and_then(|slug| slug.parse().ok()).and_then(field_of);
    let (Some(row), Some(field)) = (store.row(number), field) else { return };
    event.prevent_default();
    event.stop_propagation();
    let cell_box = cell.get_bounding_client_rect();
    let position = Some((cell_box.x(), cell_box.bottom()));
    store.edit(Some(Editing { row, field: Some(field), position }));
}
