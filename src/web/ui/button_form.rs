//! Forms that consist of a button.

use leptos::prelude::*;

use super::{app_form::AppForm, form::FormFeedback, form_action::FormAction};

/// The names and values of the fields that a form sends without showing them.
pub type HiddenFields = Vec<(&'static str, String)>;

/// A button that calls a server function.
#[component]
pub fn ButtonForm<T: Clone + Send + Sync + 'static>(
    action: FormAction<T>,
    fields: HiddenFields,
    /// The button's text.
    #[prop(into)]
    label: String,
    /// The accessible name, if the text does not say what the button acts on.
    #[prop(optional, into)]
    aria_label: Option<String>,
    /// The button's classes.
    #[prop(default = "button")]
    class: &'static str,
    /// Disables the button.
    #[prop(optional, into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let place = place_of(&fields);
    let content = view! {
        {hidden(fields)}
        <button type="submit" class=class aria-label=aria_label disabled=pending>
            {label}
        </button>
    }
    .into_any();
    view! {
        <AppForm action feedback=FormFeedback::at(action, &place) class="inline">
            {content}
        </AppForm>
    }
}

/// A change that cannot be undone: a note on its consequences, and a red button.
#[component]
pub fn DangerForm(
    action: FormAction,
    fields: HiddenFields,
    /// The consequences of the change.
    #[prop(optional_no_strip)]
    note: Option<&'static str>,
    /// The button's text.
    #[prop(into)]
    label: String,
    /// Disables the button.
    #[prop(optional, into)]
    pending: Signal<bool>,
) -> impl IntoView {
    let place = place_of(&fields);
    let content = view! {
        {hidden(fields)}
        {note.map(|note| view! { <p class="small muted">{note}</p> })}
        <div class="buttons">
            <button type="submit" class="button danger" disabled=pending>
                {label}
            </button>
        </div>
    }
    .into_any();
    view! {
        <AppForm action feedback=FormFeedback::at(action, &place)>
            {content}
        </AppForm>
    }
}

/// What the fields say about the form's place: rows with the same button differ in them.
fn place_of(fields: &HiddenFields) -> String {
    fields.iter().filter(|(name, _)| *name != "org").map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(".")
}

fn hidden(fields: HiddenFields) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
}
