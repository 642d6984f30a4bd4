//! The columns of a board and their cards.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{
    add::AddTask,
    card_html::HELP_ID,
    commands::BoardCommands,
    focus, keyboard,
    pointer::{self, Drag},
    store::BoardStore,
    viewport::BoardViewport,
    window::INITIAL_CARDS,
};
use crate::{
    domain::{board::Board, projects::State, saved_views::Layout, tasks::lane::Lane},
    web::{
        new_task::{NEW_TASK, start_task},
        projects::state_mark::StateMark,
        task_view::{checkbox, live, page::OpenPage, selection_bar::SelectionBar, viewport::Viewport},
        tasks::priority_mark::PriorityMark,
        ui::{
            avatar::Avatar,
            empty_state::EmptyState,
            error_page::query_suffix,
            icon::{Glyph, Icon},
        },
    },
};

/// The board of a project.
#[component]
pub fn BoardView(page: OpenPage, board: Board) -> impl IntoView {
    let (org, project) = (page.org.clone(), board.key.to_string());
    let states: Vec<State> = board.columns.iter().map(|column| column.state.clone()).collect();
    let (as_of, may_write) = (board.as_of, page.may_write);
    let is_filtered = !page.query.filter.is_empty();
    let store = BoardStore::new(page, board);
    let shared = Viewport::default();
    let viewport = BoardViewport::new(shared, store.renderer());
    let commands = BoardCommands::new(store, Arc::new(move |change: &mut dyn FnMut()| focus::keep(shared, change)));
    live::follow(Arc::new(commands), as_of);
    let (location, navigate) = (use_location(), use_navigate());
    Effect::new(move || {
        if location.hash.get() == NEW_TASK {
            start_task();
            // Remove the fragment, so that a rebuilt board does not open the form again.
            let address =
                location.pathname.get_untracked() + &location.search.with_untracked(|search| query_suffix(search));
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    });
    Effect::new(move || {
        let resized = window_event_listener(ev::resize, move |_| shared.invalidate_heights());
        on_cleanup(move || resized.remove());
    });
    let drag = Drag::new(commands, shared);
    checkbox::sync(store.shared);
    let starts_empty = untrack(|| store.is_empty());
    let columns = states.into_iter().enumerate().map(move |(index, state)| {
        let (org, project) = (org.clone(), project.clone());
        // A closure: the form is rebuilt with the board, so that text typed for one project does not appear in another.
        let add = may_write.then(|| {
            let (state, open) = (state.slug.clone(), starts_empty && index == 0);
            move || {
                let (org, project, state) = (org.clone(), project.clone(), state.clone());
                view! { <AddTask commands org project column=index state open/> }
            }
        });
        view! { <ColumnView commands viewport index state>{add}</ColumnView> }
    });

    view! {
        <Show when=move || store.is_empty()>
            <EmptyBoard may_write is_filtered/>
        </Show>
        <p class="notice danger" role="alert">{store.refusal}</p>
        <div
            class="board"
            class:laned=store.has_lanes()
            class:is-selecting=move || !store.shared.selection().is_empty()
            node_ref=shared.scroller()
            on:scroll=move |_| shared.update()
            on:keydown=move |event| keyboard::on_key(commands, shared, &event)
            on:click=move |event| {
                checkbox::on_click(&commands, &event);
            }
            on:dragstart=move |event| drag.start(&event)
            on:dragover=move |event| drag.over(&event)
            on:dragleave=move |event| pointer::leave(&event)
            on:drop=move |event| drag.drop(&event)
            on:dragend=move |_| drag.end()
        >
            <div class="columns">{columns.collect_view()}</div>
            {store.has_lanes().then(|| view! { <LaneHeads store/> })}
        </div>
        <p id=HELP_ID hidden>
            "Press Space to pick up the card, the arrow keys to move it, Space to drop it or Escape to cancel. Press X to select it."
        </p>
        <p class="visually-hidden" aria-live="assertive">{store.announcement}</p>
        <SelectionBar view=Arc::new(commands)/>
    }
}

#[component]
fn ColumnView(
    commands: BoardCommands,
    viewport: BoardViewport,
    index: usize,
    state: State,
    children: Children,
) -> impl IntoView {
    let store = commands.store;
    let limit = state.wip_limit;
    let heading = format!("column-{}", state.slug);
    let labelled_by = heading.clone();
    let list = store.list_address(&state);
    // Shown without scripts only: with scripts, the viewport renders all cards.
    let (is_long, full_list) = (untrack(|| store.is_long(index)), list.clone());
    let is_collapsed = Memo::new(move |_| store.is_collapsed(index));
    let fold = view! { <Fold commands slug=state.slug.clone() name=state.name.clone() is_collapsed/> };
    let select_all = store.shared.may_write().then(|| {
        view! {
            <button
                type="button"
                class="button quiet square pick-all"
                aria-label=format!("Select all in {}", state.name)
                on:click=move |_| commands.toggle_column_selection(index)
            >
                <Icon icon=Glyph::Check/>
            </button>
        }
    });
    view! {
        <section
            class="column"
            class:collapsed=is_collapsed
            data-column=index
            data-testid=format!("board-column-{}", state.slug)
            aria-labelledby=labelled_by
        >
            <header class="head">
                <StateMark category=state.category/>
                <h2 id=heading dir="auto">{state.name}</h2>
                <span class="count" class:full=move || store.is_full(index)>
                    {move || store.count(index)}
                    {limit.map(|limit| view! { <span title="WIP limit">{format!(" / {limit}")}</span> })}
                </span>
                {select_all}
                {fold}
            </header>
            <For each=move || store.lanes() key=|lane| *lane let:lane>
                <Cards store viewport column=index lane/>
            </For>
            <Show when=move || store.is_cut(index)>
                <p class="cut">
                    "Only the last tasks are shown. "
                    <a href=list.clone()>"View all in the list"</a>
                </p>
            </Show>
            {is_long
                .then(|| {
                    view! {
                        <p class="cut plain-only">
                            "Only the first tasks are shown. "
                            <a href=full_list>"View all in the list"</a>
                        </p>
                    }
                })}
            {children()}
        </section>
    }
}

/// Button that collapses and expands a column. Without scripts the form loads the board with the column toggled.
#[component]
fn Fold(commands: BoardCommands, slug: String, name: String, is_collapsed: Memo<bool>) -> impl IntoView {
    let shared = commands.store.shared;
    let (query, path) = (commands.store.toggled_query(&slug), shared.path(Layout::Board));
    let fields = query.fields().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let fields = fields.collect_view();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        commands.toggle_column(&slug);
    };
    view! {
        <form class="fold" method="get" action=path on:submit=submit>
            {fields}
            <button
                type="submit"
                class="button quiet square"
                aria-label=move || format!("{} {name}", if is_collapsed.get() { "Expand" } else { "Collapse" })
                aria-expanded=move || if is_collapsed.get() { "false" } else { "true" }
            >
                {move || {
                    let icon = if is_collapsed.get() { Glyph::ChevronsOutward } else { Glyph::ChevronsInward };
                    view! { <Icon icon/> }
                }}
            </button>
        </form>
    }
}

/// The headings of the lanes, across all columns.
#[component]
fn LaneHeads(store: BoardStore) -> impl IntoView {
    view! {
        <ul class="lane-heads" aria-label="Swimlanes">
            <For each=move || store.lanes() key=|lane| *lane let:lane>
                <li>
                    <div class="lane-head">
                        <span class="lane-name">
                            {move || lane_title(store, lane)}
                            <span class="count">
                                {move || store.count_lane(lane)}
                                <span class="visually-hidden">" cards"</span>
                            </span>
                        </span>
                    </div>
                </li>
            </For>
        </ul>
    }
}

/// Renders a lane's name with its icon.
fn lane_title(store: BoardStore, lane: Lane) -> AnyView {
    let name = store.lane_name(lane);
    match lane {
        Lane::Assignee(Some(_)) => view! {
            <Avatar name=name.clone()/>
            <span class="clip">{name}</span>
        }
        .into_any(),
        Lane::Priority(priority) => view! {
            <PriorityMark priority/>
            <span class="clip">{name}</span>
        }
        .into_any(),
        Lane::Label(Some(_)) => {
            let hue = store.lane_hue(lane).map_or_else(String::new, |hue| format!(" hue-{hue}"));
            view! { <span class=format!("label{hue}")>{name}</span> }.into_any()
        }
        _ => view! { <span class="clip">{name}</span> }.into_any(),
    }
}

/// The cards of a column in a lane. They are rendered as one HTML string; the viewport patches later changes.
#[component]
fn Cards(store: BoardStore, viewport: BoardViewport, column: usize, lane: Lane) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let items = Memo::new(move |_| store.items(column, lane));
    let initial = items.get_untracked();
    let html = viewport.renderer.initial_html(&initial[..initial.len().min(INITIAL_CARDS)]);
    viewport.bind_list(list, items, initial);
    // A closure: the list is rebuilt with the board, since the framework knows only its initial HTML.
    let name = (lane != Lane::Whole).then_some(move || store.lane_name(lane));
    let lane = (lane != Lane::Whole).then(|| lane.to_string());
    move || {
        let (name, lane, html) = (name, lane.clone(), html.clone());
        view! { <ol class="cards" data-lane=lane aria-label=name node_ref=list inner_html=html></ol> }
    }
}

/// Explains an empty board.
#[component]
fn EmptyBoard(may_write: bool, is_filtered: bool) -> impl IntoView {
    if is_filtered {
        let text = "Remove a filter to see more tasks.";
        return view! { <EmptyState title="No tasks match this filter" text/> };
    }
    let text = if may_write {
        "Add the first one to Backlog, then move it right as work progresses."
    } else {
        "Tasks appear here once someone adds the first one."
    };
    view! { <EmptyState title="No tasks yet" text/> }
}
