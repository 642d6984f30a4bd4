//! The section on the labels of a project.

use leptos::prelude::*;
use uuid::Uuid;

use super::{
    about::hue_options,
    functions::{RemoveLabel, SaveLabel},
    setting::{Setting, SettingForm},
};
use crate::{
    domain::projects::{
        Label,
        settings::{LABEL_MAX, ProjectSettings},
    },
    web::ui::{form::FormFeedback, keyed_list::KeyedList},
};

/// The section.
#[component]
pub fn Labels(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let labels = Memo::new(move |_| settings.with(|settings| settings.labels.clone()));
    let add = view! { <LabelForm setting=setting.clone() label=None/> };
    let row = move |label: Memo<Label>| {
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
                    <RemoveForm setting=setting.clone() id=label.with_untracked(|label| label.id)/>
                </details>
            </li>
        }
    };
    view! {
        <section class="section measure">
            <h2>"Labels"</h2>
            <p class="muted">"What tasks are about: a kind of work, a part of the product, a customer."</p>
            <ul class="card rows" hidden=move || labels.with(Vec::is_empty)>
                <KeyedList each=labels key=|label: &Label| label.id children=row/>
            </ul>
            {add}
        </section>
    }
    .into_any()
}

/// Changes `label`, or adds a label if it is `None`.
#[component]
fn LabelForm(setting: Setting, label: Option<Memo<Label>>) -> impl IntoView {
    let action = ServerAction::<SaveLabel>::new();
    let feedback = FormFeedback::of(action);
    let error = feedback.field("name");
    let id = label.map(|label| label.with_untracked(|label| label.id.to_string()));
    let adds = id.is_none();
    let prefix = format!("label-{}", id.as_deref().unwrap_or("new"));
    let (name_id, hue_id) = (format!("{prefix}-name"), format!("{prefix}-hue"));
    let button = if label.is_some() { "Save label" } else { "Add label" };
    let name = move || label.map_or_else(String::new, |label| label.with(|label| label.name.clone()));
    let hue = Memo::new(move |_| label.map_or(1, |label| label.with(|label| label.hue)).to_string());
    let options = hue_options(None).into_iter().map(move |(value, text)| {
        let option = value.clone();
        let is_selected = move || hue.with(|hue| *hue == option);
        view! {
            <option value=value selected=is_selected>
                {text}
            </option>
        }
    });
    view! {
        <SettingForm setting action feedback class="inline" adds>
            {id.map(|id| view! { <input type="hidden" name="label" value=id/> })}
            <label class="visually-hidden" for=name_id.clone()>
                "Name of the label"
            </label>
            <input class="input" id=name_id name="name" value=name required maxlength=LABEL_MAX placeholder="Name"/>
            <label class="visually-hidden" for=hue_id.clone()>
                "Colour"
            </label>
            <select class="input" id=hue_id name="hue">
                {options.collect_view()}
            </select>
            <button type="submit" class="button" disabled=action.pending()>
                {button}
            </button>
            <p class="error" role="alert">
                {error}
            </p>
        </SettingForm>
    }
    .into_any()
}

#[component]
fn RemoveForm(setting: Setting, id: Uuid) -> impl IntoView {
    let action = ServerAction::<RemoveLabel>::new();
    let feedback = FormFeedback::of(action);
    view! {
        <SettingForm setting action feedback>
            <input type="hidden" name="label" value=id.to_string()/>
            <p class="small muted">"It is taken off every task that has it."</p>
            <div class="buttons">
                <button type="submit" class="button danger" disabled=action.pending()>
                    "Remove label"
                </button>
            </div>
        </SettingForm>
    }
    .into_any()
}
