//! Rules for joining: who becomes a member of an organization by signing in.
//!
//! Auth0 leaves this to an Action after the login, which comes too late for the organization that the login is for:
//! membership is checked before. Here the rules come first. `deploy/auth0` has the same logic as an Action.

mod public_domains;

use serde_json::{Map, Value};

use super::{
    Idp, form,
    id::{ConnectionId, JoinRuleId, OrganizationId, RoleId},
    store::{
        connections,
        join_rules::{self, Kind, Row},
        organizations, roles,
        users::User,
    },
    time::Timestamp,
};
use crate::database::Tx;

/// Why a rule is not taken.
#[derive(Debug, thiserror::Error)]
pub enum JoinRuleError {
    #[error("there is no organization {0}")]
    UnknownOrganization(OrganizationId),
    #[error("there is no role named {0}")]
    UnknownRole(String),
    #[error("there is no connection {0}")]
    UnknownConnection(ConnectionId),
    #[error("{0} is not a domain")]
    NotADomain(String),
    /// It would let in anybody.
    #[error("anybody can have an address at {0}")]
    PublicDomain(String),
    /// Other attributes are the person's own to choose.
    #[error("{0} is not an attribute in app_metadata")]
    UnsafeAttribute(String),
    #[error("an attribute must be something")]
    NoValue,
    #[error("the organization has a rule for this already")]
    Exists,
    #[error("there is no such rule")]
    Unknown,
    #[error("the identity provider's database: {0}")]
    Database(#[from] sqlx::Error),
}

/// Whom a rule lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinCondition {
    /// Who has a proven address at exactly this domain: sub-domains are others.
    EmailDomain(String),
    /// Who comes through this connection.
    Connection(ConnectionId),
    /// Who has this value, or a list with this value in it, at a path such as `app_metadata.company`.
    Attribute { path: String, value: String },
}

/// A rule of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRule {
    pub id: JoinRuleId,
    pub organization_id: OrganizationId,
    pub condition: JoinCondition,
    /// What whoever joins is given.
    pub role_id: RoleId,
    /// Seconds since the epoch.
    pub created_at: i64,
}

impl Idp {
    /// Lets people who meet `condition` join the organization with the role named `role`.
    ///
    /// # Errors
    /// [`JoinRuleError`]: organization, role and connection must exist, a domain must not be a public mail service's,
    /// an attribute must be in `app_metadata`, and a condition is used once in an organization.
    pub async fn add_join_rule(
        &self,
        organization: &OrganizationId,
        condition: &JoinCondition,
        role: &str,
    ) -> Result<JoinRule, JoinRuleError> {
        let mut tx = self.0.database.write().await?;
        if organizations::find(&mut tx, organization).await?.is_none() {
            return Err(JoinRuleError::UnknownOrganization(organization.clone()));
        }
        let role_id =
            roles::by_name(&mut tx, role).await?.ok_or_else(|| JoinRuleError::UnknownRole(role.to_owned()))?;
        let (kind, attribute, value) = check(&mut tx, condition).await?;
        let row = Row {
            id: JoinRuleId::random(&self.0.random),
            organization_id: organization.clone(),
            kind,
            attribute,
            value,
            role_id,
            created_at: self.now(),
        };
        if !join_rules::insert(&mut tx, &row).await? {
            return Err(JoinRuleError::Exists);
        }
        tx.commit().await?;
        Ok(row.into())
    }

    /// The organization's rules, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn join_rules(&self, organization: &OrganizationId) -> Result<Vec<JoinRule>, JoinRuleError> {
        let rows = join_rules::of_organization(&mut self.0.database.read().await?, organization).await?;
        Ok(rows.into_iter().map(JoinRule::from).collect())
    }

    /// Takes a rule away. Who joined by it stays.
    ///
    /// # Errors
    /// [`JoinRuleError::Unknown`] when the organization has no such rule, or when the database fails.
    pub async fn remove_join_rule(&self, organization: &OrganizationId, id: &JoinRuleId) -> Result<(), JoinRuleError> {
        let mut tx = self.0.database.write().await?;
        if !join_rules::delete(&mut tx, organization, id).await? {
            return Err(JoinRuleError::Unknown);
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The condition as it is stored.
async fn check(tx: &mut Tx, condition: &JoinCondition) -> Result<(Kind, String, String), JoinRuleError> {
    match condition {
        JoinCondition::EmailDomain(typed) => {
            let domain = form::domain(typed).ok_or_else(|| JoinRuleError::NotADomain(typed.clone()))?;
            if public_domains::is_public(&domain) {
                return Err(JoinRuleError::PublicDomain(domain));
            }
            Ok((Kind::EmailDomain, String::new(), domain))
        }
        JoinCondition::Connection(id) => match connections::find(tx, id).await? {
            Some(_) => Ok((Kind::Connection, String::new(), id.as_str().to_owned())),
            None => Err(JoinRuleError::UnknownConnection(id.clone())),
        },
        JoinCondition::Attribute { path, value } => {
            let names = attribute_names(path).ok_or_else(|| JoinRuleError::UnsafeAttribute(path.clone()))?;
            if names.iter().any(|name| name.is_empty()) {
                return Err(JoinRuleError::UnsafeAttribute(path.clone()));
            }
            if value.trim().is_empty() {
                return Err(JoinRuleError::NoValue);
            }
            Ok((Kind::Attribute, path.clone(), value.clone()))
        }
    }
}

impl From<Row> for JoinRule {
    fn from(row: Row) -> Self {
        let condition = match row.kind {
            Kind::EmailDomain => JoinCondition::EmailDomain(row.value),
            Kind::Connection => JoinCondition::Connection(ConnectionId::known(&row.value)),
            Kind::Attribute => JoinCondition::Attribute { path: row.attribute, value: row.value },
        };
        Self {
            id: row.id,
            organization_id: row.organization_id,
            condition,
            role_id: row.role_id,
            created_at: row.created_at.seconds(),
        }
    }
}

/// Makes `user`, who signs in, a member where they are to be: by the rules of `organization`, or of all when none was
/// asked for, and by a connection of `organization` that brings in whoever comes through it.
///
/// A rule's role goes to who has no role in the organization yet, so that what was changed by hand stays.
pub async fn on_sign_in(
    tx: &mut Tx,
    user: &User,
    organization: Option<&OrganizationId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let domain =
        user.email.rsplit_once('@').filter(|_| user.email_verified).and_then(|(_, domain)| form::domain(domain));
    let candidates = join_rules::candidates(tx, &user.connection_id, domain.as_deref(), organization).await?;
    let mut joins: Vec<(OrganizationId, Vec<RoleId>)> = Vec::new();
    for rule in candidates {
        if rule.kind == Kind::Attribute && !has_attribute(&user.app_metadata.0, &rule.attribute, &rule.value) {
            continue;
        }
        match joins.iter_mut().find(|(organization, _)| *organization == rule.organization_id) {
            Some((_, roles)) => roles.push(rule.role_id),
            None => joins.push((rule.organization_id, vec![rule.role_id])),
        }
    }
    for (organization, roles) in joins {
        if !organizations::has_role(tx, &organization, &user.id).await? {
            organizations::add_member(tx, &organization, &user.id, &roles, now).await?;
        }
    }
    if let Some(organization) = organization
        && connections::assigns_membership(tx, organization, &user.connection_id).await?
    {
        organizations::add_member(tx, organization, &user.id, &[], now).await?;
    }
    Ok(())
}

/// The names in a path such as `app_metadata.company`, without the first. The rest of a profile is what people or
/// their issuers say of themselves.
fn attribute_names(path: &str) -> Option<Vec<&str>> {
    Some(path.strip_prefix("app_metadata.")?.split('.').collect())
}

fn has_attribute(app_metadata: &Map<String, Value>, path: &str, expected: &str) -> bool {
    let Some(names) = attribute_names(path) else { return false };
    let (Some(first), rest) = (names.first(), names.get(1..).unwrap_or_default()) else { return false };
    let found = rest.iter().try_fold(app_metadata.get(*first), |value, name| Some(value?.get(*name)));
    match found.flatten() {
        Some(Value::Array(list)) => list.iter().any(|value| is(value, expected)),
        Some(value) => is(value, expected),
        None => false,
    }
}

fn is(value: &Value, expected: &str) -> bool {
    match value {
        Value::String(text) => text == expected,
        Value::Number(_) | Value::Bool(_) => value.to_string() == expected,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_attribute_is_found_by_its_path() {
        let Value::Object(metadata) = json!({"company": "ABC", "hr": {"unit": 7}, "groups": ["a", "b"], "no": null})
        else {
            unreachable!()
        };
        for (path, value) in [("company", "ABC"), ("hr.unit", "7"), ("groups", "b")] {
            assert!(has_attribute(&metadata, &format!("app_metadata.{path}"), value), "{path}");
        }
        for (path, value) in [("company", "abc"), ("hr", "7"), ("hr.unit.x", "7"), ("groups", "c"), ("no", "null")] {
            assert!(!has_attribute(&metadata, &format!("app_metadata.{path}"), value), "{path}");
        }
        assert!(!has_attribute(&metadata, "user_metadata.company", "ABC"));
    }
}
