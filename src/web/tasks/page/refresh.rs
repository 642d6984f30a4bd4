//! Keeps the task of the page up to date.

use leptos::prelude::*;

use crate::{
    domain::{keys::TaskKey, live::LiveEvent, tasks::TaskDetail},
    web::{
        live::{feed::Feed, refresh::refresh_data},
        tasks::functions::get_task,
    },
};

/// Fetches `task` again whenever a live event may have changed it.
pub fn follow(org: &str, task: RwSignal<TaskDetail>) {
    let (key, as_of) = task.with_untracked(|task| (task.key.clone(), task.as_of));
    let (org, name) = (org.to_owned(), key.to_string());
    let is_affected = move |event: &LiveEvent| may_affect(&key, task, event);
    Feed::expect().refresh_on(as_of, is_affected, move || refresh(org.clone(), name.clone(), task));
}

/// Fetches the task with the key `key` again.
pub fn refresh(org: String, key: String, task: RwSignal<TaskDetail>) {
    refresh_data(task, |task| task.as_of, get_task(org, key));
}

/// Whether `event` may change the page of the task `key`: the event concerns that task, a linked task, or a task that may
/// have become its sub-task.
fn may_affect(key: &TaskKey, task: RwSignal<TaskDetail>, event: &LiveEvent) -> bool {
    let Some(number) = event.task else { return event.project == key.project };
    let subject = TaskKey { project: event.project.clone(), number };
    subject == *key
        || task.try_with_untracked(|task| task.links.mention(&subject)) == Some(true)
        || (event.project == key.project && event.event.moves_to(key.number))
}
