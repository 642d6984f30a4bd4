//! The display menu: the lanes of the board; the groups, the order and the columns of the list.

use leptos::prelude::*;

use super::{
    context::Toolbar,
    panel::{Panel, navigate_on_submit},
};
use crate::{
    domain::{
        query::{Column, Group, Lanes, Query, Sort},
        saved_views::Layout,
    },
    web::ui::icon::Glyph,
};

/// Query parameters that the form of a board sets.
const BOARD_FIELDS: &[&str] = &["lanes"];
/// Query parameters that the form of a list sets.
const LIST_FIELDS: &[&str] = &["group", "sort", "order", "columns"];

/// The button and the form of the display options.
#[component]
pub fn DisplayMenu(toolbar: Toolbar) -> impl IntoView {
    let path = toolbar.path(toolbar.layout);
    let submit = navigate_on_submit(path.clone());
    let fields = if toolbar.layout == Layout::Board { BOARD_FIELDS } else { LIST_FIELDS };
    // Hidden inputs keep the parameters that the form does not set.
    let kept = toolbar.query.fields().into_iter().filter(|(name, _)| !fields.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let controls =
        if toolbar.layout == Layout::Board { board_controls(&toolbar.query) } else { list_controls(&toolbar.query) };
    view! {
        <Panel toolbar icon=Glyph::Sliders label="Display">
            <form class="drop-panel" method="get" action=path aria-label="Display" on:submit=submit>
                {kept}
                {controls}
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

fn board_controls(query: &Query) -> AnyView {
    let lanes = Lanes::ALL.map(|one| {
        let is_selected = one == query.lanes;
        view! { <option value=one.slug() selected=is_selected>{one.label()}</option> }
    });
    view! {
        <label class="line">
            <span>"Swimlanes"</span>
            <select class="input" name="lanes">{lanes.collect_view()}</select>
        </label>
    }
    .into_any()
}

fn list_controls(query: &Query) -> AnyView {
    let groups = Group::ALL.map(|one| {
        let is_selected = one == query.group;
        view! { <option value=one.slug() selected=is_selected>{one.label()}</option> }
    });
    let sorts = Sort::ALL.map(|one| {
        let is_selected = one == query.sort;
        view! { <option value=one.slug() selected=is_selected>{one.label()}</option> }
    });
    let orders = [("asc", "Ascending", false), ("desc", "Descending", true)].map(|(value, label, descending)| {
        view! { <option value=value selected=descending == query.is_descending>{label}</option> }
    });
    let columns = Column::ALL.map(|one| {
        let is_selected = query.shows(one);
        view! {
            <label class="tick">
                <input type="checkbox" name="columns" value=one.slug() checked=is_selected/>
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
            // Submits `none` if no box is ticked.
            <input type="hidden" name="columns" value="none"/>
            {columns.collect_view()}
        </fieldset>
    }
    .into_any()
}
