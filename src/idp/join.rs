//! Rules for joining: who becomes a member of an organization by signing in.
//!
//! Auth0 leaves this to an Action after the login, which comes too late for the organization that the login is for:
//! membership is checked before. Here the rules come first. `deploy/auth0` has the same logic as an Action.

mod rules;

use serde_json::{Map, Value};

pub use self::rules::{JoinCondition, JoinRule, JoinRuleError};
use super::{
    form,
    id::{OrganizationId, RoleId},
    store::{
        connections,
        join_rules::{self, Kind},
        organizations,
        users::User,
    },
    time::Timestamp,
};
use crate::kernel::database::Tx;

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
    let first = app_metadata.get(*first);
    match rest.iter().fold(first, |value, name| value?.get(*name)) {
        Some(Value::Array(list)) => list.iter().any(|value| is(value, expected)),
        Some(value) => is(value, expected),
        None => false,
    }
}

fn is(value: &Value, expected: &str) -> bool {
    match value {
        Value::String(text) => text == expected,
        Value::Number(number) => number.to_string() == expected,
        Value::Bool(yes) => yes.to_string() == expected,
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
