//! The forms that the sections of a project's settings use.

use leptos::prelude::*;

use crate::{
    domain::projects::settings::LABEL_MAX,
    web::ui::{
        app_form::{AppForm, when_done},
        button_form::DangerForm,
        form::FormFeedback,
        form_action::FormAction,
    },
};

/// The project that a form changes.
#[derive(Clone)]
pub struct Setting {
    pub org: String,
    pub key: String,
    /// Called after a change.
    pub changed: Callback<()>,
}

/// A form that changes the settings of a project and fetches them again afterwards.
#[component]
pub fn SettingForm(
    setting: Setting,
    action: FormAction,
    feedback: FormFeedback,
    /// Additional class of the form.
    #[prop(optional)]
    class: &'static str,
    /// Whether the form adds an item, and is therefore emptied after success.
    #[prop(optional)]
    adds: bool,
    children: Children,
) -> impl IntoView {
    let Setting { org, key, changed } = setting;
    when_done(action, changed);
    view! {
        <AppForm action feedback class adds>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            {children()}
        </AppForm>
    }
    .into_any()
}

/// A form of one line that changes an item, such as a label or a state, or adds one.
#[component]
pub fn ItemForm(
    setting: Setting,
    action: FormAction,
    /// The fields whose errors are shown below the line.
    fields: &'static [&'static str],
    /// The button's text.
    button: &'static str,
    feedback: FormFeedback,
    /// Whether the form adds an item.
    adds: bool,
    children: Children,
) -> impl IntoView {
    let error = move || fields.iter().find_map(|field| feedback.field(field).get());
    let content = view! {
        {children()}
        <button type="submit" class="button" disabled=action.pending()>
            {button}
        </button>
        <p class="error" role="alert">
            {error}
        </p>
    }
    .into_any();
    view! {
        <SettingForm setting action feedback class="inline" adds>
            {content}
        </SettingForm>
    }
}

/// The field for an item's name. It follows `name`.
#[component]
pub fn ItemName(
    id: String,
    label: &'static str,
    feedback: FormFeedback,
    #[prop(into)] name: Signal<String>,
) -> impl IntoView {
    let name = feedback.typed_until("name", move || name.get());
    view! {
        <label class="visually-hidden" for=id.clone()>
            {label}
        </label>
        <input class="input" dir="auto" id=id name="name" value=name required maxlength=LABEL_MAX placeholder="Name"/>
    }
    .into_any()
}

/// A drop-down list in a form of one line. It follows `selected`.
#[component]
pub fn ItemSelect(
    id: String,
    name: &'static str,
    #[prop(into)] label: String,
    feedback: FormFeedback,
    /// The value and the label of each option.
    options: Vec<(String, String)>,
    #[prop(into)] selected: Signal<String>,
) -> impl IntoView {
    let selected = feedback.typed_until(name, move || selected.get());
    let options = options.into_iter().map(|(value, label)| {
        let (option, selected) = (value.clone(), selected.clone());
        let is_selected = move || selected() == option;
        view! {
            <option value=value selected=is_selected>
                {label}
            </option>
        }
    });
    view! {
        <label class="visually-hidden" for=id.clone()>
            {label}
        </label>
        <select class="input" id=id name=name>
            {options.collect_view()}
        </select>
    }
    .into_any()
}

/// Removes an item.
#[component]
pub fn RemoveForm(
    setting: Setting,
    action: FormAction,
    /// Name of the field that identifies the item, and the item's value of it.
    item: (&'static str, String),
    /// The consequences for tasks.
    #[prop(optional)]
    note: Option<&'static str>,
    /// The button's text.
    label: &'static str,
) -> impl IntoView {
    let Setting { org, key, changed } = setting;
    when_done(action, changed);
    let fields = vec![("org", org), ("key", key), item];
    view! { <DangerForm action fields note label pending=action.pending()/> }
}
