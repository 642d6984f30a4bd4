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
    web::ui::{
        form_html::{apply, hidden, line, select, tick},
        icon::Glyph,
        markup::{Html, render},
    },
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
    let fields = render(|html| fields(html, &toolbar));
    view! {
        <Panel toolbar icon=Glyph::Sliders label="Display">
            <form class="drop-panel" method="get" action=path aria-label="Display" on:submit=submit inner_html=fields></form>
        </Panel>
    }
    .into_any()
}

/// Appends the fields of the form and its button.
fn fields(html: &mut Html, toolbar: &Toolbar) {
    let is_board = toolbar.layout == Layout::Board;
    let own = if is_board { BOARD_FIELDS } else { LIST_FIELDS };
    // Hidden inputs keep the parameters that the form does not set.
    for (name, value) in toolbar.query.fields() {
        if !own.contains(&name.as_str()) {
            hidden(html, &name, &value);
        }
    }
    if is_board {
        board_controls(html, &toolbar.query);
    } else {
        list_controls(html, &toolbar.query);
    }
    apply(html);
}

fn board_controls(html: &mut Html, query: &Query) {
    let lanes = Lanes::ALL.map(|one| (one.slug(), one.label(), one == query.lanes));
    line(html, "Swimlanes", |html| select(html, "lanes", lanes));
}

fn list_controls(html: &mut Html, query: &Query) {
    let groups = Group::ALL.map(|one| (one.slug(), one.label(), one == query.group));
    line(html, "Group by", |html| select(html, "group", groups));
    let sorts = Sort::ALL.map(|one| (one.slug(), one.label(), one == query.sort));
    line(html, "Sort by", |html| select(html, "sort", sorts));
    let orders = [("asc", "Ascending", !query.is_descending), ("desc", "Descending", query.is_descending)];
    line(html, "Order", |html| select(html, "order", orders));
    html.markup("<fieldset><legend>Columns</legend>");
    // Sends `none` if no box is ticked.
    hidden(html, "columns", "none");
    for one in Column::ALL {
        tick(html, "columns", one.slug(), one.label(), query.shows(one));
    }
    html.markup("</fieldset>");
}
