//! The section with name, description, icon and colour of a project.

use leptos::prelude::*;

use super::{
    functions::DescribeProject,
    setting::{Setting, SettingForm},
};
use crate::{
    domain::projects::{
        NAME_MAX,
        settings::{DESCRIPTION_MAX, ProjectSettings},
    },
    web::ui::{
        app_form::SubmitButton,
        field::{SelectField, TextArea, TextField},
        form::FormFeedback,
        form_action::FormAction,
    },
};

/// The names of the twelve hues of the style sheet, from 1.
const HUES: [&str; 12] =
    ["Terracotta", "Amber", "Olive", "Moss", "Green", "Teal", "Sky", "Blue", "Indigo", "Violet", "Pink", "Rose"];

/// Options of a colour select. `automatic` labels a first option that lets Tessera choose.
pub fn hue_options(automatic: Option<&str>) -> Vec<(String, String)> {
    let automatic = automatic.map(|label| (String::new(), label.to_owned()));
    let hues = (1..).zip(HUES).map(|(number, name): (u8, _)| (number.to_string(), name.to_owned()));
    automatic.into_iter().chain(hues).collect()
}

/// The section.
#[component]
pub fn About(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let fields = Memo::new(move |_| {
        settings.with(|settings| {
            let ProjectSettings { name, description, icon, hue, .. } = settings;
            (name.clone(), description.clone(), icon.clone(), *hue)
        })
    });
    let form = move || {
        let (name, description, icon, hue) = fields.get();
        view! { <Form setting=setting.clone() name description icon hue/> }
    };
    view! {
        <section class="section measure">
            <h2>"About"</h2>
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn Form(setting: Setting, name: String, description: String, icon: String, hue: Option<u8>) -> impl IntoView {
    let action = FormAction::of::<DescribeProject>();
    let feedback = FormFeedback::of(action);
    view! {
        <SettingForm setting action feedback>
            <TextField name="name" label="Name" feedback value=name maxlength=NAME_MAX required=true/>
            <TextArea
                name="description"
                label="Description"
                feedback
                value=description
                maxlength=DESCRIPTION_MAX
                hint="What this project is for. Supports Markdown."
            />
            <TextField name="icon" label="Icon" feedback value=icon hint="One emoji (optional)." maxlength=16/>
            <SelectField
                name="hue"
                label="Colour"
                feedback
                options=hue_options(Some("Automatic"))
                value=hue.map_or_else(String::new, |hue| hue.to_string())
            />
            <div class="buttons">
                <SubmitButton label="Save" pending=action.pending()/>
            </div>
        </SettingForm>
    }
    .into_any()
}
