//! Brings the folded names of labels and saved views in step with the fold of this version.

use uuid::Uuid;

use crate::{
    domain::fold::name_key,
    server::{
        db::{OrgTx, execute, fetch_all},
        error::Error,
    },
};

/// Folds names again that another version has folded otherwise. A name that is then that of another label or view keeps its
/// old fold, so that both stay.
pub async fn refold(tx: &mut OrgTx) -> Result<(), Error> {
    let labels =
        fetch_all!(tx, (Uuid, String, String), "SELECT id, name, folded FROM label WHERE org_id = $1", tx.org())?;
    for (id, key) in changed(labels) {
        execute!(
            tx,
            "UPDATE label SET folded = $3 WHERE org_id = $1 AND id = $2 AND NOT EXISTS (
                 SELECT 1 FROM label o
                 WHERE o.org_id = label.org_id AND o.project_id = label.project_id AND o.folded = $3)",
            tx.org(),
            id,
            key,
        )?;
    }
    let views =
        fetch_all!(tx, (Uuid, String, String), "SELECT id, name, folded FROM saved_view WHERE org_id = $1", tx.org())?;
    for (id, key) in changed(views) {
        execute!(
            tx,
            "UPDATE saved_view SET folded = $3 WHERE org_id = $1 AND id = $2 AND NOT EXISTS (
                 SELECT 1 FROM saved_view o
                 WHERE o.org_id = saved_view.org_id AND o.project_id = saved_view.project_id
                   AND o.owner_id = saved_view.owner_id AND o.folded = $3)",
            tx.org(),
            id,
            key,
        )?;
    }
    Ok(())
}

/// The ids of the rows whose fold is another now, with the new one.
fn changed(rows: Vec<(Uuid, String, String)>) -> impl Iterator<Item = (Uuid, String)> {
    rows.into_iter().filter_map(|(id, name, folded)| Some((id, name_key(&name))).filter(|(_, key)| *key != folded))
}
