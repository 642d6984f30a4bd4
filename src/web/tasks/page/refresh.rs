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
    let refresh = refresher(org, task);
    Feed::expect().refresh_on(as_of, move |event| may_affect(&key, task, event), move || refresh.run(()));
}

/// Returns a callback that fetches `task` again.
pub fn refresher(org: &str, task: RwSignal<TaskDetail>) -> Callback<()> {
    let (org, key) = (org.to_owned(), task.with_untracked(|task| task.key.to_string()));
    Callback::new(move |()| refresh_data(task, |task| task.as_of, get_task(org.clone(), key.clone())))
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
