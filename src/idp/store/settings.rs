//! What the tenant chooses for itself.

use crate::database::{
    Tx,
    query::{execute, fetch_one},
};

use super::JsonText;

/// The tenant's settings; the migration says what each means.
#[derive(Debug, sqlx::FromRow)]
pub struct Settings {
    pub allow_organization_names: bool,
    pub refresh_requires_membership: bool,
    pub invitation_spent_by_others: bool,
    pub consent_at_localhost: bool,
    #[sqlx(try_from = "String")]
    pub allowed_logout_urls: JsonText<Vec<String>>,
}

pub async fn get(tx: &mut Tx) -> sqlx::Result<Settings> {
    fetch_one!(tx, _, "SELECT * FROM settings WHERE id = 1",)
}

pub async fn allow_organization_names(tx: &mut Tx, allow: bool) -> sqlx::Result<()> {
    execute!(tx, "UPDATE settings SET allow_organization_names = $1 WHERE id = 1", allow)?;
    Ok(())
}
