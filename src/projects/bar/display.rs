//! How the list is arranged: its groups, its order and its columns.

use leptos::prelude::*;

use super::{Bar, follow};
use crate::{
    tasks::query::{Column, Group, Query, Sort},
    ui::icon::{Icon, Icon as Glyph},
};

/// Opens the form.
#[component]
pub fn DisplayMenu(bar: Bar) -> impl IntoView {
    let path = bar.path(bar.layout);
    let submit = follow(path.clone());
    let query = bar.query;
    let filter = Query { filter: query.filter.clone(), ..Query::default() };
    let kept = filter.fields().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let kept = kept.collect_view();
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
        <details class="drop" name="project-bar">
            <summary class="button">
                <Icon icon=Glyph::Sliders/>
                "Display"
            </summary>
            <form class="drop-panel" method="get" action=path aria-label="Display" on:submit=submit>
                {kept}
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
                <div class="buttons">
                    <button class="button primary" type="submit">
                        "Apply"
                    </button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
