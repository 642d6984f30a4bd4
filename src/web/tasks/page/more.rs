//! The "More" menu of a task, and the notice on an archived or deleted task.

use leptos::{either::Either, prelude::*};

use super::refresh::refresher;
use crate::domain::dates;
use crate::{
    domain::{
        permissions::Permission,
        tasks::{TaskDetail, field_name::Field},
    },
    web::{
        organization::current::CurrentOrganization,
        tasks::{functions::EditTasks, toast::Toasts},
        trash::page::Restore,
        ui::{
            app_form::AppForm,
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
            menu::{Menu, open_on_arrow},
        },
    },
};

const MENU: &str = "task-menu";

/// The menu that archives or deletes a task.
#[component]
pub fn More(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let is_on_board = move || task.with(|task| task.fields.is_open_to_work());
    let delete = current.may(Permission::DeleteTasks).then(|| {
        view! { <RemoveButton org=org.clone() task field=Field::Deleted icon=Glyph::Trash label="Delete" done="moved to the bin"/> }
    });
    view! {
        <div class="more" hidden=move || !is_on_board()>
            <button
                type="button"
                class="button quiet square"
                popovertarget=MENU
                aria-label="More"
                on:keydown=|event| open_on_arrow(&event, MENU)
            >
                <Icon icon=Glyph::More/>
            </button>
            <Menu id=MENU label="More" class="task-menu">
                <RemoveButton org=org.clone() task field=Field::Archived icon=Glyph::Archive label="Archive" done="archived"/>
                {delete}
            </Menu>
        </div>
    }
    .into_any()
}

/// A menu item that archives or deletes the task.
#[component]
fn RemoveButton(
    org: String,
    task: RwSignal<TaskDetail>,
    field: Field,
    icon: Glyph,
    label: &'static str,
    /// The toast's message about the task.
    done: &'static str,
) -> impl IntoView {
    let action = FormAction::of::<EditTasks>();
    let feedback = FormFeedback::at(action, field.slug());
    let toasts = Toasts::expect();
    let key = task.with_untracked(|task| task.key.to_string());
    let (refresh, name) = (refresher(&org, task), key.clone());
    Effect::new(move || {
        if let Some(Ok(undo)) = action.value().get() {
            toasts.done(format!("{name} {done}"), undo);
            refresh.run(());
        }
    });
    view! {
        <AppForm action feedback>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="keys[]" value=key/>
            <input type="hidden" name="field" value=field.slug()/>
            <input type="hidden" name="values[]" value="true"/>
            <button type="submit" class="menu-item" disabled=action.pending()>
                <Icon icon/>
                {label}
            </button>
        </AppForm>
    }
    .into_any()
}

/// Says that a task is archived or deleted, and offers to restore it.
#[component]
pub fn RemovedNotice(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let state = Memo::new(move |_| task.with(|task| (task.fields.is_deleted, task.fields.is_archived)));
    let org = StoredValue::new(org);
    move || {
        let (field, text, permission) = match state.get() {
            (true, _) => {
                let leaves_on = task.with(|task| task.leaves_on).map_or_else(String::new, dates::day);
                let text = format!("This task is in the bin. It will be deleted permanently on {leaves_on}.");
                (Field::Deleted, text, Permission::DeleteTasks)
            }
            (false, true) => {
                let text = "This task is archived. It’s hidden from the board.".to_owned();
                (Field::Archived, text, Permission::WriteTasks)
            }
            (false, false) => return Either::Left(()),
        };
        let key = task.with_untracked(|task| task.key.to_string());
        let restore = current.may(permission).then(|| {
            let org = org.get_value();
            let changed = refresher(&org, task);
            view! { <Restore org key=key.clone() field changed/> }
        });
        Either::Right(view! {
            <div class="notice put-away">
                <Icon icon=Glyph::Trash/>
                <p>{text}</p>
                {restore}
            </div>
        })
    }
}
