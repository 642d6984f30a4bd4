//! A task as a member sees and changes it.

use tessera::testing::domain::tasks::{
    Moved, TaskDetail,
    activity::{Comment, Entry},
    fields::TaskFields,
    links::Links,
};
use uuid::Uuid;

use super::{
    functions::{
        AddComment, AddRelation, AddSubtask, DeleteComment, EditComment, GetActivity, GetTask, MoveTask, PurgeTask,
        React, RemoveRelation, SetWatching, UpdateTask,
    },
    member::{Member, Outcome},
};

/// A task by its key. The task need not exist.
#[derive(Clone)]
pub struct Task {
    pub member: Member,
    pub key: String,
}

impl Task {
    /// Returns the address of the task's page.
    pub fn page(&self) -> String {
        format!("/o/{}/tasks/{}", self.member.organization.slug, self.key)
    }

    pub async fn get(&self) -> Outcome<TaskDetail> {
        self.member.call(GetTask { org: self.member.org(), key: self.key.clone() }).await
    }

    /// Fetches the stored fields of the task.
    pub async fn fields(&self) -> TaskFields {
        self.get().await.unwrap().fields
    }

    pub async fn links(&self) -> Links {
        self.get().await.unwrap().links
    }

    /// Finds the id of an assignable person by name.
    pub async fn person(&self, name: &str) -> Uuid {
        let people = self.get().await.unwrap().people;
        people.iter().find(|person| person.name == name).unwrap_or_else(|| panic!("{name}")).id
    }

    /// Saves the title and description as an edit of the task's version `version`.
    pub async fn write(&self, version: i64, title: &str, description: &str) -> Outcome<TaskDetail> {
        let (key, title, description) = (self.key.clone(), title.to_owned(), description.to_owned());
        self.member.call(UpdateTask { org: self.member.org(), key, version, title, description }).await
    }

    /// Changes one field to one value; returns the batch to undo, or `None` if nothing has changed.
    pub async fn set(&self, field: &str, value: &str) -> Outcome<Option<Uuid>> {
        self.set_all(field, &[value]).await
    }

    /// Changes one field to several values.
    pub async fn set_all(&self, field: &str, values: &[&str]) -> Outcome<Option<Uuid>> {
        self.member.edit_tasks(std::slice::from_ref(&self.key), field, values).await
    }

    /// Moves the task to the trash.
    pub async fn delete(&self) -> Outcome<Option<Uuid>> {
        self.set("deleted", "true").await
    }

    /// Restores the task from the trash.
    pub async fn restore(&self) -> Outcome<Option<Uuid>> {
        self.set("deleted", "false").await
    }

    pub async fn archive(&self) -> Outcome<Option<Uuid>> {
        self.set("archived", "true").await
    }

    /// Purges the task from the trash.
    pub async fn purge(&self) -> Outcome<()> {
        self.member.call(PurgeTask { org: self.member.org(), key: self.key.clone() }).await
    }

    /// Moves the task to the end of a column.
    pub async fn move_to(&self, state: &str) -> Outcome<Moved> {
        self.move_between(state, None, None).await
    }

    /// Moves the task into a column, directly before the task with this number.
    pub async fn move_before(&self, state: &str, number: i64) -> Outcome<Moved> {
        self.move_between(state, None, Some(number)).await
    }

    /// Moves the task into a column, directly after the task numbered `after`, or else before the task numbered
    /// `before`.
    pub async fn move_between(&self, state: &str, after: Option<i64>, before: Option<i64>) -> Outcome<Moved> {
        let (org, key, state) = (self.member.org(), self.key.clone(), state.to_owned());
        self.member.call(MoveTask { org, key, state, before, after, out_of: None, into: None }).await
    }

    /// Moves the task to the end of a column and from one swimlane to another.
    pub async fn move_to_lane(&self, state: &str, from: &str, to: &str) -> Outcome<Moved> {
        let (org, key, state) = (self.member.org(), self.key.clone(), state.to_owned());
        let (out_of, into) = (Some(from.to_owned()), Some(to.to_owned()));
        self.member.call(MoveTask { org, key, state, before: None, after: None, out_of, into }).await
    }

    pub async fn add_subtask(&self, title: &str) -> Outcome<()> {
        let (key, title) = (self.key.clone(), title.to_owned());
        self.member.call(AddSubtask { org: self.member.org(), key, title }).await
    }

    /// Adds a relation to another task; returns the batch to undo.
    pub async fn relate(&self, relation: &str, other: &str) -> Outcome<Option<Uuid>> {
        let (key, relation, other) = (self.key.clone(), relation.to_owned(), other.to_owned());
        self.member.call(AddRelation { org: self.member.org(), key, relation, other }).await
    }

    /// Removes a relation; returns the batch to undo, or `None` if the relation does not exist.
    pub async fn unrelate(&self, relation: &str, other: &str) -> Outcome<Option<Uuid>> {
        let (key, relation, other) = (self.key.clone(), relation.to_owned(), other.to_owned());
        self.member.call(RemoveRelation { org: self.member.org(), key, relation, other }).await
    }

    pub async fn watch(&self) -> Outcome<()> {
        self.set_watching(true).await
    }

    pub async fn stop_watching(&self) -> Outcome<()> {
        self.set_watching(false).await
    }

    async fn set_watching(&self, watching: bool) -> Outcome<()> {
        self.member.call(SetWatching { org: self.member.org(), key: self.key.clone(), watching }).await
    }

    /// Lists the comments and the history of the task, oldest first.
    pub async fn activity(&self) -> Vec<Entry> {
        self.member.call(GetActivity { org: self.member.org(), key: self.key.clone() }).await.unwrap()
    }

    pub async fn comments(&self) -> Vec<Comment> {
        let comment = |entry| if let Entry::Comment(comment) = entry { Some(comment) } else { None };
        self.activity().await.into_iter().filter_map(comment).collect()
    }

    /// Lists the history of the task as sentences.
    pub async fn history(&self) -> Vec<String> {
        let text = |entry| if let Entry::Note(note) = entry { Some(note.text) } else { None };
        self.activity().await.into_iter().filter_map(text).collect()
    }

    pub async fn comment(&self, body: &str) -> Outcome<()> {
        let (key, body) = (self.key.clone(), body.to_owned());
        self.member.call(AddComment { org: self.member.org(), key, body }).await
    }

    pub async fn edit_comment(&self, comment: Uuid, body: &str) -> Outcome<()> {
        let (key, body) = (self.key.clone(), body.to_owned());
        self.member.call(EditComment { org: self.member.org(), key, comment, body }).await
    }

    pub async fn delete_comment(&self, comment: Uuid) -> Outcome<()> {
        self.member.call(DeleteComment { org: self.member.org(), key: self.key.clone(), comment }).await
    }

    pub async fn react(&self, comment: Uuid, emoji: &str) -> Outcome<()> {
        let (key, emoji) = (self.key.clone(), emoji.to_owned());
        self.member.call(React { org: self.member.org(), key, comment, emoji }).await
    }
}
