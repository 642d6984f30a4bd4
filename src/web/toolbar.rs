//! The toolbar above a project's board and list: views, filter, display options, and errors in the address.

mod chips;
mod context;
mod display;
mod filter;
mod panel;
mod saved;

use leptos::prelude::*;

use self::{
    chips::chips,
    context::Toolbar,
    display::DisplayMenu,
    filter::FilterMenu,
    panel::{close_on_escape, close_on_outside_press, close_open_panel},
    saved::{ChangeView, SaveView},
};
use super::{
    projects::tabs::project_tabs,
    ui::icon::{Glyph, Icon},
};
use crate::domain::{
    board::ProjectContext,
    query::{Problem, Query},
    saved_views::{Layout, SavedView},
    tasks::filter::{Archived, Filter},
};

/// The toolbar of the page that shows `query`.
#[component]
pub fn ProjectToolbar(
    org: String,
    project: ProjectContext,
    layout: Layout,
    query: Query,
    /// Called when a saved view has changed.
    changed: Callback<()>,
    /// Whether the member may change tasks, and therefore share views.
    may_write: bool,
) -> impl IntoView {
    let query = query.first_page().fitting(&project.key, &project.states, &project.labels);
    let problems = project.problems.clone();
    // A saved form closes its panel.
    let changed = Callback::new(move |()| {
        close_open_panel();
        changed.run(());
    });
    let toolbar = Toolbar { org, project, layout, query, changed, may_write };
    let opened = toolbar.opened_view();
    let project = format!("/o/{}/projects/{}", toolbar.org, toolbar.project.key);
    let tabs = project_tabs(&project, &Query { view: None, ..toolbar.query.clone() }, Some(layout));
    let views = saved_tabs(&toolbar, opened.as_ref());
    // The closures rebuild each panel with the page, because values that were typed but not submitted are not part of
    // the filter. They also avoid a display error: a checkbox whose `type` is removed and set again inside a closed
    // panel is no longer drawn.
    let display = {
        let toolbar = toolbar.clone();
        move || view! { <DisplayMenu toolbar=toolbar.clone()/> }
    };
    let missing = opened.clone().filter(|view| !view.missing.is_empty() && toolbar.shows(view));
    let missing = missing.map(|view| view! { <MissingParts view/> });
    let view_menu = {
        let toolbar = toolbar.clone();
        // What another person's view shows differently can be saved as one of one's own.
        let opened = opened.filter(|view| view.owner.is_none() || toolbar.shows(view));
        move || match opened.clone() {
            Some(view) => view! { <ChangeView toolbar=toolbar.clone() view/> }.into_any(),
            None => view! { <SaveView toolbar=toolbar.clone()/> }.into_any(),
        }
    };
    let chips = chip_row(&toolbar);
    let errors = (!problems.is_empty()).then(|| view! { <AddressErrors toolbar=toolbar.clone() problems/> });
    let filter = move || view! { <FilterMenu toolbar=toolbar.clone()/> };
    close_on_outside_press();
    view! {
        <div class="project-bar" on:keydown=|event| close_on_escape(&event)>
            <nav class="view-tabs" aria-label="Views">
                {tabs}
                {views}
            </nav>
            <div class="tools">
                {filter}
                {display}
                {view_menu}
            </div>
        </div>
        {chips}
        {missing}
        {errors}
    }
    .into_any()
}

/// Links to the saved views of the project.
fn saved_tabs(toolbar: &Toolbar, opened: Option<&SavedView>) -> impl IntoView + use<> {
    let tabs: Vec<_> = toolbar
        .project
        .views
        .iter()
        .map(|view| {
            let href = toolbar.view_href(view);
            let current = (opened.is_some_and(|opened| opened.id == view.id)).then_some("true");
            let hint = view.owner.as_ref().map(|owner| format!("Shared by {owner}"));
            view! {
                <a class="view-tab saved" href=href aria-current=current title=hint>
                    <span class="clip">{view.name.clone()}</span>
                </a>
            }
        })
        .collect();
    tabs.collect_view()
}

/// The parts of the filter, each with a link that removes it.
fn chip_row(toolbar: &Toolbar) -> Option<impl IntoView + use<>> {
    let chips = chips(&toolbar.query, &toolbar.project);
    if chips.is_empty() {
        return None;
    }
    let path = toolbar.path(toolbar.layout);
    let clear = (chips.len() > 1).then(|| toolbar.query.filtered(Filter::default()).href(&path));
    let chips = chips.into_iter().map(|chip| {
        let href = toolbar.query.filtered(chip.without).href(&path);
        let remove = format!("Remove the filter “{} {}”", chip.name, chip.value);
        view! {
            <li class="chip">
                <span class="clip">
                    <span class="muted">{chip.name}</span>
                    " "
                    {chip.value}
                </span>
                <a class="remove" href=href aria-label=remove>
                    <Icon icon=Glyph::Close/>
                </a>
            </li>
        }
    });
    let chips = chips.collect_view();
    Some(view! {
        <div class="filter-chips">
            <ul aria-label="Filters">{chips}</ul>
            {clear.map(|href| view! { <a class="button quiet" href=href>"Clear filters"</a> })}
        </div>
    })
}

/// Lists the invalid parts of the address and links to the page without them.
#[component]
fn AddressErrors(toolbar: Toolbar, problems: Vec<Problem>) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::web::request::set_status(&crate::domain::errors::AppError::BadRequest);
    let mut valid = toolbar.query.clone();
    if toolbar.layout == Layout::Board {
        valid.filter.archived = Archived::No;
    }
    let href = valid.href(&toolbar.path(toolbar.layout));
    view! {
        <div class="trouble" role="alert">
            <h2>"This link contains filters we don’t recognise"</h2>
            <p>"Remove them to see the tasks."</p>
            {problem_list(problems)}
            <a class="button" href=href>
                "Show tasks without them"
            </a>
        </div>
    }
}

/// Says what a saved view names that no longer exists. The page shows the view without it.
#[component]
fn MissingParts(view: SavedView) -> impl IntoView {
    let next = match view.owner {
        None => "To remove it from the view, choose “View” and “Save changes”.".to_owned(),
        Some(owner) => format!("{owner} can remove it from the view."),
    };
    view! {
        <div class="trouble" role="status">
            <h2>"This view filters by something that no longer exists"</h2>
            <p>"The tasks are shown without it. " {next}</p>
            {problem_list(view.missing)}
        </div>
    }
}

fn problem_list(problems: Vec<Problem>) -> impl IntoView {
    let problems = problems.into_iter().map(|Problem { part, message }| {
        view! {
            <li>
                <code>{part}</code>
                " "
                {message}
            </li>
        }
    });
    view! { <ul>{problems.collect_view()}</ul> }
}
