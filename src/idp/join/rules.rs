//! Adds, lists and removes join rules.

use crate::{
    idp::{
        form,
        id::{ConnectionId, JoinRuleId, OrganizationId, RoleId},
        join::attribute::attribute_names,
        state::Idp,
        store::{
            connections,
            join_rules::{self, Kind, Row},
            organizations, roles,
        },
    },
    kernel::{database::Tx, email_domain},
};

/// Why a rule is refused.
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
    /// Anyone can have an address at this domain.
    #[error("anyone can have an address at {0}")]
    PublicDomain(String),
    /// Users or issuers choose the values of all other attributes.
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

/// Condition that a user must meet to join by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinCondition {
    /// Users with a verified address at exactly this domain. Subdomains do not match.
    EmailDomain(String),
    /// Users who sign in through this connection.
    Connection(ConnectionId),
    /// Users whose attribute at `path`, such as `app_metadata.company`, is `value` or a list that contains it.
    Attribute { path: String, value: String },
}

/// A join rule of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRule {
    pub id: JoinRuleId,
    pub organization_id: OrganizationId,
    pub condition: JoinCondition,
    /// Role of the members who join by the rule.
    pub role_id: RoleId,
    /// Time of creation, in seconds since the Unix epoch.
    pub created_at: i64,
}

impl Idp {
    /// Adds a rule that gives users who meet `condition` the role named `role`.
    pub async fn add_join_rule(
        &self,
        organization: &OrganizationId,
        condition: &JoinCondition,
        role: &str,
    ) -> Result<JoinRule, JoinRuleError> {
        let mut tx = self.database.write().await?;
        if organizations::find(&mut tx, organization).await?.is_none() {
            return Err(JoinRuleError::UnknownOrganization(organization.clone()));
        }
        let role_id =
            roles::by_name(&mut tx, role).await?.ok_or_else(|| JoinRuleError::UnknownRole(role.to_owned()))?;
        let (kind, attribute, value) = check(&mut tx, condition).await?;
        let row = Row {
            id: JoinRuleId::random(&self.random),
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

    /// Lists the organization's rules, oldest first.
    pub async fn join_rules(&self, organization: &OrganizationId) -> Result<Vec<JoinRule>, JoinRuleError> {
        let rows = join_rules::of_organization(&mut self.database.read().await?, organization).await?;
        Ok(rows.into_iter().map(JoinRule::from).collect())
    }

    /// Removes a rule. Members who joined by it remain members.
    pub async fn remove_join_rule(&self, organization: &OrganizationId, id: &JoinRuleId) -> Result<(), JoinRuleError> {
        let mut tx = self.database.write().await?;
        if !join_rules::delete(&mut tx, organization, id).await? {
            return Err(JoinRuleError::Unknown);
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Validates the condition and returns the columns that store it.
async fn check(tx: &mut Tx, condition: &JoinCondition) -> Result<(Kind, String, String), JoinRuleError> {
    match condition {
        JoinCondition::EmailDomain(typed) => {
            let domain = form::domain(typed).ok_or_else(|| JoinRuleError::NotADomain(typed.clone()))?;
            if email_domain::public::is_public(&domain) {
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
            Kind::Connection => JoinCondition::Connection(ConnectionId::unchecked(&row.value)),
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
