//! The form in which a member resolves a conflict between their texts and the saved ones.

use leptos::{either::Either, prelude::*, web_sys::HtmlInputElement};
use wasm_bindgen::JsCast as _;

use crate::{
    domain::tasks::{
        TaskDetail,
        merge::{Choice, Merge, Part},
    },
    web::ui::{
        app_form::{AppForm, SubmitButton},
        form::FormFeedback,
        form_action::FormAction,
        icon::{Glyph, Icon},
        rcdata::rcdata,
    },
};

/// A longer part without conflict is collapsed.
const MAX_VISIBLE_LINES: usize = 6;

/// The merged texts, with a choice wherever the versions differ.
#[component]
pub fn MergeForm(
    org: String,
    key: String,
    merge: Merge,
    action: FormAction<TaskDetail>,
    /// Address of the page that shows the texts.
    path: String,
    /// Called when the member discards their own texts.
    discard: Callback<()>,
) -> impl IntoView {
    let Merge { version, by, title, description } = merge;
    let feedback = FormFeedback::at(action, &version.to_string());
    let who = if by.is_empty() { "Someone else".to_owned() } else { by };
    view! {
        <AppForm action feedback class="merge">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="version" value=version/>
            <div class="notice" role="status">
                <Icon icon=Glyph::Alert/>
                <p>
                    "Someone changed this task while you were editing: " {who.clone()}
                    " edited the same text as you. Nothing was overwritten. Choose which version to keep; the rest is already merged."
                </p>
            </div>
            <MergeParts name="title" label="Title" parts=title who=who.clone() feedback/>
            <MergeParts name="description" label="Description" parts=description who feedback/>
            <div class="buttons">
                <SubmitButton label="Save merged text" pending=action.pending()/>
                <a href=path class="button quiet" on:click=move |_| discard.run(()) data-noscroll="">
                    "Discard my changes"
                </a>
            </div>
        </AppForm>
    }
    .into_any()
}

/// The parts of one text.
#[component]
fn MergeParts(
    name: &'static str,
    label: &'static str,
    parts: Vec<Part>,
    who: String,
    feedback: FormFeedback,
) -> impl IntoView {
    let error = feedback.field(name);
    let mut number = 0;
    let count = parts.iter().filter(|part| part.is_clash()).count();
    let sections = parts.into_iter().enumerate().map(|(at, part)| {
        let prefix = format!("{name}[{at}]");
        if !part.is_clash() {
            return Either::Left(view! { <SamePart prefix text=part.same/> });
        }
        number += 1;
        let legend = if count == 1 { label.to_owned() } else { format!("{label}, conflict {number} of {count}") };
        Either::Right(view! { <ConflictPart prefix legend part who=who.clone() allows_both=name == "description"/> })
    });
    view! {
        <section class="pieces" aria-label=label>
            <h3>{label}</h3>
            {sections.collect_view()}
            <p class="error" role="alert">
                {error}
            </p>
        </section>
    }
    .into_any()
}

/// A part without conflict.
#[component]
fn SamePart(prefix: String, text: String) -> impl IntoView {
    let lines = text.lines().count();
    let shown = if lines > MAX_VISIBLE_LINES {
        let summary = format!("{lines} merged lines");
        Either::Left(view! {
            <details class="settled">
                <summary>{summary}</summary>
                <p class="piece">{text.clone()}</p>
            </details>
        })
    } else {
        Either::Right(view! { <p class="piece settled">{text.clone()}</p> })
    };
    view! {
        <input type="hidden" name=format!("{prefix}[choice]") value=Choice::Same.slug()/>
        <input type="hidden" name=format!("{prefix}[same]") value=text/>
        {shown}
    }
    .into_any()
}

/// A part that both members have changed.
#[component]
fn ConflictPart(
    prefix: String,
    legend: String,
    part: Part,
    who: String,
    /// Whether both versions can be kept, one below the other.
    allows_both: bool,
) -> impl IntoView {
    let Part { choice, yours, theirs, other, .. } = part;
    let name = format!("{prefix}[choice]");
    let fieldset = NodeRef::<leptos::html::Fieldset>::new();
    let select_other = move |_| {
        let Some(fieldset) = fieldset.get_untracked() else { return };
        let radio = fieldset.query_selector("input[type='radio'][value='other']").ok().flatten();
        if let Some(radio) = radio.and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok()) {
            radio.set_checked(true);
        }
    };
    let offered =
        Choice::OFFERED.into_iter().filter(|offered| allows_both || *offered != Choice::Both).map(|offered| {
            let (label, text) = match offered {
                Choice::Same | Choice::Yours => ("Your version".to_owned(), Some(yours.clone())),
                Choice::Theirs => (format!("{who}’s version"), Some(theirs.clone())),
                Choice::Both => ("Both, yours first".to_owned(), None),
                Choice::Other => ("Write a new version".to_owned(), None),
            };
            let shown = text.map(|text| {
                if text.trim().is_empty() {
                    view! { <span class="piece muted">"Text removed"</span> }.into_any()
                } else {
                    view! { <span class="piece">{text}</span> }.into_any()
                }
            });
            view! {
                <label class="offered">
                    <input type="radio" name=name.clone() value=offered.slug() checked=offered == choice/>
                    <span class="name">{label}</span>
                    {shown}
                </label>
            }
        });
    let offered = offered.collect_view();
    let text_id = format!("{prefix}-other");
    view! {
        <fieldset class="clash" node_ref=fieldset>
            <legend>{legend}</legend>
            <input type="hidden" name=format!("{prefix}[yours]") value=yours/>
            <input type="hidden" name=format!("{prefix}[theirs]") value=theirs/>
            {offered}
            <label class="visually-hidden" for=text_id.clone()>
                "Write a new version"
            </label>
            <textarea class="input" dir="auto" id=text_id name=format!("{prefix}[other]") rows="3" on:input=select_other>
                {rcdata(other)}
            </textarea>
        </fieldset>
    }
    .into_any()
}
