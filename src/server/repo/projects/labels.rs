//! Labels of a project.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::hue::hue;
use crate::{
    domain::{ids::ProjectId, projects::Label},
    server::{
        db::{OrgTx, fetch_all, fetch_one},
        error::Error,
        repo::json,
    },
};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    hue: i64,
}

/// The labels of a project ($2), by name.
pub const LABELS: &str = "SELECT id, name, hue FROM label WHERE org_id = $1 AND project_id = $2 ORDER BY folded";

/// Lists the labels of a project, by name.
pub async fn labels(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<Label>, Error> {
    let rows = fetch_all!(tx, Row, LABELS, tx.org(), project)?;
    rows.into_iter()
        .map(|Row { id, name, hue: stored }| {
            Ok(Label { id, name, hue: hue(Some(stored))?.ok_or(Error::Corrupt("hue"))? })
        })
        .collect()
}

/// Maps the members of the organization, suspended ones included, and the labels of a project to their names.
pub async fn names(
    tx: &mut OrgTx,
    project: ProjectId,
) -> Result<(HashMap<Uuid, String>, HashMap<Uuid, String>), Error> {
    let columns = format!("{}, name", json::id(tx.driver(), "id"));
    let people = json::rows(
        tx.driver(),
        &columns,
        "SELECT p.id, p.name FROM membership m JOIN person p ON p.id = m.person_id WHERE m.org_id = $1",
    );
    let labels = json::rows(tx.driver(), &columns, LABELS);
    let sql = format!("SELECT {people} AS people, {labels} AS labels");
    let (people, labels) = fetch_one!(tx, (String, String), AssertSqlSafe(sql), tx.org(), project)?;
    let by_id = |json: &str| Ok::<_, Error>(json::parse::<Vec<(Uuid, String)>>(json)?.into_iter().collect());
    Ok((by_id(&people)?, by_id(&labels)?))
}
