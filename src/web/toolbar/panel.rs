//! The panels of the toolbar: opening, closing and submitting them.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;

use super::context::Toolbar;
use crate::{
    domain::query::Query,
    web::ui::{
        icon::{Glyph, Icon},
        keyboard::key_of,
        panel::keep_panel,
    },
};

/// A button that opens a panel below it. An open panel stays open while the page shows the same query.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn Panel(
    toolbar: Toolbar,
    icon: Glyph,
    label: &'static str,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    let id = format!("{label}:{}", toolbar.query.href(&toolbar.path(toolbar.layout)));
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

/// The panel that is open.
fn open_panel() -> Option<web_sys::Element> {
    document().query_selector(".drop[open]").ok().flatten()
}

fn close(panel: &web_sys::Element) {
    drop(panel.remove_attribute("open"));
}

/// Closes the open panel.
pub fn close_open_panel() {
    if let Some(panel) = open_panel() {
        close(&panel);
    }
}

/// Closes the open panel when the pointer is pressed outside it.
pub fn close_on_outside_press() {
    // Effects run in the browser only.
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

/// Closes the focused panel on Escape and focuses its button.
pub fn close_on_escape(event: &ev::KeyboardEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let panel = target.and_then(|target| target.closest(".drop[open]").ok().flatten());
    if let Some(panel) = panel.filter(|_| key_of(event) == "Escape") {
        event.prevent_default();
        close(&panel);
        let button = panel.query_selector("summary").ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            drop(button.focus());
        }
    }
}

/// Returns a submit handler for a GET form that navigates on the client, to the address in its canonical form.
pub fn navigate_on_submit(path: String) -> impl Fn(ev::SubmitEvent) {
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
