//! The sections on members and visibility of a project, and on archiving it.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    functions::{SetProjectArchived, SetProjectClosed, SetProjectMember},
    setting::{Setting, SettingForm},
};
use crate::{
    domain::projects::settings::{ProjectPerson, ProjectRole, ProjectSettings},
    web::ui::{avatar::Avatar, form::FormFeedback, keyed_list::KeyedList},
};

/// Members and visibility of the project.
#[component]
pub fn Access(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let action = ServerAction::<SetProjectClosed>::new();
    let feedback = FormFeedback::of(action);
    let is_private = Memo::new(move |_| settings.with(|settings| settings.is_private));
    let people = Memo::new(move |_| settings.with(|settings| settings.people.clone()));
    let state = move || {
        if is_private.get() {
            "Only its members and the owners of the workspace see this project."
        } else {
            "Everybody in the workspace sees this project."
        }
    };
    let button = move || {
        if is_private.get() { "Open it to everybody in the workspace" } else { "Close it to everybody but its members" }
    };
    let row = {
        let setting = setting.clone();
        move |person| view! { <Person setting=setting.clone() person/> }
    };
    view! {
        <section class="section measure">
            <h2>"People"</h2>
            <p>{state}</p>
            <SettingForm setting action feedback>
                <input type="hidden" name="closed" value=move || (!is_private.get()).to_string()/>
                <div class="buttons">
                    <button type="submit" class="button" disabled=action.pending()>
                        {button}
                    </button>
                </div>
            </SettingForm>
            <ul class="card rows">
                <KeyedList each=people key=|person: &ProjectPerson| person.id children=row/>
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Person(setting: Setting, person: Memo<ProjectPerson>) -> impl IntoView {
    let action = ServerAction::<SetProjectMember>::new();
    let feedback = FormFeedback::of(action);
    let ProjectPerson { id, name, .. } = person.get_untracked();
    let field = format!("part-{id}");
    let label = format!("{name} in this project");
    let options = ProjectRole::ALL.map(|one| {
        view! {
            <option value=one.slug() selected=move || person.with(|person| person.role == one)>
                {one.label()}
            </option>
        }
    });
    view! {
        <li class="row wrapping">
            <Avatar name=name.clone()/>
            <p class="name">{name}</p>
            <SettingForm setting action feedback class="inline">
                <input type="hidden" name="person" value=id.to_string()/>
                <label class="visually-hidden" for=field.clone()>
                    {label}
                </label>
                <select class="input" id=field name="part">
                    {options.collect_view()}
                </select>
                <button type="submit" class="button" disabled=action.pending()>
                    "Set"
                </button>
            </SettingForm>
        </li>
    }
    .into_any()
}

/// Links to archived and deleted tasks, and the button that archives the project.
#[component]
pub fn Archive(setting: Setting, settings: RwSignal<ProjectSettings>) -> impl IntoView {
    let action = ServerAction::<SetProjectArchived>::new();
    let feedback = FormFeedback::of(action);
    let is_archived = Memo::new(move |_| settings.with(|settings| settings.is_archived));
    let text = move || {
        if is_archived.get() {
            "This project is put away: it can be read, and not changed."
        } else {
            "A project that is put away leaves the lists. It can be read, not changed, and restored at any time."
        }
    };
    let button = move || if is_archived.get() { "Restore project" } else { "Archive project" };
    let trash = format!("/o/{}/projects/{}/bin", setting.org, setting.key);
    view! {
        <section class="section measure">
            <h2>"Tasks that are put away"</h2>
            <p>
                "Tasks that are deleted stay in " <A href=trash.clone()>"the bin"</A>
                " for a while. Those that are archived are in " <A href=format!("{trash}?archive")>"the archive"</A> "."
            </p>
        </section>
        <section class="section measure">
            <h2>"Archive"</h2>
            <p>{text}</p>
            <SettingForm setting action feedback>
                <input type="hidden" name="archived" value=move || (!is_archived.get()).to_string()/>
                <div class="buttons">
                    <button type="submit" class="button" disabled=action.pending()>
                        {button}
                    </button>
                </div>
            </SettingForm>
        </section>
    }
    .into_any()
}
