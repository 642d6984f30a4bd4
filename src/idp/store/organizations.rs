//! Organizations and their members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        store::{
            OptionalJsonText, json_text,
            keyset::{Cursor, Keyed, KeysetPage},
            member_roles,
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_optional, scalar_one},
        },
        unix_time::UnixTime,
    },
};

/// An organization with its branding.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    /// Name for addresses, in lower case.
    pub name: String,
    pub display_name: Option<String>,
    pub logo_url: Option<String>,
    /// Colour as `#rrggbb` or `#rgb`.
    pub primary_colour: Option<String>,
    /// Colour as `#rrggbb` or `#rgb`.
    pub page_background: Option<String>,
    #[sqlx(try_from = "Option<String>")]
    pub metadata: OptionalJsonText<BTreeMap<String, String>>,
    /// Token quota, in the format of the Management API.
    #[sqlx(try_from = "Option<String>")]
    pub token_quota: OptionalJsonText<Value>,
    pub created_at: UnixTime,
}

/// Columns of [`Organization`], with a table alias such as `t.` or none.
macro_rules! organization_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "name",
            "display_name",
            "logo_url",
            "primary_colour",
            "page_background",
            "metadata",
            "token_quota",
            "created_at"
        )
    };
}

pub(in crate::idp) use organization_columns;

impl Keyed for Organization {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

impl Organization {
    /// Returns the display name, or the name if there is no display name.
    pub fn label(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }
}

/// Maximum number of organizations in the picker, as in Auth0.
const PICKER_LIMIT: i64 = 20;

pub async fn find(tx: &mut Tx, id: &OrganizationId) -> sqlx::Result<Option<Organization>> {
    fetch_optional!(tx, _, concat!("SELECT ", organization_columns!(""), " FROM organizations WHERE id = $1"), id)
}

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<Organization>> {
    fetch_optional!(tx, _, concat!("SELECT ", organization_columns!(""), " FROM organizations WHERE name = $1"), name)
}

/// Order of a list of organizations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Oldest first. Checkpoints support only this order.
    #[default]
    Oldest,
    Newest,
    Name,
    NameDescending,
    Label,
    LabelDescending,
}

/// Lists all organizations.
pub async fn list(tx: &mut Tx, page: &KeysetPage, order: Order) -> sqlx::Result<Vec<Organization>> {
    macro_rules! sorted_by {
        ($columns:literal) => {
            concat!(
                concat!(
                    "SELECT ",
                    organization_columns!(""),
                    " FROM organizations WHERE (created_at, id) > ($1, $2) ORDER BY "
                ),
                $columns,
                " LIMIT $3 OFFSET $4"
            )
        };
    }
    let sql = match order {
        Order::Oldest => sorted_by!("created_at, id"),
        Order::Newest => sorted_by!("created_at DESC, id DESC"),
        Order::Name => sorted_by!("name"),
        Order::NameDescending => sorted_by!("name DESC"),
        Order::Label => sorted_by!("COALESCE(display_name, name), id"),
        Order::LabelDescending => sorted_by!("COALESCE(display_name, name) DESC, id DESC"),
    };
    fetch_all!(tx, _, sql, page.after.created_at, &page.after.id, page.limit, page.offset,)
}

/// Counts all organizations.
pub async fn count(tx: &mut Tx) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM organizations")
}

/// Inserts the organization unless its id or its name exists.
pub async fn insert_if_missing(
    tx: &mut Tx,
    id: &OrganizationId,
    name: &str,
    display_name: &str,
    colour: &str,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO organizations (id, name, display_name, primary_colour, page_background, created_at)
         VALUES ($1, $2, $3, $4, '#ffffff', $5)
         ON CONFLICT DO NOTHING",
        id,
        name,
        display_name,
        colour,
        now,
    )?;
    Ok(())
}

/// Inserts the organization. Returns false if the name is taken.
pub async fn insert(tx: &mut Tx, organization: &Organization) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO organizations
             (id, name, display_name, logo_url, primary_colour, page_background, metadata, token_quota, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING",
        &organization.id,
        &organization.name,
        &organization.display_name,
        &organization.logo_url,
        &organization.primary_colour,
        &organization.page_background,
        organization.metadata.0.as_ref().map(json_text).transpose()?,
        organization.token_quota.0.as_ref().map(json_text).transpose()?,
        organization.created_at,
    )?;
    Ok(inserted == 1)
}

/// Changes to an organization. Absent properties keep their value.
#[derive(Debug, Default)]
pub struct OrganizationPatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub branding: Option<Branding>,
    pub metadata: Option<BTreeMap<String, String>>,
    pub token_quota: FieldPatch<Value>,
}

/// Change of a value that can be null.
#[derive(Clone, Debug, Default)]
pub enum FieldPatch<T> {
    #[default]
    Keep,
    Remove,
    Set(T),
}

impl<T> FieldPatch<T> {
    fn new_value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Remove => None,
        }
    }
}

/// Branding of an organization, which is always replaced as a whole.
#[derive(Debug, Default)]
pub struct Branding {
    pub logo_url: Option<String>,
    pub primary_colour: Option<String>,
    pub page_background: Option<String>,
}

/// Result of updating an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    Done,
    NotFound,
    NameTaken,
}

/// Updates the organization in one statement, so that concurrent updates do not overwrite each other's changes.
pub async fn update(tx: &mut Tx, id: &OrganizationId, change: &OrganizationPatch) -> sqlx::Result<UpdateOutcome> {
    let branding = change.branding.as_ref();
    let changed = execute!(
        tx,
        "UPDATE organizations SET name = COALESCE($2, name), display_name = COALESCE($3, display_name),
             logo_url = CASE WHEN $4 THEN $5 ELSE logo_url END,
             primary_colour = CASE WHEN $4 THEN $6 ELSE primary_colour END,
             page_background = CASE WHEN $4 THEN $7 ELSE page_background END,
             metadata = COALESCE($8, metadata), token_quota = CASE WHEN $9 THEN $10 ELSE token_quota END
         WHERE id = $1",
        id,
        &change.name,
        &change.display_name,
        branding.is_some(),
        branding.and_then(|branding| branding.logo_url.as_deref()),
        branding.and_then(|branding| branding.primary_colour.as_deref()),
        branding.and_then(|branding| branding.page_background.as_deref()),
        change.metadata.as_ref().map(json_text).transpose()?,
        !matches!(change.token_quota, FieldPatch::Keep),
        change.token_quota.new_value().map(json_text).transpose()?,
    );
    match changed {
        Ok(0) => Ok(UpdateOutcome::NotFound),
        Ok(_) => Ok(UpdateOutcome::Done),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(UpdateOutcome::NameTaken),
        Err(error) => Err(error),
    }
}

/// Deletes the organization with its memberships, invitations, grants and tokens. Returns false if it does not exist.
pub async fn delete(tx: &mut Tx, id: &OrganizationId) -> sqlx::Result<bool> {
    execute!(tx, "UPDATE clients SET default_organization = NULL WHERE default_organization = $1", id)?;
    Ok(execute!(tx, "DELETE FROM organizations WHERE id = $1", id)? == 1)
}

/// Lists the organizations of the user for the picker, in the order in which the user joined, up to the limit.
pub async fn of_user(tx: &mut Tx, user: &UserId) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            organization_columns!("o."),
            " FROM members m JOIN organizations o ON o.id = m.organization_id
         WHERE m.user_id = $1 ORDER BY m.created_at, o.name LIMIT $2"
        ),
        user,
        PICKER_LIMIT,
    )
}

pub async fn has_member(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM members WHERE organization_id = $1 AND user_id = $2", id, user,)
}

/// Whether the user has any role in the organization.
pub async fn has_role(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM member_roles WHERE organization_id = $1 AND user_id = $2", id, user,)
}

/// Adds the user as a member if necessary, and adds `roles`. Ignores roles that do not exist.
pub async fn upsert_member(
    tx: &mut Tx,
    id: &OrganizationId,
    user: &UserId,
    roles: &[RoleId],
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO members (organization_id, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        id,
        user,
        now,
    )?;
    // Sorted, to prevent deadlocks between transactions.
    for role in BTreeSet::from_iter(roles) {
        member_roles::insert(tx, id, user, role).await?;
    }
    Ok(())
}
