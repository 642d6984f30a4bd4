//! The board of a project.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::{
    filter::{Condition, condition},
    list::Viewer,
};
use crate::{
    domain::{
        board::RECENT,
        ids::ProjectId,
        projects::Label,
        tasks::{TaskCard, filter::Filter, priority::Priority},
    },
    server::{
        db::{Driver, OrgTx, fetch_one},
        error::Error,
        repo::json,
    },
};

/// The part of a board's data that changes with the events of the organization only.
#[derive(Clone, Debug)]
pub struct BoardCards {
    /// The matching tasks in the order of their columns; of a completed or cancelled state, only the last [`RECENT`].
    pub cards: Vec<CardRow>,
    /// By name.
    pub labels: Vec<Label>,
    /// The number of tasks per state before filtering. Without a filter only of the states whose cards may be incomplete.
    pub totals: HashMap<String, usize>,
}

/// A task on the board.
#[derive(Clone, Debug)]
pub struct CardRow {
    /// The slug of its state.
    pub state: String,
    pub card: Arc<TaskCard>,
}

/// State, number, title, rank, priority, estimate, due date.
#[derive(Deserialize)]
struct JsonTask(String, i64, String, String, Priority, Option<i64>, Option<NaiveDate>);

/// A board, each column as JSON.
#[derive(FromRow)]
struct BoardRow {
    tasks: String,
    /// Task number and person.
    assignees: String,
    /// Task number and label.
    tagged: String,
    labels: String,
    totals: String,
}

/// Fetches the cards of a board with the tasks that match `filter`.
///
/// Runs one statement that returns JSON: on `SQLite` a row per task would cost several times the query itself. Whatever it
/// reads, it must change with an event only: [`crate::server::boards`] keeps the result until the next one.
pub async fn cards_on_board(
    tx: &mut OrgTx,
    project: ProjectId,
    filter: &Filter,
    viewer: Viewer,
) -> Result<BoardCards, Error> {
    let driver = tx.driver();
    let Condition { sql: matching, values } = condition(driver, filter, viewer.me.0, viewer.today);
    let counted = if filter.is_empty() { IS_DONE } else { "TRUE" };
    let cards_sql = cards(&matching);
    let sql = match driver {
        Driver::Sqlite => sqlite(&cards_sql, counted),
        Driver::Postgres => postgres(&cards_sql, counted),
    };
    let board = fetch_one!(tx, BoardRow, AssertSqlSafe(sql), tx.org(), project, values)?;
    let (mut assignees, mut tagged) = (by_task(&board.assignees)?, by_task(&board.tagged)?);
    let cards = json::parse::<Vec<JsonTask>>(&board.tasks)?.into_iter().map(|row| {
        let JsonTask(state, number, title, rank, priority, estimate, due_on) = row;
        let (assignees, labels) =
            (assignees.remove(&number).unwrap_or_default(), tagged.remove(&number).unwrap_or_default());
        let card = TaskCard { number, title, rank, priority, estimate, due_on, assignees, labels };
        CardRow { state, card: Arc::new(card) }
    });
    let labels = json::parse::<Vec<(Uuid, String, u8)>>(&board.labels)?.into_iter().map(|(id, name, hue)| Label {
        id,
        name,
        hue,
    });
    Ok(BoardCards {
        cards: cards.collect(),
        labels: labels.collect(),
        totals: json::parse::<Vec<(String, usize)>>(&board.totals)?.into_iter().collect(),
    })
}

/// The condition that tasks in a state count as done.
const IS_DONE: &str = "s.category IN ('completed', 'cancelled')";

/// The tables of the board's tasks and their states, without archived and deleted tasks.
const ON_BOARD: &str = "project_state s CROSS JOIN task t
        WHERE s.org_id = $1 AND s.project_id = $2 AND t.org_id = $1 AND t.project_id = $2 AND t.state = s.slug
          AND t.deleted_at IS NULL AND t.archived_at IS NULL";

/// The tasks on the cards. Done tasks accumulate without limit, so the statement finds the rank of the first recent one by
/// the index and never reads the rest.
fn cards(matching: &str) -> String {
    format!(
        "{ON_BOARD} AND {matching}
          AND t.rank >= CASE WHEN {IS_DONE} THEN COALESCE((
              SELECT t.rank FROM task t WHERE t.org_id = $1 AND t.project_id = $2 AND t.state = s.slug
                AND {matching}
              ORDER BY t.rank DESC LIMIT 1 OFFSET {}), '') ELSE '' END",
        RECENT - 1
    )
}

/// The condition that the board includes all done tasks. Then assignees and labels need no join with the cards.
fn is_complete() -> String {
    format!("(SELECT COUNT(*) <= {RECENT} FROM {ON_BOARD} AND {IS_DONE})")
}

fn sqlite(cards: &str, counted: &str) -> String {
    let is_complete = is_complete();
    format!(
        "SELECT
    (SELECT json_group_array(json_array(state, number, title, rank, priority, estimate, due_on)) FROM (
        SELECT t.state, t.number, t.title, t.rank, t.priority, t.estimate, t.due_on FROM {cards}
        ORDER BY t.state, t.rank, t.number)) AS tasks,
    (SELECT json_group_array(json_array(number, hex(person_id))) FROM task_assignee
        WHERE org_id = $1 AND project_id = $2 AND ({is_complete} OR number IN (SELECT t.number FROM {cards}))) AS assignees,
    (SELECT json_group_array(json_array(number, hex(label_id))) FROM task_label
        WHERE org_id = $1 AND project_id = $2 AND ({is_complete} OR number IN (SELECT t.number FROM {cards}))) AS tagged,
    (SELECT json_group_array(json_array(hex(id), name, hue)) FROM (
        SELECT id, name, hue FROM label WHERE org_id = $1 AND project_id = $2 ORDER BY folded)) AS labels,
    (SELECT json_group_array(json_array(slug, tasks)) FROM (
        SELECT s.slug, COUNT(*) AS tasks FROM {ON_BOARD} AND {counted} GROUP BY s.slug)) AS totals"
    )
}

fn postgres(cards: &str, counted: &str) -> String {
    let is_complete = is_complete();
    format!(
        "SELECT
    (SELECT COALESCE(json_agg(json_build_array(t.state, t.number, t.title, t.rank, t.priority, t.estimate, t.due_on)
        ORDER BY t.state, t.rank, t.number), '[]')::text FROM {cards}) AS tasks,
    (SELECT COALESCE(json_agg(json_build_array(number, person_id)), '[]')::text FROM task_assignee
        WHERE org_id = $1 AND project_id = $2 AND ({is_complete} OR number IN (SELECT t.number FROM {cards}))) AS assignees,
    (SELECT COALESCE(json_agg(json_build_array(number, label_id)), '[]')::text FROM task_label
        WHERE org_id = $1 AND project_id = $2 AND ({is_complete} OR number IN (SELECT t.number FROM {cards}))) AS tagged,
    (SELECT COALESCE(json_agg(json_build_array(id, name, hue) ORDER BY folded), '[]')::text FROM label
        WHERE org_id = $1 AND project_id = $2) AS labels,
    (SELECT COALESCE(json_agg(json_build_array(slug, tasks)), '[]')::text FROM (
        SELECT s.slug, COUNT(*) AS tasks FROM {ON_BOARD} AND {counted} GROUP BY s.slug) c) AS totals"
    )
}

/// Groups pairs of a task's number and an id by task.
fn by_task(json: &str) -> Result<HashMap<i64, Vec<Uuid>>, Error> {
    let mut by_task: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for (number, id) in json::parse::<Vec<(i64, Uuid)>>(json)? {
        by_task.entry(number).or_default().push(id);
    }
    Ok(by_task)
}
