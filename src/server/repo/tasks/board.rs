//! Tasks as the board shows them.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, de::DeserializeOwned};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    filter::{Condition, condition},
    list::Looking,
};
use crate::{
    domain::{
        ids::ProjectId,
        projects::{Assignable, Label, RECENT},
        tasks::{TaskCard, filter::Filter, priority::Priority},
    },
    server::{
        db::{Driver, OrgTx, fetch_one},
        error::Error,
        repo::project_visibility::visible_to_member,
    },
};

/// What a board shows.
#[derive(Clone, Debug)]
pub struct OnBoard {
    /// The tasks that match, each state's in the order of its column; of a state in which nothing is left to do, the last
    /// [`RECENT`].
    pub cards: Vec<CardRow>,
    /// By name.
    pub labels: Vec<Label>,
    /// Everybody who can be given a task, by name.
    pub people: Vec<Assignable>,
    /// How many tasks a state has, whatever the filter; without one, of those of which not all may be there.
    pub totals: HashMap<String, usize>,
}

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

/// The board of a project, in one statement: on `SQLite` a statement costs more than what it does here, and a row each costs
/// several times the query itself. With a `filter`, the tasks alone that match it.
pub async fn on_board(tx: &mut OrgTx, project: ProjectId, filter: &Filter, looking: Looking) -> Result<OnBoard, Error> {
    let driver = tx.driver();
    let Condition { sql: matching, values } = condition(driver, filter, looking.me.0, looking.today);
    let counted = if filter.is_empty() { IS_CLOSED } else { "TRUE" };
    let shown = shown(&matching);
    let sql = match driver {
        Driver::Sqlite => sqlite(&shown, counted),
        Driver::Postgres => postgres(&shown, counted),
    };
    let (tasks, assignees, tagged, labels, people, totals) = fetch_one!(
        tx,
        (String, String, String, String, String, String),
        AssertSqlSafe(sql),
        tx.org(),
        project,
        values
    )?;
    let (mut assignees, mut tagged) = (by_task(&assignees)?, by_task(&tagged)?);
    let cards = parse::<Vec<Row>>(&tasks)?.into_iter().map(|row| {
        let Row(state, number, title, rank, priority, estimate, due_on) = row;
        let (assignees, labels) =
            (assignees.remove(&number).unwrap_or_default(), tagged.remove(&number).unwrap_or_default());
        CardRow { state, card: TaskCard { number, title, rank, priority, estimate, due_on, assignees, labels } }
    });
    let labels = parse::<Vec<(Uuid, String, u8)>>(&labels)?.into_iter().map(|(id, name, hue)| Label { id, name, hue });
    let people = parse::<Vec<(Uuid, String)>>(&people)?.into_iter().map(|(id, name)| Assignable { id, name });
    Ok(OnBoard {
        cards: cards.collect(),
        labels: labels.collect(),
        people: people.collect(),
        totals: parse::<Vec<(String, usize)>>(&totals)?.into_iter().collect(),
    })
}

/// Whether nothing is left to do in a state.
const IS_CLOSED: &str = "s.category IN ('completed', 'cancelled')";

/// Whether the member `m` of the organization may see the project `q`.
const VISIBLE_TO_MEMBER: &str = visible_to_member!("q", "m");

/// The tasks of each state.
const ON_BOARD: &str = "project_state s CROSS JOIN task t
        WHERE s.org_id = $1 AND s.project_id = $2 AND t.org_id = $1 AND t.project_id = $2 AND t.state = s.slug
          AND t.deleted_at IS NULL AND t.archived_at IS NULL";

/// The tasks that are shown. What is closed grows for ever: the rank of the first of the last ones is found in the order of
/// the index, and the rest is never read.
fn shown(matching: &str) -> String {
    format!(
        "{ON_BOARD} AND {matching}
          AND t.rank >= CASE WHEN {IS_CLOSED} THEN COALESCE((
              SELECT t.rank FROM task t WHERE t.org_id = $1 AND t.project_id = $2 AND t.state = s.slug
                AND {matching}
              ORDER BY t.rank DESC LIMIT 1 OFFSET {}), '') ELSE '' END",
        RECENT - 1
    )
}

/// Whether so few tasks are closed that none is left out. Then whose assignees are asked for need not be found out.
fn is_whole() -> String {
    format!("(SELECT COUNT(*) <= {RECENT} FROM {ON_BOARD} AND {IS_CLOSED})")
}

fn sqlite(shown: &str, counted: &str) -> String {
    let is_whole = is_whole();
    format!(
        "SELECT
    (SELECT json_group_array(json_array(state, number, title, rank, priority, estimate, due_on)) FROM (
        SELECT t.state, t.number, t.title, t.rank, t.priority, t.estimate, t.due_on FROM {shown}
        ORDER BY t.state, t.rank, t.number)),
    (SELECT json_group_array(json_array(number, hex(person_id))) FROM task_assignee
        WHERE org_id = $1 AND project_id = $2 AND ({is_whole} OR number IN (SELECT t.number FROM {shown}))),
    (SELECT json_group_array(json_array(number, hex(label_id))) FROM task_label
        WHERE org_id = $1 AND project_id = $2 AND ({is_whole} OR number IN (SELECT t.number FROM {shown}))),
    (SELECT json_group_array(json_array(hex(id), name, hue)) FROM (
        SELECT id, name, hue FROM label WHERE org_id = $1 AND project_id = $2 ORDER BY folded)),
    (SELECT json_group_array(json_array(hex(id), name)) FROM (
        SELECT p.id, p.name
        FROM membership m JOIN person p ON p.id = m.person_id
        JOIN project q ON q.org_id = m.org_id AND q.id = $2
        WHERE m.org_id = $1 AND m.status = 'active' AND {VISIBLE_TO_MEMBER}
        ORDER BY lower(p.name), p.id)),
    (SELECT json_group_array(json_array(slug, tasks)) FROM (
        SELECT s.slug, COUNT(*) AS tasks FROM {ON_BOARD} AND {counted} GROUP BY s.slug))"
    )
}

fn postgres(shown: &str, counted: &str) -> String {
    let is_whole = is_whole();
    format!(
        "SELECT
    (SELECT COALESCE(json_agg(json_build_array(t.state, t.number, t.title, t.rank, t.priority, t.estimate, t.due_on)
        ORDER BY t.state, t.rank, t.number), '[]')::text FROM {shown}),
    (SELECT COALESCE(json_agg(json_build_array(number, person_id)), '[]')::text FROM task_assignee
        WHERE org_id = $1 AND project_id = $2 AND ({is_whole} OR number IN (SELECT t.number FROM {shown}))),
    (SELECT COALESCE(json_agg(json_build_array(number, label_id)), '[]')::text FROM task_label
        WHERE org_id = $1 AND project_id = $2 AND ({is_whole} OR number IN (SELECT t.number FROM {shown}))),
    (SELECT COALESCE(json_agg(json_build_array(id, name, hue) ORDER BY folded), '[]')::text FROM label
        WHERE org_id = $1 AND project_id = $2),
    (SELECT COALESCE(json_agg(json_build_array(p.id, p.name) ORDER BY lower(p.name), p.id), '[]')::text
        FROM membership m JOIN person p ON p.id = m.person_id
        JOIN project q ON q.org_id = m.org_id AND q.id = $2
        WHERE m.org_id = $1 AND m.status = 'active' AND {VISIBLE_TO_MEMBER}),
    (SELECT COALESCE(json_agg(json_build_array(slug, tasks)), '[]')::text FROM (
        SELECT s.slug, COUNT(*) AS tasks FROM {ON_BOARD} AND {counted} GROUP BY s.slug) c)"
    )
}

/// From pairs of a task's number and an id.
fn by_task(json: &str) -> Result<HashMap<i64, Vec<Uuid>>, Error> {
    let mut by_task: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for (number, id) in parse::<Vec<(i64, Uuid)>>(json)? {
        by_task.entry(number).or_default().push(id);
    }
    Ok(by_task)
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|_| Error::Corrupt("board"))
}
