//! The keys of projects.

use std::collections::BTreeSet;

use crate::server::{
    db::{Driver, OrgTx, scalar_all},
    error::Error,
    repo::{
        json,
        project_visibility::{ProjectScope, visible_to},
    },
};

/// The query of the keys that `$keys` selects and that a person may see.
macro_rules! keys_among {
    ($keys:literal) => {
        concat!(
            "SELECT p.key FROM project p WHERE p.org_id = $1 AND p.key IN (",
            $keys,
            ") AND ",
            visible_to!("p", "$2", "$3")
        )
    };
}

/// Finds which of these keys belong to projects that `scope` may see.
pub async fn existing_keys(
    tx: &mut OrgTx,
    scope: ProjectScope,
    keys: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => keys_among!("SELECT value FROM json_each($4)"),
        Driver::Postgres => keys_among!("SELECT json_array_elements_text($4::json)"),
    };
    let found = scalar_all!(tx, String, sql, tx.org(), scope.person, scope.sees_all, json::text(keys)?)?;
    Ok(found.into_iter().collect())
}
