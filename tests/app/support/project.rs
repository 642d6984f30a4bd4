//! A project as a member sees and changes it.

use tessera::testing::domain::tasks::TaskCard;
use tessera::testing::domain::{
    board::{Board, Column},
    list::Listing,
    projects::{overview::Overview, settings::ProjectSettings},
    trash::Trash,
};
use uuid::Uuid;

use super::{
    functions::{
        CreateTask, GetBoard, GetList, GetOverview, GetProjectSettings, GetTrash, SaveLabel, SetProjectArchived,
        SetProjectClosed,
    },
    member::{Member, Outcome},
    task::Task,
};

/// A project by its key. The project need not exist.
#[derive(Clone)]
pub struct Project {
    pub member: Member,
    pub key: String,
}

impl Project {
    /// Returns the address of a page of the project, for example `board`.
    pub fn page(&self, name: &str) -> String {
        format!("/o/{}/projects/{}/{name}", self.member.organization.slug, self.key)
    }

    pub fn task(&self, number: i64) -> Task {
        self.member.task(&format!("{}-{number}", self.key))
    }

    /// Adds a task to the end of a column.
    pub async fn create_task(&self, state: &str, title: &str) -> Outcome<TaskCard> {
        let (project, state, title) = (self.key.clone(), state.to_owned(), title.to_owned());
        self.member.call(CreateTask { org: self.member.org(), project, state, title }).await
    }

    /// Adds a task like [`Project::create_task`]; returns its number.
    pub async fn add(&self, state: &str, title: &str) -> i64 {
        self.create_task(state, title).await.unwrap().number
    }

    /// Changes one field of the tasks with these numbers.
    pub async fn edit_tasks(&self, numbers: &[i64], field: &str, values: &[&str]) -> Outcome<Option<Uuid>> {
        let keys: Vec<_> = numbers.iter().map(|number| format!("{}-{number}", self.key)).collect();
        self.member.edit_tasks(&keys, field, values).await
    }

    pub async fn board(&self) -> Outcome<Board> {
        self.filtered_board("").await
    }

    /// Fetches the board with the filter in `query`.
    pub async fn filtered_board(&self, query: &str) -> Outcome<Board> {
        let (key, query) = (self.key.clone(), query.to_owned());
        self.member.call(GetBoard { org: self.member.org(), key, query }).await
    }

    /// Fetches the list with the filter, grouping and order in `query`.
    pub async fn list(&self, query: &str) -> Outcome<Listing> {
        let (key, query) = (self.key.clone(), query.to_owned());
        self.member.call(GetList { org: self.member.org(), key, query }).await
    }

    pub async fn trash(&self) -> Outcome<Trash> {
        self.member.call(GetTrash { org: self.member.org(), key: self.key.clone() }).await
    }

    pub async fn overview(&self) -> Outcome<Overview> {
        self.member.call(GetOverview { org: self.member.org(), key: self.key.clone() }).await
    }

    pub async fn settings(&self) -> ProjectSettings {
        self.member.call(GetProjectSettings { org: self.member.org(), key: self.key.clone() }).await.unwrap()
    }

    pub async fn set_private(&self, is_private: bool) -> Outcome<()> {
        self.member.call(SetProjectClosed { org: self.member.org(), key: self.key.clone(), closed: is_private }).await
    }

    pub async fn set_archived(&self, archived: bool) -> Outcome<()> {
        self.member.call(SetProjectArchived { org: self.member.org(), key: self.key.clone(), archived }).await
    }

    pub async fn create_label(&self, name: &str, hue: &str) -> Outcome<()> {
        let (key, name, hue) = (self.key.clone(), name.to_owned(), hue.to_owned());
        self.member.call(SaveLabel { org: self.member.org(), key, label: None, name, hue }).await
    }
}

/// Helpers to read a board.
pub trait BoardExt {
    /// Lists the numbers of the cards in each column, from top to bottom.
    fn numbers(&self) -> Vec<Vec<i64>>;

    fn column(&self, state: &str) -> &Column;

    /// Finds the id of an assignable person by name.
    fn person(&self, name: &str) -> Uuid;
}

impl BoardExt for Board {
    fn numbers(&self) -> Vec<Vec<i64>> {
        self.columns.iter().map(|column| column.tasks.iter().map(|task| task.number).collect()).collect()
    }

    fn column(&self, state: &str) -> &Column {
        self.columns.iter().find(|column| column.state.slug == state).unwrap_or_else(|| panic!("{state}"))
    }

    fn person(&self, name: &str) -> Uuid {
        self.people.iter().find(|person| person.name == name).unwrap_or_else(|| panic!("{name}")).id
    }
}
