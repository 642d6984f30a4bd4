//! Tasks as the board shows them.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    server::{
        db::{Driver, OrgTx, fetch_one},
        error::Error,
        repo::ids::ProjectId,
    },
    tasks::{model::TaskCard, priority::Priority},
};

/// A task on the board.
#[derive(Clone, Debug)]
pub struct CardRow {
    /// Slug of its state.
    pub state: String,
    pub card: TaskCard,
}

/// State, number, title, rank, priority, estimate, due date.
#[derive(Deserialize)]
struct Row(String, i64, String, String, Priority, Option<i64>, Option<NaiveDate>);

/// All tasks of a project that are open to work, each state's in the order of its column.
///
/// They come as one value: a row each costs several times the query itself.
///
/// # Errors
/// When the database does not answer.
pub async fn on_board(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<CardRow>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "SELECT json_group_array(json_array(state, number, title, rank, priority, estimate, due_on)) FROM (
                SELECT state, number, title, rank, priority, estimate, due_on FROM task
                WHERE org_id = $1 AND project_id = $2 AND deleted_at IS NULL AND archived_at IS NULL
                ORDER BY state, rank, number)"
        }
        Driver::Postgres => {
            "SELECT COALESCE(json_agg(json_build_array(state, number, title, rank, priority, estimate, due_on)
                ORDER BY state, rank, number), '[]')::text
             FROM task WHERE org_id = $1 AND project_id = $2 AND deleted_at IS NULL AND archived_at IS NULL"
        }
    };
    let rows: Vec<Row> = value(tx, sql, project).await?;
    let mut assignees = by_task(tx, ASSIGNEES, project).await?;
    let mut labels = by_task(tx, LABELS, project).await?;
    let cards = rows.into_iter().map(|Row(state, number, title, rank, priority, estimate, due_on)| {
        let (assignees, labels) =
            (assignees.remove(&number).unwrap_or_default(), labels.remove(&number).unwrap_or_default());
        CardRow { state, card: TaskCard { number, title, rank, priority, estimate, due_on, assignees, labels } }
    });
    Ok(cards.collect())
}

/// A statement for each database, of pairs: a task's number and an id.
struct Pairs {
    sqlite: &'static str,
    postgres: &'static str,
}

const ASSIGNEES: Pairs = Pairs {
    sqlite: "SELECT json_group_array(json_array(number, hex(person_id))) FROM task_assignee
             WHERE org_id = $1 AND project_id = $2",
    postgres: "SELECT COALESCE(json_agg(json_build_array(number, person_id)), '[]')::text FROM task_assignee
               WHERE org_id = $1 AND project_id = $2",
};

const LABELS: Pairs = Pairs {
    sqlite: "SELECT json_group_array(json_array(number, hex(label_id))) FROM task_label
             WHERE org_id = $1 AND project_id = $2",
    postgres: "SELECT COALESCE(json_agg(json_build_array(number, label_id)), '[]')::text FROM task_label
               WHERE org_id = $1 AND project_id = $2",
};

async fn by_task(tx: &mut OrgTx, pairs: Pairs, project: ProjectId) -> Result<HashMap<i64, Vec<Uuid>>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => pairs.sqlite,
        Driver::Postgres => pairs.postgres,
    };
    let mut by_task: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for (number, id) in value::<Vec<(i64, Uuid)>>(tx, sql, project).await? {
        by_task.entry(number).or_default().push(id);
    }
    Ok(by_task)
}

async fn value<T: DeserializeOwned>(tx: &mut OrgTx, sql: &'static str, project: ProjectId) -> Result<T, Error> {
    let (json,) = fetch_one!(tx, (String,), sql, tx.org(), project)?;
    serde_json::from_str(&json).map_err(|_| Error::Corrupt("task"))
}
