//! The sections on members and visibility of a project, and on archiving it.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{SetProjectArchived, SetProjectClosed, SetProjectMember},
    setting::{ItemSelect, Setting, SettingForm},
};
use crate::domain::isolate::isolated;
use crate::{
    domain::projects::settings::{ProjectPerson, ProjectRole, ProjectSettings},
    web::ui::{avatar::Avatar, form::FormFeedback, form_action::FormAction, keyed_list::KeyedList},
};

/// Members and visibility of the project.
#[component]
pub fn Access(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let action = FormAction::of::<SetProjectClosed>();
    let is_private = Memo::new(move |_| settings.with(|settings| settings.is_private));
    let people = Memo::new(move |_| settings.with(|settings| settings.people.clone()));
    let state = move || {
        if is_private.get() {
            "Only project members and workspace owners can see this project."
        } else {
            "Everyone in the workspace can see this project."
        }
    };
    let row = {
        let setting = setting.clone();
        move |person| view! { <Person setting=setting.clone() person/> }
    };
    view! {
        <section class="section measure">
            <h2>"People"</h2>
            <p>{state}</p>
            <ToggleForm
                setting
                action
                field="closed"
                is_on=is_private
                turn_on="Make project private"
                turn_off="Make visible to the whole workspace"
            />
            <ul class="card rows">
                <KeyedList each=people key=|person: &ProjectPerson| person.id.to_string() children=row/>
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Person(setting: Setting, person: Memo<ProjectPerson>) -> impl IntoView {
    let action = FormAction::of::<SetProjectMember>();
    let ProjectPerson { id, name, .. } = person.get_untracked();
    let feedback = FormFeedback::at(action, &id.to_string());
    let field = format!("part-{id}");
    let label = format!("{} in this project", isolated(&name));
    let options = ProjectRole::ALL.map(|role| (role.slug().to_owned(), role.label().to_owned()));
    let selected = Signal::derive(move || person.with(|person| person.role.slug().to_owned()));
    view! {
        <li class="row wrapping">
            <Avatar name=name.clone()/>
            <p class="name">{name.clone()}</p>
            <SettingForm setting action feedback class="inline">
                <input type="hidden" name="person" value=id.to_string()/>
                <ItemSelect id=field name="part" label feedback options=options.into() selected/>
                <button type="submit" class="button" disabled=action.pending()>
                    "Save"
                    <span class="visually-hidden">" the role of "{name}</span>
                </button>
            </SettingForm>
        </li>
    }
    .into_any()
}

/// Links to archived and deleted tasks, and the button that archives the project.
#[component]
pub fn Archive(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let action = FormAction::of::<SetProjectArchived>();
    let is_archived = Memo::new(move |_| settings.with(|settings| settings.is_archived));
    let text = move || {
        if is_archived.get() {
            "This project is archived and read-only."
        } else {
            "Archived projects are hidden from lists and read-only. You can restore them at any time."
        }
    };
    let trash = format!("/o/{}/projects/{}/bin", setting.org, setting.key);
    view! {
        <section class="section measure">
            <h2>"Archive and bin"</h2>
            <p>
                "Deleted tasks stay in " <A href=trash.clone()>"the bin"</A>
                " for a while. Archived tasks are in " <A href=format!("{trash}?archive")>"the archive"</A> "."
            </p>
        </section>
        <section class="section measure">
            <h2>"Archive"</h2>
            <p>{text}</p>
            <ToggleForm
                setting
                action
                field="archived"
                is_on=is_archived
                turn_on="Archive project"
                turn_off="Restore project"
            />
        </section>
    }
    .into_any()
}

/// The button that turns a property of the project on or off.
#[component]
fn ToggleForm(
    setting: Setting,
    action: FormAction,
    field: &'static str,
    is_on: Memo<bool>,
    /// The button's text while the property is off.
    turn_on: &'static str,
    /// The button's text while the property is on.
    turn_off: &'static str,
) -> impl IntoView {
    let feedback = FormFeedback::of(action);
    let content = view! {
        <input type="hidden" name=field value=move || (!is_on.get()).to_string()/>
        <div class="buttons">
            <button type="submit" class="button" disabled=action.pending()>
                {move || if is_on.get() { turn_off } else { turn_on }}
            </button>
        </div>
    }
    .into_any();
    view! {
        <SettingForm setting action feedback>
            {content}
        </SettingForm>
    }
}
