//! Watchers of tasks: the people who get notifications of their events.

use crate::{
    domain::ids::{PersonId, ProjectId},
    server::{
        db::{Driver, OrgTx, execute, fetch_all},
        error::Error,
        repo::json,
    },
};

/// Lists the watchers of `tasks` as project, number and person. Runs one statement for any number of tasks.
pub async fn watchers_of(
    tx: &mut OrgTx,
    tasks: impl Iterator<Item = (ProjectId, i64)>,
) -> Result<Vec<(ProjectId, i64, PersonId)>, Error> {
    let tasks: Vec<_> = tasks.map(|(project, number)| (json::id_text(project.0), number)).collect();
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let tasks = json::text(&tasks)?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "SELECT w.project_id, w.number, w.person_id
             FROM json_each($2) c
             JOIN task_watcher w ON w.org_id = $1 AND w.project_id = unhex(c.value ->> 0) AND w.number = c.value ->> 1"
        }
        Driver::Postgres => {
            "SELECT w.project_id, w.number, w.person_id
             FROM json_array_elements($2::json) AS c (value)
             JOIN task_watcher w ON w.org_id = $1 AND w.project_id = (c.value ->> 0)::uuid
                                AND w.number = (c.value ->> 1)::bigint"
        }
    };
    Ok(fetch_all!(tx, (ProjectId, i64, PersonId), sql, tx.org(), tasks)?)
}

/// Inserts watchers, given as project, number and person. Runs one statement for any number.
pub async fn insert_watchers(
    tx: &mut OrgTx,
    watchers: impl Iterator<Item = (ProjectId, i64, PersonId)>,
) -> Result<(), Error> {
    let watchers: Vec<_> =
        watchers.map(|(project, number, person)| (json::id_text(project.0), number, json::id_text(person.0))).collect();
    if watchers.is_empty() {
        return Ok(());
    }
    let watchers = json::text(&watchers)?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "INSERT INTO task_watcher (org_id, project_id, number, person_id)
             SELECT m.org_id, unhex(c.value ->> 0), c.value ->> 1, m.person_id
             FROM json_each($2) c JOIN membership m ON m.org_id = $1 AND m.person_id = unhex(c.value ->> 2)
             WHERE TRUE ON CONFLICT DO NOTHING"
        }
        Driver::Postgres => {
            "INSERT INTO task_watcher (org_id, project_id, number, person_id)
             SELECT m.org_id, (c.value ->> 0)::uuid, (c.value ->> 1)::bigint, m.person_id
             FROM json_array_elements($2::json) AS c (value)
             JOIN membership m ON m.org_id = $1 AND m.person_id = (c.value ->> 2)::uuid
             ON CONFLICT DO NOTHING"
        }
    };
    execute!(tx, sql, tx.org(), watchers)?;
    Ok(())
}

/// Deletes a watcher of a task.
pub async fn delete_watcher(tx: &mut OrgTx, project: ProjectId, number: i64, person: PersonId) -> Result<(), Error> {
    execute!(
        tx,
        "DELETE FROM task_watcher WHERE org_id = $1 AND project_id = $2 AND number = $3 AND person_id = $4",
        tx.org(),
        project,
        number,
        person,
    )?;
    Ok(())
}
