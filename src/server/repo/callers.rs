//! The caller of the API: the person that an access token is for, as a member of the token's organization.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};

use super::{
    memberships::{self, AtPresent},
    projects,
};
use crate::{
    domain::{ids::PersonId, organizations::Person, projects::ProjectSummary},
    server::{
        db::{OrgTx, PlatformTx, ProvenOrg, fetch_optional, scalar_optional},
        error::Error,
    },
};

/// What a verified token names.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub issuer: &'a str,
    /// The organization's id at the issuer.
    pub organization: &'a str,
    pub subject: &'a str,
}

/// The person that a token names.
#[derive(Clone, Debug)]
pub struct Caller {
    pub slug: String,
    pub display_name: String,
    pub id: PersonId,
    pub who: Person,
    /// Tokens that were issued until this time are refused.
    pub tokens_refused_until: Option<DateTime<Utc>>,
    /// The active membership. `None` if it has ended or is suspended.
    pub membership: Option<AtPresent>,
    /// The projects that the member may see, by name, if they were asked for.
    pub projects: Vec<ProjectSummary>,
}

#[derive(FromRow)]
struct Row {
    slug: String,
    display_name: String,
    id: PersonId,
    name: String,
    email: String,
    tokens_refused_until: Option<DateTime<Utc>>,
    role: Option<String>,
    permissions: Option<String>,
    last_event: i64,
    time_zone: Option<String>,
    projects: Option<String>,
}

/// Finds the organization that a verified token names.
pub async fn organization(tx: &mut PlatformTx, named: Named<'_>) -> Result<Option<ProvenOrg>, Error> {
    let sql = "SELECT id FROM organization WHERE issuer = $1 AND provider_id = $2";
    Ok(scalar_optional!(tx, ProvenOrg, sql, named.issuer, named.organization)?)
}

/// Finds the person that a verified token names, in a transaction of the organization that it names, with the projects
/// `with_projects`.
///
/// One statement, because each further one takes as long as the rest of a call.
pub async fn find(tx: &mut OrgTx, named: Named<'_>, with_projects: bool) -> Result<Option<Caller>, Error> {
    let projects = if with_projects { projects::of_member(tx.driver()) } else { "CAST(NULL AS TEXT)".to_owned() };
    let sql = format!(
        "SELECT o.slug, o.display_name, s.id, s.name, s.email, s.tokens_refused_until, m.role, m.permissions,
            COALESCE(h.number, 0) AS last_event, m.time_zone, {projects} AS projects
         FROM organization o
         JOIN person s ON s.issuer = o.issuer
         LEFT JOIN membership m ON m.org_id = o.id AND m.person_id = s.id AND m.status = 'active'
         LEFT JOIN event_head h ON h.org_id = o.id
         WHERE o.id = $1 AND o.issuer = $2 AND o.provider_id = $3 AND s.subject = $4 AND o.ended_at IS NULL"
    );
    let Named { issuer, organization, subject } = named;
    let row = fetch_optional!(tx, Row, AssertSqlSafe(sql), tx.org(), issuer, organization, subject)?;
    row.map(Caller::try_from).transpose()
}

impl TryFrom<Row> for Caller {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row { slug, display_name, id, name, email, tokens_refused_until, permissions, .. } = row;
        let membership = row.role.map(|role| memberships::parse(&role, permissions.as_deref())).transpose()?;
        let projects = row.projects.as_deref().map(projects::parse_summaries).transpose()?.unwrap_or_default();
        let time_zone = memberships::zone_named(row.time_zone.as_deref());
        let membership = membership.map(|membership| AtPresent { membership, as_of: row.last_event, time_zone });
        Ok(Self { slug, display_name, id, who: Person { name, email }, tokens_refused_until, membership, projects })
    }
}
