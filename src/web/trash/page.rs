//! The page of a project's deleted and archived tasks.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::functions::{PurgeTask, get_trash};
use crate::{
    domain::{
        permissions::Permission,
        tasks::field_name::Field,
        trash::{DAYS, RemovedTask, Trash},
    },
    web::{
        live::refresh::keep_fresh,
        organization::current::CurrentOrganization,
        tasks::{functions::EditTasks, summary::parts, toast::Toasts},
        ui::{
            app_form::{AppForm, when_done},
            date::Date,
            empty_state::EmptyState,
            form::FormFeedback,
            form_action::FormAction,
            keyed_list::KeyedList,
            markup::{Html, render},
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// Query parameter that shows the archived tasks.
const ARCHIVE: &str = "archive";

/// `/o/{org}/projects/{key}/trash`; with `?archive`, the archive.
#[component]
pub fn TrashPage() -> impl IntoView {
    let query = use_query_map();
    let shows_archive = Memo::new(move |_| query.with(|query| query.get(ARCHIVE).is_some()));
    let trash = PageResource::new(path_params(["org", "key"]), |[org, key]| get_trash(org, key));
    trash.render_page(move |trash| view! { <Lists trash shows_archive/> })
}

#[component]
fn Lists(trash: Trash, shows_archive: Memo<bool>) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let home = format!("/o/{}", org.slug);
    let key = trash.key.clone();
    let path = format!("{home}/projects/{key}/bin");
    let board = format!("{home}/projects/{key}/board");
    let trash = RwSignal::new(trash);
    let (slug, project) = (org.slug.clone(), key.to_string());
    let changed = keep_fresh(
        trash,
        |trash| trash.as_of,
        move |event| event.event.puts_away() && event.project == key,
        move || get_trash(slug.clone(), project.clone()),
    );
    let name = Memo::new(move |_| trash.with(|trash| trash.name.clone()));
    let crumbs = vec![Crumb::new(org.display_name, home), Crumb::new(name, board)];
    let title = Signal::derive(move || format!("{} bin", name.get()));
    let current_tab = move |archive: bool| move || (shows_archive.get() == archive).then_some("page");
    let trash_label = move || trash.with(|trash| format!("Bin ({})", trash.deleted.len()));
    let archive_label = move || trash.with(|trash| format!("Archive ({})", trash.archived.len()));
    let org = StoredValue::new(org.slug);
    let rows = move || {
        let archive = shows_archive.get();
        let tasks = Memo::new(move |_| {
            trash.with(|trash| if archive { trash.archived.clone() } else { trash.deleted.clone() })
        });
        let row = move |task| view! { <Row org=org.get_value() task archive changed/> };
        // A closure: the rows are rebuilt when the list is switched.
        move || {
            view! {
                <Show when=move || tasks.with(Vec::is_empty)>
                    <EmptyTrash archive/>
                </Show>
                <ul class="card rows" hidden=move || tasks.with(Vec::is_empty)>
                    <KeyedList each=tasks key=|task: &RemovedTask| task.key.to_string() children=row/>
                </ul>
            }
        }
    };
    view! {
        <Page heading="Bin" title crumbs class="bin">
            <nav aria-label="Archive and bin">
                <ul class="tabs">
                    <li>
                        <a class="tab" href=path.clone() aria-current=current_tab(false)>
                            {trash_label}
                        </a>
                    </li>
                    <li>
                        <a class="tab" href=format!("{path}?{ARCHIVE}") aria-current=current_tab(true)>
                            {archive_label}
                        </a>
                    </li>
                </ul>
            </nav>
            <div class="section">{rows}</div>
        </Page>
    }
    .into_any()
}

/// Explains an empty list.
#[component]
fn EmptyTrash(archive: bool) -> impl IntoView {
    let (title, text) = if archive {
        (
            "No archived tasks".to_owned(),
            "Archive a task from its menu to hide it from the board without deleting it.".to_owned(),
        )
    } else {
        (
            "The bin is empty".to_owned(),
            format!("Deleted tasks stay here for {DAYS} days and can be restored until then."),
        )
    };
    view! { <EmptyState title text/> }
}

#[component]
fn Row(org: String, task: Memo<RemovedTask>, archive: bool, changed: Callback<()>) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let key = task.with_untracked(|task| task.key.to_string());
    let shown_key = Html::of_text(&key);
    let name = move || task.with(|task| render(|html| parts::name(html, &shown_key, &task.title, false)));
    let removed = move || {
        let RemovedTask { at, by, .. } = task.get();
        view! { <span class="muted small">{by.map(|by| format!("{by} · "))} <Date at/></span> }
    };
    let permission = if archive { Permission::WriteTasks } else { Permission::DeleteTasks };
    let may_restore = current.may(permission);
    let field = if archive { Field::Archived } else { Field::Deleted };
    let days_left = (!archive).then_some(move || {
        let days_left = task.with(|task| task.days_left);
        let text = match days_left {
            0 => "last day".to_owned(),
            1 => "1 day left".to_owned(),
            days => format!("{days} days left"),
        };
        view! {
            <span class="badge" class:danger=days_left < 4>
                {text}
            </span>
        }
    });
    let restore = may_restore.then(|| view! { <Restore org=org.clone() key=key.clone() field changed/> });
    let purge = (may_restore && !archive).then(|| view! { <Purge org=org.clone() key=key.clone() changed/> });
    view! {
        <li class="row wrapping">
            <p class="name">
                <a href=format!("/o/{org}/tasks/{key}") inner_html=name></a>
                " "
                {removed}
            </p>
            {days_left}
            {restore}
            {purge}
        </li>
    }
    .into_any()
}

/// The button that restores a task to its board.
#[component]
pub fn Restore(org: String, key: String, field: Field, changed: Callback<()>) -> impl IntoView {
    let action = FormAction::of::<EditTasks>();
    let feedback = FormFeedback::at(action, &key);
    let toasts = Toasts::expect();
    let name = key.clone();
    Effect::new(move || {
        if let Some(Ok(undo)) = action.value().get() {
            toasts.done(format!("{name} restored"), undo);
            changed.run(());
        }
    });
    let error = move || feedback.field("state").get();
    view! {
        <AppForm action feedback class="inline">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="keys[]" value=key.clone()/>
            <input type="hidden" name="field" value=field.slug()/>
            <input type="hidden" name="values[]" value="false"/>
            <button type="submit" class="button" disabled=action.pending() aria-label=format!("Restore {key}")>
                "Restore"
            </button>
            <p class="error" role="alert">
                {error}
            </p>
        </AppForm>
    }
    .into_any()
}

/// The form that deletes a task permanently.
#[component]
fn Purge(org: String, key: String, changed: Callback<()>) -> impl IntoView {
    let action = FormAction::of::<PurgeTask>();
    let feedback = FormFeedback::at(action, &key);
    when_done(action, changed);
    view! {
        <details class="change">
            <summary>"Delete permanently" <span class="visually-hidden">" "{key.clone()}</span></summary>
            <AppForm action feedback>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="key" value=key.clone()/>
                <p class="small">"The task, its comments and its history will be deleted. This can’t be undone."</p>
                <div class="buttons">
                    <button type="submit" class="button danger" disabled=action.pending()>
                        {format!("Delete {key} permanently")}
                    </button>
                </div>
            </AppForm>
        </details>
    }
    .into_any()
}
