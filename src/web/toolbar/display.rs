//! How tasks are arranged: the lanes of the board; the groups, the order and the columns of the list.

use leptos::prelude::*;

use super::{Panel, Toolbar, follow};
use crate::{
    domain::{
        query::{Column, Group, Lanes, Query, Sort},
        saved_views::Layout,
    },
    web::ui::icon::Icon as Glyph,
};

/// What the form of a board says.
const ON_BOARD: &[&str] = &["lanes"];
/// What the form of a list says.
const ON_LIST: &[&str] = &["group", "sort", "order", "columns"];

/// Opens the form.
#[component]
pub fn DisplayMenu(bar: Toolbar) -> impl IntoView {
    let path = bar.path(bar.layout);
    let submit = follow(path.clone());
    let shown = if bar.layout == Layout::Board { ON_BOARD } else { ON_LIST };
    // What the form does not show stays as it is.
    let kept = bar.query.fields().into_iter().filter(|(name, _)| !shown.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let choices = if bar.layout == Layout::Board { of_board(&bar.query) } else { of_list(&bar.query) };
    view! {
        <Panel bar icon=Glyph::Sliders label="Display">
            <form class="drop-panel" method="get" action=path aria-label="Display" on:submit=submit>
                {kept}
                {choices}
                <div class="buttons">
                    <button class="button primary" type="submit">
                        "Apply"
                    </button>
                </div>
            </form>
        </Panel>
    }
    .into_any()
}

fn of_board(query: &Query) -> AnyView {
    let lanes = Lanes::ALL.map(|one| {
        let chosen = one == query.lanes;
        view! { <option value=one.slug() selected=chosen>{one.label()}</option> }
    });
    view! {
        <label class="line">
            <span>"Swimlanes"</span>
            <select class="input" name="lanes">{lanes.collect_view()}</select>
        </label>
    }
    .into_any()
}

fn of_list(query: &Query) -> AnyView {
    let groups = Group::ALL.map(|one| {
        let chosen = one == query.group;
        view! { <option value=one.slug() selected=chosen>{one.label()}</option> }
    });
    let sorts = Sort::ALL.map(|one| {
        let chosen = one == query.sort;
        view! { <option value=one.slug() selected=chosen>{one.label()}</option> }
    });
    let orders = [("asc", "Ascending", false), ("desc", "Descending", true)].map(|(value, label, descending)| {
        view! { <option value=value selected=descending == query.is_descending>{label}</option> }
    });
    let columns = Column::ALL.map(|one| {
        let chosen = query.shows(one);
        view! {
            <label class="tick">
                <input type="checkbox" name="columns" value=one.slug() checked=chosen/>
                <span>{one.label()}</span>
            </label>
        }
    });
    view! {
        <label class="line">
            <span>"Group by"</span>
            <select class="input" name="group">{groups.collect_view()}</select>
        </label>
        <label class="line">
            <span>"Sort by"</span>
            <select class="input" name="sort">{sorts.collect_view()}</select>
        </label>
        <label class="line">
            <span>"Order"</span>
            <select class="input" name="order">{orders.collect_view()}</select>
        </label>
        <fieldset>
            <legend>"Columns"</legend>
            // Nothing ticked is something chosen too.
            <input type="hidden" name="columns" value="none"/>
            {columns.collect_view()}
        </fieldset>
    }
    .into_any()
}
