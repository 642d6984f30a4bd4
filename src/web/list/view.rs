//! The rows of a list.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};

use super::{
    commands::ListCommands,
    editor::{Editor, field_of},
    focus::keep,
    keyboard,
    list_state::ListState,
    store::ListStore,
    viewport::Rows,
};
use crate::{
    domain::{
        list::{Listing, PAGE},
        query::Query,
        saved_views::Layout,
        tasks::field_name::Field,
    },
    web::{
        task_view::{
            checkbox, focus, live,
            page::OpenPage,
            selection_bar::SelectionBar,
            store::path,
            viewport::{Viewport, set_spacers},
        },
        ui::{empty_state::EmptyState, pager::Pager},
    },
};

/// The rows of a list.
#[component]
pub fn ListView(page: OpenPage, listing: Listing) -> impl IntoView {
    let (as_of, may_write, is_filtered) = (listing.as_of, page.may_write, !page.query.filter.is_empty());
    let pager = pager(&page, &listing);
    let store = ListStore::new(page, listing);
    let commands = ListCommands::new(store, Arc::new(keep));
    live::follow(Arc::new(commands), as_of);
    let (viewport, list) = (Viewport::default(), NodeRef::<html::Ol>::new());
    viewport.add(list, Arc::new(Rows(commands)));
    // Effects run in the browser only: switch from one page to all rows.
    Effect::new(move || {
        let height = |selector: &str| {
            let line = list.get_untracked()?.query_selector(selector).ok()??;
            Some(line.get_bounding_client_rect().height()).filter(|height| *height > 0.0)
        };
        viewport.start_at(commands.start_live(height(".group"), height(".list-row")));
    });
    Effect::new(move || {
        let spacers = store.state.with(ListState::spacers);
        if let Some(list) = list.get_untracked() {
            set_spacers(&list, ["padding-block-start", "padding-block-end"], spacers);
        }
    });
    let heads = store.columns().into_iter().map(|column| {
        view! { <span class=format!("cell {}", column.slug())>{column.label()}</span> }
    });
    let heads = heads.collect_view();
    let selection_bar = may_write.then(|| view! { <SelectionBar view=Arc::new(commands) with_select_all=true/> });
    view! {
        {move || store.editing.get().map(|editing| view! { <Editor commands editing/> })}
        <Show when=move || store.count() == 0>
            <EmptyList is_filtered may_write/>
        </Show>
        <div class="list-scroll" class:selectable=may_write node_ref=viewport.scroller() on:scroll=move |_| viewport.update()>
            <div class="list-head" aria-hidden="true" hidden=move || store.count() == 0>
                <span class="open">"Task"</span>
                <span class="cells">{heads}</span>
            </div>
            <ol
                class="list-lines"
                node_ref=list
                inner_html=move || store.html()
                on:keydown=move |event| keyboard::on_key(commands, &event)
                on:click=move |event| on_click(commands, &event)
            ></ol>
            {move || (!store.state.with(ListState::is_live)).then(|| pager.run())}
        </div>
        {selection_bar}
    }
    .into_any()
}

/// Links to the previous and the next page, for use without scripts.
fn pager(page: &OpenPage, listing: &Listing) -> ViewFn {
    let path = path(&page.org, &page.project.key, Layout::List);
    let all: i64 = listing.groups.iter().map(|group| group.tasks).sum();
    let all = usize::try_from(all).unwrap_or_default();
    let href_of = |from: usize| Query { from, edit: None, ..page.query.clone() }.href(&path);
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
        ("No tasks match this filter", "Remove a filter to see more tasks.")
    } else if may_write {
        ("No tasks yet", "Add the first one on the board, then sort, group and filter tasks here.")
    } else {
        ("No tasks yet", "Tasks appear here once someone adds the first one.")
    };
    view! { <EmptyState title text/> }
}

/// Handles a click in a row: a click on a checkbox selects the row, a click on a value opens the editor in place. A
/// click that opens a link in a new tab or window keeps its default action.
fn on_click(commands: ListCommands, event: &ev::MouseEvent) {
    if checkbox::on_click(&commands, event) {
        return;
    }
    let Some(target) = focus::target(event) else { return };
    let Some(number) = focus::task_number(&target) else { return };
    let Some(cell) = target.closest("[data-edit]").ok().flatten() else { return };
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let slug = cell.get_attribute("data-edit").unwrap_or_default();
    let field = if slug == Field::Title.slug() { Some(Field::Title) } else { slug.parse().ok().and_then(field_of) };
    let (Some(row), Some(field)) = (commands.store.row(number), field) else { return };
    event.prevent_default();
    event.stop_propagation();
    commands.edit_at(row, field, &cell);
}
