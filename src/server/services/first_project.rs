//! The sample project of a new organization, which shows how Tessera works.

use super::projects::{self, Author, Layout};
use crate::{
    domain::tasks::fields::TaskFields,
    server::{db::OrgTx, error::Error},
};

const KEY: &str = "START";
const NAME: &str = "First steps";
const TASKS: [(&str, &str); 4] = [
    ("todo", "Move this card to Done: drag it, or press Space on it, then the arrow keys, then Space"),
    ("todo", "Create a project of your own"),
    ("backlog", "Invite the people you work with"),
    ("done", "Create your workspace"),
];

/// Creates the sample project.
pub async fn add(tx: &mut OrgTx, author: Author<'_>) -> Result<(), Error> {
    let key = KEY.parse().map_err(|_| Error::Corrupt("first project key"))?;
    let tasks = TASKS.map(|(state, title)| TaskFields::titled(state, title)).into();
    projects::create_with_tasks(tx, author, Layout { key: &key, name: NAME, description: "", labels: &[], tasks }).await
}
