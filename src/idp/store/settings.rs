//! Settings of the tenant.

use crate::{
    idp::store::{JsonText, json_text},
    kernel::database::{
        Tx,
        query::{execute, fetch_one},
    },
};

/// Settings of the tenant. The migrations document each column.
#[derive(Debug, sqlx::FromRow)]
pub struct Settings {
    pub allow_organization_names: bool,
    pub refresh_requires_membership: bool,
    pub invitation_spent_by_others: bool,
    pub consent_at_localhost: bool,
    pub sign_up_at_once: bool,
    #[sqlx(try_from = "String")]
    pub allowed_logout_urls: JsonText<Vec<String>>,
}

pub async fn get(tx: &mut Tx) -> sqlx::Result<Settings> {
    fetch_one!(
        tx,
        _,
        "SELECT allow_organization_names, refresh_requires_membership, invitation_spent_by_others, consent_at_localhost, sign_up_at_once, allowed_logout_urls FROM settings WHERE id = 1",
    )
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    AllowOrganizationNames,
    RefreshRequiresMembership,
    InvitationSpentByOthers,
    ConsentAtLocalhost,
    SignUpAtOnce,
}

impl Switch {
    pub const ALL: [Self; 5] = [
        Self::AllowOrganizationNames,
        Self::RefreshRequiresMembership,
        Self::InvitationSpentByOthers,
        Self::ConsentAtLocalhost,
        Self::SignUpAtOnce,
    ];

    /// Returns the name of the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllowOrganizationNames => "allow_organization_names",
            Self::RefreshRequiresMembership => "refresh_requires_membership",
            Self::InvitationSpentByOthers => "invitation_spent_by_others",
            Self::ConsentAtLocalhost => "consent_at_localhost",
            Self::SignUpAtOnce => "sign_up_at_once",
        }
    }

    pub const fn is_on(self, settings: &Settings) -> bool {
        match self {
            Self::AllowOrganizationNames => settings.allow_organization_names,
            Self::RefreshRequiresMembership => settings.refresh_requires_membership,
            Self::InvitationSpentByOthers => settings.invitation_spent_by_others,
            Self::ConsentAtLocalhost => settings.consent_at_localhost,
            Self::SignUpAtOnce => settings.sign_up_at_once,
        }
    }
}

pub async fn update(tx: &mut Tx, switch: Switch, on: bool) -> sqlx::Result<()> {
    let sql = match switch {
        Switch::AllowOrganizationNames => "UPDATE settings SET allow_organization_names = $1 WHERE id = 1",
        Switch::RefreshRequiresMembership => "UPDATE settings SET refresh_requires_membership = $1 WHERE id = 1",
        Switch::InvitationSpentByOthers => "UPDATE settings SET invitation_spent_by_others = $1 WHERE id = 1",
        Switch::ConsentAtLocalhost => "UPDATE settings SET consent_at_localhost = $1 WHERE id = 1",
        Switch::SignUpAtOnce => "UPDATE settings SET sign_up_at_once = $1 WHERE id = 1",
    };
    execute!(tx, sql, on)?;
    Ok(())
}

pub async fn update_allowed_logout_urls(tx: &mut Tx, urls: &[String]) -> sqlx::Result<()> {
    execute!(tx, "UPDATE settings SET allowed_logout_urls = $1 WHERE id = 1", json_text(&urls)?)?;
    Ok(())
}
