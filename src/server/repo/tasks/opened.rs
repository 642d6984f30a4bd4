//! A locked project with the tasks that are about to be written, in one statement after the lock.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    fields::{Record, RecordColumns},
    order::{Gap, Place, gap_at},
};
use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        keys::ProjectKey,
        projects::State,
    },
    server::{
        db::{Driver, OrgTx, fetch_one},
        error::Error,
        repo::{
            json,
            memberships::{MemberColumns, Membership},
            project_visibility::{ProjectScope, visible_to},
            projects::{self, Project},
        },
    },
};

/// A locked project, and tasks of it by number.
#[derive(Debug)]
pub struct Opened {
    pub project: Project,
    /// The transitions between states (from, to) that the project allows. An empty set allows all.
    pub transitions: BTreeSet<(String, String)>,
    pub tasks: BTreeMap<i64, OpenedTask>,
    /// The gap at the place that was asked for.
    pub gap: Option<Gap>,
}

/// A task of an [`Opened`] project.
#[derive(Debug)]
pub struct OpenedTask {
    pub record: Record,
    pub watchers: Vec<PersonId>,
}

#[derive(FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    member: MemberColumns,
    id: Option<ProjectId>,
    name: Option<String>,
    is_private: Option<bool>,
    is_archived: Option<bool>,
    states: Option<String>,
    transitions: Option<String>,
    tasks: Option<String>,
    gap: Option<String>,
}

/// Slug, name, category, hue and limit of a state.
type StateRow = (String, String, String, Option<i64>, Option<i64>);

#[derive(Deserialize)]
struct TaskRow {
    #[serde(flatten)]
    row: RecordColumns,
    assignees: Option<BTreeSet<Uuid>>,
    labels: Option<BTreeSet<Uuid>>,
    watchers: Option<Vec<PersonId>>,
}

/// Finds and locks a project like [`projects::locked`], and fetches its tasks with these numbers. Leaves unknown numbers
/// out.
pub async fn open(
    tx: &mut OrgTx,
    scope: ProjectScope,
    key: &ProjectKey,
    numbers: &[i64],
) -> Result<Option<Opened>, Error> {
    Ok(open_as_member(tx, scope, key, numbers, None).await?.1)
}

/// Finds and locks a project like [`open`]. Fetches the active membership of the scope's person, too, and the gap at `place`.
pub async fn open_as_member(
    tx: &mut OrgTx,
    scope: ProjectScope,
    key: &ProjectKey,
    numbers: &[i64],
    place: Option<Place<'_>>,
) -> Result<(Option<Membership>, Option<Opened>), Error> {
    tx.lock_project(key).await?;
    let numbers = json::text(numbers)?;
    let sql = match tx.driver() {
        Driver::Sqlite => SQLITE,
        Driver::Postgres => POSTGRES,
    };
    let row = fetch_one!(
        tx,
        MemberRow,
        sql,
        tx.org(),
        key.as_str(),
        scope.person,
        scope.sees_all,
        numbers,
        place.map(|place| place.state),
        place.map(|place| place.number),
        place.and_then(|place| place.before()),
        place.and_then(|place| place.anchor.after),
    )?;
    let MemberRow { member, id, name, is_private, is_archived, states, transitions, tasks, gap } = row;
    let member = member.try_into()?;
    let (Some(id), Some(name), Some(is_private), Some(is_archived)) = (id, name, is_private, is_archived) else {
        return Ok((member, None));
    };
    let states = list::<StateRow>(states.as_deref())?.into_iter().map(state).collect::<Result<_, _>>()?;
    let project = Project { id, name, is_private, is_archived, states };
    let transitions = list(transitions.as_deref())?.into_iter().collect();
    let tasks = list::<TaskRow>(tasks.as_deref())?.into_iter().map(task).collect::<Result<_, _>>()?;
    let gap = gap.as_deref().map(json::parse).transpose()?;
    Ok((member, Some(Opened { project, transitions, tasks, gap })))
}

/// Parses a list that the database has built; it is `NULL` if there are no rows.
fn list<T: DeserializeOwned>(text: Option<&str>) -> Result<Vec<T>, Error> {
    text.map_or_else(|| Ok(Vec::new()), json::parse)
}

fn state((slug, name, category, hue, wip_limit): StateRow) -> Result<State, Error> {
    projects::state(slug, name, &category, hue, wip_limit)
}

fn task(row: TaskRow) -> Result<(i64, OpenedTask), Error> {
    let number = row.row.number;
    let mut record = Record::try_from(row.row)?;
    record.fields.assignees = row.assignees.unwrap_or_default();
    record.fields.labels = row.labels.unwrap_or_default();
    Ok((number, OpenedTask { record, watchers: row.watchers.unwrap_or_default() }))
}

const SQLITE: &str = concat!(
    "SELECT m.role AS member_role, m.permissions AS member_permissions, m.status = 'active' AS member_is_active,
        p.id, p.name, p.is_private, p.archived_at IS NOT NULL AS is_archived,
        (SELECT json_group_array(json_array(s.slug, s.name, s.category, s.hue, s.wip_limit))
         FROM (SELECT slug, name, category, hue, wip_limit FROM project_state
               WHERE org_id = p.org_id AND project_id = p.id ORDER BY position) s) AS states,
        (SELECT json_group_array(json_array(r.from_state, r.to_state)) FROM project_transition r
         WHERE r.org_id = p.org_id AND r.project_id = p.id) AS transitions,
        (SELECT json_group_array(json_object(
             'number', t.number, 'title', t.title, 'description', t.description, 'state', t.state, 'rank', t.rank,
             'priority', t.priority, 'estimate', t.estimate, 'start_on', t.start_on, 'due_on', t.due_on,
             'parent', t.parent, 'version', t.version, 'done_at', t.done_at, 'archived_at', t.archived_at,
             'deleted_at', t.deleted_at, 'deleted_by', nullif(lower(hex(t.deleted_by)), ''),
             'assignees', json((SELECT json_group_array(lower(hex(a.person_id))) FROM task_assignee a
                 WHERE a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number)),
             'labels', json((SELECT json_group_array(lower(hex(l.label_id))) FROM task_label l
                 WHERE l.org_id = t.org_id AND l.project_id = t.project_id AND l.number = t.number)),
             'watchers', json((SELECT json_group_array(lower(hex(w.person_id))) FROM task_watcher w
                 WHERE w.org_id = t.org_id AND w.project_id = t.project_id AND w.number = t.number))))
         FROM task t
         WHERE t.org_id = p.org_id AND t.project_id = p.id
           AND t.number IN (SELECT value FROM json_each($5))) AS tasks,
        CASE WHEN $6 IS NOT NULL THEN (
            SELECT json_object('next', g.next, 'high', g.high, 'low', g.low) FROM (",
    gap_at!("project_id = p.id", "$6", "$7", "$8", "$9"),
    ") g) END AS gap
     FROM (SELECT 1 AS one) f
     LEFT JOIN membership m ON m.org_id = $1 AND m.person_id = $3
     LEFT JOIN project p ON p.org_id = $1 AND p.key = $2 AND ",
    visible_to!("p", "$3", "$4"),
);

const POSTGRES: &str = concat!(
    "SELECT m.role AS member_role, m.permissions AS member_permissions, m.status = 'active' AS member_is_active,
        p.id, p.name, p.is_private, p.archived_at IS NOT NULL AS is_archived,
        (SELECT json_agg(json_build_array(s.slug, s.name, s.category, s.hue, s.wip_limit) ORDER BY s.position)::text
         FROM project_state s WHERE s.org_id = p.org_id AND s.project_id = p.id) AS states,
        (SELECT json_agg(json_build_array(r.from_state, r.to_state))::text FROM project_transition r
         WHERE r.org_id = p.org_id AND r.project_id = p.id) AS transitions,
        (SELECT json_agg(json_build_object(
             'number', t.number, 'title', t.title, 'description', t.description, 'state', t.state, 'rank', t.rank,
             'priority', t.priority, 'estimate', t.estimate, 'start_on', t.start_on, 'due_on', t.due_on,
             'parent', t.parent, 'version', t.version, 'done_at', t.done_at, 'archived_at', t.archived_at,
             'deleted_at', t.deleted_at, 'deleted_by', t.deleted_by,
             'assignees', (SELECT json_agg(a.person_id) FROM task_assignee a
                 WHERE a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number),
             'labels', (SELECT json_agg(l.label_id) FROM task_label l
                 WHERE l.org_id = t.org_id AND l.project_id = t.project_id AND l.number = t.number),
             'watchers', (SELECT json_agg(w.person_id) FROM task_watcher w
                 WHERE w.org_id = t.org_id AND w.project_id = t.project_id AND w.number = t.number)))::text
         FROM task t
         WHERE t.org_id = p.org_id AND t.project_id = p.id
           AND t.number = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($5::json)))) AS tasks,
        CASE WHEN $6::text IS NOT NULL THEN (
            SELECT json_build_object('next', g.next, 'high', g.high, 'low', g.low)::text FROM (",
    gap_at!("project_id = p.id", "$6::text", "$7::bigint", "$8::bigint", "$9::bigint"),
    ") g) END AS gap
     FROM (SELECT 1 AS one) f
     LEFT JOIN membership m ON m.org_id = $1 AND m.person_id = $3
     LEFT JOIN project p ON p.org_id = $1 AND p.key = $2 AND ",
    visible_to!("p", "$3", "$4"),
);
