//! Labels of a project.

use sqlx::FromRow;
use uuid::Uuid;

use super::hue::hue;
use crate::{
    domain::{ids::ProjectId, projects::Label},
    server::{
        db::{OrgTx, fetch_all},
        error::Error,
    },
};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    hue: i64,
}

/// Lists the labels of a project, by name.
pub async fn labels(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<Label>, Error> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, name, hue FROM label WHERE org_id = $1 AND project_id = $2 ORDER BY folded",
        tx.org(),
        project,
    )?;
    rows.into_iter()
        .map(|Row { id, name, hue: stored }| {
            Ok(Label { id, name, hue: hue(Some(stored))?.ok_or(Error::Corrupt("hue"))? })
        })
        .collect()
}
