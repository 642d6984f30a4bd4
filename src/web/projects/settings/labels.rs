//! The section on the labels of a project.

use leptos::prelude::*;

use super::{
    about::hue_options,
    functions::{RemoveLabel, SaveLabel},
    setting::{ItemForm, ItemName, ItemSelect, RemoveForm, Setting},
};
use crate::{
    domain::projects::{Label, settings::ProjectSettings},
    web::ui::{form::FormFeedback, form_action::FormAction, keyed_list::KeyedList},
};

/// The section.
#[component]
pub fn Labels(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let labels = Memo::new(move |_| settings.with(|settings| settings.labels.clone()));
    let add = view! { <LabelForm setting=setting.clone() label=None/> };
    let row = move |label: Memo<Label>| {
        let (id, remove) = (label.with_untracked(|label| label.id), FormAction::of::<RemoveLabel>());
        view! {
            <li class="row wrapping">
                <span class="name">
                    <span class=move || {
                        format!("label hue-{}", label.with(|label| label.hue))
                    }>{move || label.with(|label| label.name.clone())}</span>
                </span>
                <details class="change">
                    <summary>"Change"</summary>
                    <LabelForm setting=setting.clone() label=Some(label)/>
                    <RemoveForm
                        setting=setting.clone()
                        action=remove
                        item=("label", id.to_string())
                        note="It will be removed from every task that has it."
                        label="Remove label"
                    />
                </details>
            </li>
        }
    };
    view! {
        <section class="section measure">
            <h2>"Labels"</h2>
            <p class="muted">"What tasks are about, such as a type of work, a product area or a customer."</p>
            <ul class="card rows" hidden=move || labels.with(Vec::is_empty)>
                <KeyedList each=labels key=|label: &Label| label.id.to_string() children=row/>
            </ul>
            {add}
        </section>
    }
    .into_any()
}

/// Changes `label`, or adds a label if it is `None`.
#[component]
fn LabelForm(setting: Setting, label: Option<Memo<Label>>) -> impl IntoView {
    let action = FormAction::of::<SaveLabel>();
    let id = label.map(|label| label.with_untracked(|label| label.id.to_string()));
    let feedback = FormFeedback::at(action, id.as_deref().unwrap_or("new"));
    let adds = id.is_none();
    let prefix = format!("label-{}", id.as_deref().unwrap_or("new"));
    let button = if adds { "Add label" } else { "Save label" };
    let name = move || label.map_or_else(String::new, |label| label.with(|label| label.name.clone()));
    let hue = Memo::new(move |_| label.map_or(1, |label| label.with(|label| label.hue)).to_string());
    view! {
        <ItemForm setting action fields=&["name"] button feedback adds>
            {id.map(|id| view! { <input type="hidden" name="label" value=id/> })}
            <ItemName id=format!("{prefix}-name") label="Label name" feedback name=Signal::derive(name)/>
            <ItemSelect id=format!("{prefix}-hue") name="hue" label="Colour" feedback options=hue_options(None) selected=hue/>
        </ItemForm>
    }
    .into_any()
}
