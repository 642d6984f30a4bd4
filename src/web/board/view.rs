//! The columns of a board and their cards.

use std::collections::BTreeSet;

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{
    add::AddTask,
    card_html::HELP_ID,
    keyboard,
    new_task_shortcut::{NEW_TASK, start_task},
    pointer::{self, Dragging},
    selection,
    store::BoardStore,
    window::FIRST,
};
use crate::{
    domain::{
        projects::{Board, State},
        query::Query,
        tasks::lane::Lane,
    },
    web::{
        live::feed::{Feed, Heard},
        projects::state_mark::StateMark,
        tasks::{priority_mark::PriorityMark, selection::SelectionBar},
        ui::{
            avatar::Avatar,
            empty_state::EmptyState,
            error_page::query_suffix,
            icon::{Icon, Icon as Glyph},
        },
    },
};

/// The board of a project in the organization `org`.
#[component]
pub fn BoardView(
    org: String,
    board: Board,
    /// What it shows.
    query: Query,
    /// The states whose columns are collapsed.
    collapsed: Memo<BTreeSet<String>>,
    /// Whether the reader may create and move tasks.
    may_write: bool,
    /// Called when the board has other columns than these.
    rebuild: Callback<()>,
) -> impl IntoView {
    let project = board.key.to_string();
    let states: Vec<State> = board.columns.iter().map(|column| column.state.clone()).collect();
    let as_of = board.as_of;
    let is_filtered = !query.filter.is_empty();
    let controls = BoardStore::new(&org, board, query, collapsed, may_write, rebuild);
    Feed::expect().listen(as_of, move |heard| match heard {
        Heard::Event(event) => controls.hear(event),
        Heard::Reset => controls.reload(),
    });
    let (at, navigate) = (use_location(), use_navigate());
    Effect::new(move || {
        if at.hash.get() == NEW_TASK {
            start_task();
            // Begun once: when the board is rebuilt, the focus stays where it is by then.
            let here = at.pathname.get_untracked() + &at.search.with_untracked(|search| query_suffix(search));
            navigate(&here, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    });
    let pane = controls.pane();
    Effect::new(move || {
        let resized = window_event_listener(ev::resize, move |_| pane.measure_again(controls));
        on_cleanup(move || resized.remove());
    });
    let dragging = Dragging::new(controls);
    selection::show(controls);
    let selected_org = org.clone();
    let starts_empty = untrack(|| controls.is_empty());
    let columns = states.into_iter().enumerate().map(move |(index, state)| {
        let (org, project) = (org.clone(), project.clone());
        // Built anew with the board: what is typed for one project is not for another.
        let add = may_write.then(|| {
            let (state, open) = (state.slug.clone(), starts_empty && index == 0);
            move || {
                let (org, project, state) = (org.clone(), project.clone(), state.clone());
                view! { <AddTask controls org project column=index state open/> }
            }
        });
        view! { <ColumnView controls index state>{add}</ColumnView> }
    });

    view! {
        <Show when=move || controls.is_empty()>
            <EmptyBoard may_write is_filtered/>
        </Show>
        <p class="notice danger" role="alert">{controls.refused()}</p>
        <div
            class="board"
            class:laned=controls.has_lanes()
            class:is-selecting=move || !controls.selection().is_empty()
            node_ref=pane.scroller()
            on:scroll=move |_| pane.look(controls)
            on:keydown=move |event| keyboard::on_key(controls, &event)
            on:click=move |event| selection::on_click(controls, &event)
            on:dragstart=move |event| dragging.start(&event)
            on:dragover=move |event| dragging.over(&event)
            on:dragleave=move |event| pointer::leave(&event)
            on:drop=move |event| dragging.drop(&event)
            on:dragend=move |_| dragging.end()
        >
            <div class="columns">{columns.collect_view()}</div>
            {controls.has_lanes().then(|| view! { <LaneHeads controls/> })}
        </div>
        <p id=HELP_ID hidden>
            "Press Space to lift the card, the arrow keys to move it, Space to drop it and Escape to return it. Press x to select it."
        </p>
        <p class="unseen" aria-live="assertive">{controls.told()}</p>
        <SelectionBar
            org=selected_org
            selection=controls.selection()
            choices=controls.choices()
            done=Callback::new(move |()| controls.reload())
        />
    }
}

#[component]
fn ColumnView(controls: BoardStore, index: usize, state: State, children: Children) -> impl IntoView {
    let heading = format!("column-{}", state.slug);
    let labelled_by = heading.clone();
    let list = controls.list_of(&state);
    // With scripts, all of them are.
    let (is_long, all_of_it) = (untrack(|| controls.is_long(index)), list.clone());
    let is_collapsed = Memo::new(move |_| controls.is_collapsed(index));
    let fold = view! { <Fold controls slug=state.slug.clone() name=state.name.clone() is_collapsed/> };
    let all = controls.may_move().then(|| {
        view! {
            <button
                type="button"
                class="button quiet square pick-all"
                aria-label=format!("Select all in {}", state.name)
                on:click=move |_| controls.selection().toggle_all(controls.of_column(index))
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
                <h2 id=heading>{state.name}</h2>
                <span class="count">{move || controls.count(index)}</span>
                {all}
                {fold}
            </header>
            <For each=move || controls.lanes() key=|lane| *lane let:lane>
                <Cards controls column=index lane/>
            </For>
            <Show when=move || controls.is_cut(index)>
                <p class="cut">
                    "Only the last ones are here. "
                    <a href=list.clone()>"See all in the list"</a>
                </p>
            </Show>
            {is_long
                .then(|| {
                    view! {
                        <p class="cut plain-only">
                            "Only the first ones are here. "
                            <a href=all_of_it>"See all in the list"</a>
                        </p>
                    }
                })}
            {children()}
        </section>
    }
}

/// Collapses a column and opens it again. Without scripts it is a form that leads to the board like that.
#[component]
fn Fold(controls: BoardStore, slug: String, name: String, is_collapsed: Memo<bool>) -> impl IntoView {
    let (query, path) = controls.with_toggled(&slug);
    let fields = query.fields().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let fields = fields.collect_view();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        controls.toggle_column(&slug);
    };
    view! {
        <form class="fold" method="get" action=path on:submit=submit>
            {fields}
            <button
                type="submit"
                class="button quiet square"
                aria-label=format!("Cards in {name}")
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

/// What stands at the head of each lane, across all columns.
#[component]
fn LaneHeads(controls: BoardStore) -> impl IntoView {
    view! {
        <ul class="lane-heads" aria-label="Swimlanes">
            <For each=move || controls.lanes() key=|lane| *lane let:lane>
                <li>
                    <div class="lane-head">
                        <span class="lane-name">
                            {move || lane_title(controls, lane)}
                            <span class="count">
                                {move || controls.count_lane(lane)}
                                <span class="unseen">" cards"</span>
                            </span>
                        </span>
                    </div>
                </li>
            </For>
        </ul>
    }
}

/// A lane's name with its mark.
fn lane_title(controls: BoardStore, lane: Lane) -> AnyView {
    let name = controls.lane_name(lane);
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
            let hue = controls.lane_hue(lane).map_or_else(String::new, |hue| format!(" hue-{hue}"));
            view! { <span class=format!("label{hue}")>{name}</span> }.into_any()
        }
        _ => view! { <span class="clip">{name}</span> }.into_any(),
    }
}

/// The cards of a column in a lane. They are one text; what changes later is changed in place.
#[component]
fn Cards(controls: BoardStore, column: usize, lane: Lane) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let items = Memo::new(move |_| controls.items(column, lane));
    let first = items.get_untracked();
    let html = controls.html(&first[..first.len().min(FIRST)]);
    controls.pane().follow(controls, list, items, first);
    // Built anew with the board, since nothing but the text of the first time is known of what is in it.
    let name = (lane != Lane::Whole).then_some(move || controls.lane_name(lane));
    let lane = (lane != Lane::Whole).then(|| lane.to_string());
    move || {
        let (name, lane, html) = (name, lane.clone(), html.clone());
        view! { <ol class="cards" data-lane=lane aria-label=name node_ref=list inner_html=html></ol> }
    }
}

/// What a board is for, told where there is nothing on it yet.
#[component]
fn EmptyBoard(may_write: bool, is_filtered: bool) -> impl IntoView {
    if is_filtered {
        let text = "Take a part of the filter away to see more tasks.";
        return view! { <EmptyState title="Nothing matches this filter" text/> };
    }
    let text = if may_write {
        "Write the first task down in Backlog, and move it to the right as work on it goes on."
    } else {
        "Tasks appear here as soon as somebody has added the first one."
    };
    view! { <EmptyState title="What is there to do?" text/> }
}
