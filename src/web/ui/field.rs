//! Labelled form fields, whose hint and error are linked to the control for screen readers.

use leptos::{html, prelude::*};

use super::{
    form::FormFeedback,
    form_html,
    icon::{Glyph, Icon},
    mention::Mentions,
    rcdata::rcdata,
};

/// A single-line text field. Its `id` is its name.
///
/// Text typed before hydration stays, because nothing sets the value again.
#[component]
pub fn TextField(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// The initial text.
    #[prop(optional, into)]
    value: String,
    /// A sentence below the control.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The maximum length, as [`crate::domain::length`] counts.
    #[prop(optional)]
    maxlength: Option<usize>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    /// Added to the class `input`.
    #[prop(optional)]
    class: &'static str,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let error = feedback.field(name);
    view! {
        <Labelled name label hint error>
            <input
                class=format!("input {class}")
                dir="auto"
                id=name
                name=name
                value=feedback.typed(name, &value)
                maxlength=maxlength.map(|max| max.to_string())
                required=required
                autofocus=has_autofocus(feedback, name, autofocus)
                autocomplete="off"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(name, hint.is_some(), error.with(Option::is_some))
                node_ref=node_ref
            />
        </Labelled>
    }
}

/// A multi-line text field. Its `id` is its name. Inside a `Mentionable` context, `@` offers names.
#[component]
pub fn TextArea(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// The initial text.
    #[prop(optional, into)]
    value: String,
    /// A sentence below the control.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The maximum length, as [`crate::domain::length`] counts.
    #[prop(optional)]
    maxlength: Option<usize>,
    /// Added to the class `input`.
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
                    dir="auto"
                    id=name
                    name=name
                    maxlength=maxlength.map(|max| max.to_string())
                    autofocus=has_autofocus(feedback, name, false)
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

/// A drop-down list. Its `id` is its name.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn SelectField(
    /// The field's name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// The value and the label of each option.
    options: Vec<(String, String)>,
    /// The value selected initially.
    #[prop(into)]
    value: String,
    /// A sentence below the control.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    let error = feedback.field(name);
    let selected = feedback.typed(name, &value);
    let options = form_html::options(options.iter().map(|(value, label)| (&**value, &**label, *value == selected)));
    view! {
        <Labelled name label hint error>
            <select
                class="input"
                id=name
                name=name
                autofocus=has_autofocus(feedback, name, false)
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(name, hint.is_some(), error.with(Option::is_some))
                inner_html=options
            ></select>
        </Labelled>
    }
}

/// The layout of a field: label, control, hint and error.
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

/// Whether the field gets `autofocus`: after a failed submission if it is invalid, otherwise as the page asks for.
fn has_autofocus(feedback: FormFeedback, name: &'static str, autofocus: bool) -> bool {
    if feedback.is_retry() { feedback.field(name).with_untracked(Option::is_some) } else { autofocus }
}

fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (true, true) => Some(format!("{name}-error {name}-hint")),
    }
}
