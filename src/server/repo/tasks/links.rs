//! Parent, subtasks and related tasks of a task.

use sqlx::FromRow;

use crate::{
    domain::{
        ids::ProjectId,
        keys::{ProjectKey, TaskKey},
        tasks::{
            links::{RelatedTask, TaskLink},
            relation::Relation,
        },
    },
    server::{
        db::{OrgTx, exists, fetch_all},
        error::Error,
        repo::project_visibility::{ProjectScope, visible_to},
    },
};

#[derive(FromRow)]
struct Row {
    project: String,
    number: i64,
    title: String,
    category: String,
    /// The kind of the relation; empty for parent and subtasks.
    kind: String,
    is_forward: bool,
    assignee: Option<String>,
}

impl Row {
    fn into_link(self) -> Result<TaskLink, Error> {
        let project: ProjectKey = self.project.parse().map_err(|_| Error::Corrupt("project key"))?;
        let category = self.category.parse().map_err(|_| Error::Corrupt("state category"))?;
        let assignees = self.assignee.into_iter().collect();
        Ok(TaskLink { key: TaskKey { project, number: self.number }, title: self.title, category, assignees })
    }
}

/// Fetches the parent of a task and its subtasks by number, without deleted tasks.
pub async fn family(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    parent: Option<i64>,
) -> Result<(Option<TaskLink>, Vec<TaskLink>), Error> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT q.key AS project, t.number, t.title, s.category, '' AS kind, FALSE AS is_forward,
                p.name AS assignee
         FROM task t
         JOIN project q ON q.org_id = t.org_id AND q.id = t.project_id
         JOIN project_state s ON s.org_id = t.org_id AND s.project_id = t.project_id AND s.slug = t.state
         LEFT JOIN task_assignee a ON a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number
         LEFT JOIN person p ON p.id = a.person_id
         WHERE t.org_id = $1 AND t.project_id = $2 AND (t.parent = $3 OR t.number = $4) AND t.deleted_at IS NULL
         ORDER BY t.number, lower(p.name), p.id",
        tx.org(),
        project,
        number,
        parent,
    )?;
    let (mut parent_link, mut subtasks): (Option<TaskLink>, Vec<TaskLink>) = (None, Vec::new());
    for row in rows {
        let is_parent = Some(row.number) == parent;
        let link = row.into_link()?;
        match subtasks.last_mut() {
            _ if is_parent => parent_link = Some(TaskLink { assignees: Vec::new(), ..link }),
            Some(last) if last.key == link.key => last.assignees.extend(link.assignees),
            _ => subtasks.push(link),
        }
    }
    Ok((parent_link, subtasks))
}

/// Lists the tasks related to a task that `scope` may see, by relation, then by key.
pub async fn related(
    tx: &mut OrgTx,
    scope: ProjectScope,
    project: ProjectId,
    number: i64,
) -> Result<Vec<RelatedTask>, Error> {
    let rows = fetch_all!(
        tx,
        Row,
        concat!(
            "SELECT q.key AS project, t.number, t.title, s.category, r.kind, r.is_forward, NULL AS assignee
         FROM (SELECT kind, other_project_id AS project_id, other_number AS number, TRUE AS is_forward
               FROM task_relation WHERE org_id = $1 AND project_id = $2 AND number = $3
               UNION ALL
               SELECT kind, project_id, number, FALSE AS is_forward
               FROM task_relation WHERE org_id = $1 AND other_project_id = $2 AND other_number = $3) r
         JOIN task t ON t.org_id = $1 AND t.project_id = r.project_id AND t.number = r.number
         JOIN project q ON q.org_id = $1 AND q.id = t.project_id
         JOIN project_state s ON s.org_id = $1 AND s.project_id = t.project_id AND s.slug = t.state
         WHERE t.deleted_at IS NULL AND ",
            visible_to!("q", "$4", "$5"),
            "
         ORDER BY q.key, t.number",
        ),
        tx.org(),
        project,
        number,
        scope.person,
        scope.sees_all,
    )?;
    let mut related = Vec::with_capacity(rows.len());
    for row in rows {
        let relation = match (row.kind.as_str(), row.is_forward) {
            ("blocks", true) => Relation::Blocks,
            ("blocks", false) => Relation::BlockedBy,
            ("duplicates", true) => Relation::Duplicates,
            ("duplicates", false) => Relation::DuplicatedBy,
            ("relates", _) => Relation::Relates,
            _ => return Err(Error::Corrupt("relation")),
        };
        related.push(RelatedTask { relation, task: row.into_link()? });
    }
    related.sort_by_key(|related| Relation::ALL.iter().position(|relation| *relation == related.relation));
    Ok(related)
}

/// Whether the task exists and is not in the trash.
pub async fn exists(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<bool, Error> {
    Ok(exists!(
        tx,
        "SELECT 1 FROM task WHERE org_id = $1 AND project_id = $2 AND number = $3 AND deleted_at IS NULL",
        tx.org(),
        project,
        number,
    )?)
}
