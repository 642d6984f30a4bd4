//! What stands above the tasks of a project, on its board and its list: the views, the filter, and what is wrong with it.

mod chips;
mod display;
mod filter;
mod saved;

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;

use self::{
    chips::chips,
    display::DisplayMenu,
    filter::FilterMenu,
    saved::{ChangeView, SaveView},
};
use super::{
    projects::tabs::project_tabs,
    ui::{
        icon::{Icon, Icon as Glyph},
        panel::keep_panel,
    },
};
use crate::domain::{
    projects::Parts,
    query::{Problem, Query},
    saved_views::{Layout, SavedView},
    tasks::filter::{Archived, Filter},
};

/// What the parts of the bar have in common.
#[derive(Clone)]
struct Toolbar {
    org: String,
    parts: Parts,
    layout: Layout,
    /// What the page shows, from the first row on.
    query: Query,
    /// Loads the page's data again.
    changed: Callback<()>,
    may_write: bool,
}

impl Toolbar {
    /// The address of the board or the list, without what it shows.
    fn path(&self, layout: Layout) -> String {
        format!("/o/{}/projects/{}/{}", self.org, self.parts.key, layout.slug())
    }
}

/// A button that opens a panel below it. One that is open stays so while the same is shown.
#[component]
fn Panel(
    bar: Toolbar,
    icon: Glyph,
    label: &'static str,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    let id = format!("{label}:{}", bar.query.href(&bar.path(bar.layout)));
    let panel = keep_panel(&id);
    view! {
        <details class="drop" name="project-bar" id=id open=open node_ref=panel>
            <summary class="button">
                <Icon icon/>
                {label}
            </summary>
            {children()}
        </details>
    }
    .into_any()
}

/// The bar above the tasks that `query` asks for.
#[component]
pub fn ProjectToolbar(
    org: String,
    parts: Parts,
    layout: Layout,
    query: Query,
    /// Called when a view was changed.
    changed: Callback<()>,
    /// Whether the reader may change tasks, and so share views.
    may_write: bool,
) -> impl IntoView {
    let query = query.from_the_top().fitting(&parts.key, &parts.states, &parts.labels);
    let problems = parts.problems.clone();
    // What was saved is done with.
    let changed = Callback::new(move |()| {
        if let Some(panel) = open_panel() {
            close(&panel);
        }
        changed.run(());
    });
    let bar = Toolbar { org, parts, layout, query, changed, may_write };
    let here = bar.query.address();
    let opened = bar.parts.views.iter().find(|view| view.layout == layout && view.query == here).cloned();
    let project = format!("/o/{}/projects/{}", bar.org, bar.parts.key);
    let tabs = project_tabs(&project, &bar.query, Some(layout));
    let views = saved_tabs(&bar, opened.as_ref());
    // Each is built anew with the page: what was typed or ticked and not sent is not the filter. (Boxes whose `type` is
    // taken away and given back inside a closed panel are not drawn any more, besides.)
    let display = {
        let bar = bar.clone();
        move || view! { <DisplayMenu bar=bar.clone()/> }
    };
    let view_menu = {
        let bar = bar.clone();
        move || match opened.clone() {
            Some(view) => view! { <ChangeView bar=bar.clone() view/> }.into_any(),
            None => view! { <SaveView bar=bar.clone()/> }.into_any(),
        }
    };
    let chips = chip_row(&bar);
    let trouble = (!problems.is_empty()).then(|| view! { <Trouble bar=bar.clone() problems/> });
    let filter = move || view! { <FilterMenu bar=bar.clone()/> };
    close_elsewhere();
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
        {trouble}
    }
    .into_any()
}

fn saved_tabs(bar: &Toolbar, opened: Option<&SavedView>) -> impl IntoView + use<> {
    let tabs: Vec<_> = bar
        .parts
        .views
        .iter()
        .map(|view| {
            let path = bar.path(view.layout);
            let href = if view.query.is_empty() { path } else { format!("{path}?{}", view.query) };
            let current = (opened.is_some_and(|opened| opened.id == view.id)).then_some("true");
            let whose = view.owner.as_ref().map(|owner| format!("Shared by {owner}"));
            view! {
                <a class="view-tab saved" href=href aria-current=current title=whose>
                    <span class="clip">{view.name.clone()}</span>
                </a>
            }
        })
        .collect();
    tabs.collect_view()
}

/// What is filtered by, each part with a link that takes it away.
fn chip_row(bar: &Toolbar) -> Option<impl IntoView + use<>> {
    let chips = chips(&bar.query, &bar.parts);
    if chips.is_empty() {
        return None;
    }
    let path = bar.path(bar.layout);
    let clear = (chips.len() > 1).then(|| bar.query.filtered(Filter::default()).href(&path));
    let chips = chips.into_iter().map(|chip| {
        let href = bar.query.filtered(chip.without).href(&path);
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
            {clear.map(|href| view! { <a class="button quiet" href=href>"Clear all"</a> })}
        </div>
    })
}

/// What in the address is not understood, and the way on without it.
#[component]
fn Trouble(bar: Toolbar, problems: Vec<Problem>) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::web::ui::error_page::set_status(&crate::domain::errors::AppError::BadRequest);
    let mut rest = bar.query.clone();
    if bar.layout == Layout::Board {
        rest.filter.archived = Archived::No;
    }
    let href = rest.href(&bar.path(bar.layout));
    let problems = problems.into_iter().map(|Problem { part, message }| {
        view! {
            <li>
                <code>{part}</code>
                " "
                {message}
            </li>
        }
    });
    view! {
        <div class="trouble" role="alert">
            <h2>"Part of this address is not understood"</h2>
            <p>"Nothing is shown, so that nothing is left out unnoticed."</p>
            <ul>{problems.collect_view()}</ul>
            <a class="button" href=href>
                "Show the tasks without it"
            </a>
        </div>
    }
}

fn open_panel() -> Option<web_sys::Element> {
    document().query_selector(".drop[open]").ok().flatten()
}

fn close(panel: &web_sys::Element) {
    drop(panel.remove_attribute("open"));
}

/// Closes the panels of the bar when something else is pressed.
fn close_elsewhere() {
    // In the browser alone.
    Effect::new(move || {
        let handle = window_event_listener(ev::pointerdown, |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let inside = target.and_then(|target| target.closest(".drop").ok().flatten());
            let is_inside = |open: &web_sys::Element| inside.is_some_and(|inside| inside.is_same_node(Some(open)));
            if let Some(open) = open_panel().filter(|open| !is_inside(open)) {
                close(&open);
            }
        });
        let handle = SendWrapper::new(handle);
        on_cleanup(move || handle.take().remove());
    });
}

/// Closes the panel that the focus is in, and puts the focus on its button.
fn close_on_escape(event: &ev::KeyboardEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let panel = target.and_then(|target| target.closest(".drop[open]").ok().flatten());
    if let Some(panel) = panel.filter(|_| event.key() == "Escape") {
        event.prevent_default();
        close(&panel);
        let button = panel.query_selector("summary").ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            drop(button.focus());
        }
    }
}

/// Goes where a form with the method GET leads, without loading the page, and with the address in its shortest spelling.
fn follow(path: String) -> impl Fn(ev::SubmitEvent) {
    let navigate = use_navigate();
    move |event| {
        let form = event.target().and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
        let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        let text = data.and_then(|data| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
        let Some(text) = text.map(|text| String::from(text.to_string())) else { return };
        event.prevent_default();
        let (query, problems) = Query::parse(&text);
        let href = if problems.is_empty() { query.href(&path) } else { format!("{path}?{text}") };
        navigate(&href, NavigateOptions::default());
    }
}
