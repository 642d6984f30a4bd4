//! Labelled fields of a form, with hint and error tied to the control for those who cannot see them.

use leptos::{html, prelude::*};

use super::{
    form::FormFeedback,
    icon::{Icon, Icon as Glyph},
    mention::Mentions,
    rcdata::rcdata,
};

/// A field of one line. Its `id` is its name.
///
/// The control keeps what was typed before hydration: nothing sets its value again.
#[component]
pub fn TextField(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// What it holds on a first visit.
    #[prop(optional, into)]
    value: String,
    /// A sentence below it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The most characters that may be typed.
    #[prop(optional)]
    maxlength: Option<usize>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    /// Added to the control's `input`.
    #[prop(optional)]
    class: &'static str,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let error = feedback.field(name);
    view! {
        <Labelled name label hint error>
            <input
                class=format!("input {class}")
                id=name
                name=name
                value=feedback.typed(name, &value)
                maxlength=maxlength.map(|most| most.to_string())
                required=required
                autofocus=starts_with_focus(feedback, name, autofocus)
                autocomplete="off"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(name, hint.is_some(), error.with(Option::is_some))
                node_ref=node_ref
            />
        </Labelled>
    }
}

/// A field of several lines. Its `id` is its name. Where people can be named, an `@` offers them.
#[component]
pub fn TextArea(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// What it holds on a first visit.
    #[prop(optional, into)]
    value: String,
    /// A sentence below it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The most characters that may be typed.
    #[prop(optional)]
    maxlength: Option<usize>,
    /// Added to the control's `input`.
    #[prop(optional)]
    class: &'static str,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let error = feedback.field(name);
    view! {
        <Labelled name label hint error>
            <Mentions field=node_ref id=name>
                <textarea
                    class=format!("input {class}")
                    id=name
                    name=name
                    maxlength=maxlength.map(|most| most.to_string())
                    autofocus=starts_with_focus(feedback, name, false)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by(name, hint.is_some(), error.with(Option::is_some))
                    node_ref=node_ref
                >
                    {rcdata(feedback.typed(name, &value))}
                </textarea>
            </Mentions>
        </Labelled>
    }
}

/// A choice of one. Its `id` is its name.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn SelectField(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// What is sent, and what is read.
    options: Vec<(String, String)>,
    /// What is chosen on a first visit.
    #[prop(into)]
    value: String,
    /// A sentence below it.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    let error = feedback.field(name);
    let chosen = feedback.typed(name, &value);
    let options = options.into_iter().map(move |(value, label)| {
        let is_chosen = value == chosen;
        view! {
            <option value=value selected=is_chosen>
                {label}
            </option>
        }
    });
    view! {
        <Labelled name label hint error>
            <select
                class="input"
                id=name
                name=name
                autofocus=starts_with_focus(feedback, name, false)
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(name, hint.is_some(), error.with(Option::is_some))
            >
                {options.collect_view()}
            </select>
        </Labelled>
    }
}

/// Label above, control, then hint and error.
#[component]
pub fn Labelled(
    /// The control's `id`.
    name: &'static str,
    label: String,
    hint: Option<&'static str>,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {children()}
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p class="error" id=format!("{name}-error")>
                                <Icon icon=Glyph::Alert/>
                                <span>{error}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// On a form that came back, the first field with an error; else the one that the page chose.
fn starts_with_focus(feedback: FormFeedback, name: &'static str, chosen: bool) -> bool {
    if feedback.is_retry() { feedback.field(name).with_untracked(Option::is_some) } else { chosen }
}

fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (true, true) => Some(format!("{name}-error {name}-hint")),
    }
}
