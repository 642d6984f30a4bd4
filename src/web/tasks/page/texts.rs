//! Title and description of a task: rendered, or in the form that edits them.

use leptos::{either::Either, prelude::*, server_fn::ServerFn as _};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::edit::EditForm;
use crate::{
    domain::tasks::TaskDetail,
    web::{
        tasks::functions::{MergeTask, UpdateTask},
        ui::{
            draft::Draft,
            form::{EDIT, FormRetry},
            icon::{Glyph, Icon},
        },
    },
};

/// The keyboard shortcut that opens the form.
const SHORTCUT: &str = "e";

/// The texts of a task of the organization `org`.
#[component]
pub fn Texts(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the member may edit the texts.
    may_write: bool,
) -> impl IntoView {
    if !may_write {
        return view! { <RenderedTexts task edit=None/> }.into_any();
    }
    let key = task.with_untracked(|task| task.key.to_string());
    let path = StoredValue::new(format!("/o/{org}/tasks/{key}"));
    let draft = Draft::of_action(UpdateTask::PATH, &key);
    // The form is open if the address says so, or if a submission was rejected.
    let query = use_query_map();
    let is_requested = Memo::new(move |_| query.with(|query| query.get(EDIT).is_some()));
    let retry = use_context::<Option<FormRetry>>().flatten();
    let was_rejected = retry.is_some_and(|retry| [UpdateTask::PATH, MergeTask::PATH].contains(&retry.action.as_str()));
    let is_open = RwSignal::new(was_rejected || is_requested.get_untracked());
    let was_opened_here = RwSignal::new(false);
    Effect::new(move |previous: Option<bool>| {
        let is_requested = is_requested.get();
        if previous.is_some_and(|previous| previous != is_requested) {
            was_opened_here.set(is_requested);
            is_open.set(is_requested);
        }
        is_requested
    });
    Effect::new(move || {
        if draft.exists() {
            is_open.set(true);
        }
    });

    let navigate = StoredValue::new(use_navigate());
    let go = move |path: &str| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(path, options));
    };
    let close = Callback::new(move |()| {
        is_open.set(false);
        if is_requested.get_untracked() {
            path.with_value(|path| go(path));
        }
        focus_edit_link();
    });
    let org = StoredValue::new(org);
    view! {
        {move || {
            if is_open.get() {
                Either::Left(
                    view! { <EditForm org=org.get_value() task draft close path=path.get_value() focus=was_opened_here.get_untracked()/> },
                )
            } else {
                Either::Right(view! { <RenderedTexts task edit=Some(format!("{}?{EDIT}", path.get_value()))/> })
            }
        }}
    }
    .into_any()
}

/// Id of the link that opens the form.
const EDIT_LINK: &str = "edit-texts";

/// The rendered texts.
#[component]
fn RenderedTexts(
    task: RwSignal<TaskDetail>,
    /// Address of the form; `None` for members who may only read.
    edit: Option<String>,
) -> impl IntoView {
    let address = edit.clone();
    let link = edit.map(|edit| {
        view! {
            <a href=edit id=EDIT_LINK class="button" aria-keyshortcuts=SHORTCUT data-noscroll="">
                <Icon icon=Glyph::Pencil/>
                "Edit"
            </a>
        }
    });
    let is_empty = Memo::new(move |_| task.with(|task| task.html.trim().is_empty()));
    let description = move || {
        if !is_empty.get() {
            return view! { <div class="prose description" inner_html=move || task.with(|task| task.html.clone())></div> }.into_any();
        }
        match address.clone() {
            Some(address) => view! {
                <a href=address class="invite" data-noscroll="">
                    "Add a description…"
                </a>
            }
            .into_any(),
            None => view! { <p class="muted">"No description"</p> }.into_any(),
        }
    };
    view! {
        <section class="task-texts" aria-label="Task">
            <div class="task-head">
                <h2 class="title" dir="auto">{move || task.with(|task| task.fields.title.clone())}</h2>
                {link}
            </div>
            {description}
        </section>
    }
}

/// Focuses the link that replaces the closed form, so that keyboard users continue there.
fn focus_edit_link() {
    request_animation_frame(|| {
        use leptos::{wasm_bindgen::JsCast as _, web_sys::HtmlElement};
        let link = document().get_element_by_id(EDIT_LINK).and_then(|link| link.dyn_into::<HtmlElement>().ok());
        if let Some(link) = link {
            // Focusing is a convenience; its failure is ignored.
            drop(link.focus());
        }
    });
}
