//! The form that adds a relation or a sub-task.

use leptos::prelude::*;

use crate::web::ui::{
    form::FormFeedback,
    icon::{Glyph, Icon},
};

/// The content of the form: the task it adds to, the choice in `children`, a text field and the button.
///
/// The form itself stays with its server function, so that the WASM contains this only once.
#[component]
pub fn AddLine(
    org: String,
    /// Key of the task that the line is added to.
    key: String,
    feedback: FormFeedback,
    /// Id of the text field.
    id: &'static str,
    /// Name of the text field.
    name: &'static str,
    label: &'static str,
    placeholder: &'static str,
    max_length: usize,
    button: &'static str,
    #[prop(into)] is_pending: Signal<bool>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let error = feedback.field(name);
    let error_id = format!("{id}-error");
    view! {
        <input type="hidden" name="org" value=org/>
        <input type="hidden" name="key" value=key/>
        {children.map(|children| children())}
        <input
            dir="auto"
            class="input"
            id=id
            name=name
            value=feedback.typed(name, "")
            required
            maxlength=max_length
            autocomplete="off"
            placeholder=placeholder
            aria-label=label
            aria-describedby=error_id.clone()
            aria-invalid=move || error.with(Option::is_some).then_some("true")
        />
        <button type="submit" class="button" disabled=is_pending>
            <Icon icon=Glyph::Plus/>
            {button}
        </button>
        <p class="error" id=error_id>
            {error}
        </p>
    }
    .into_any()
}
