//! Addresses of the console's pages.

use crate::idp::id::{InvitationId, OrganizationId, UserId};

/// Returns the address of `path` with one query parameter.
pub fn with_parameter(path: &str, name: &str, value: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    format!("{path}?{query}")
}

pub fn organization(id: &OrganizationId) -> String {
    with_parameter("/console/organization", "id", id.as_str())
}

pub fn person(id: &UserId) -> String {
    with_parameter("/console/person", "id", id.as_str())
}

pub fn invitation(id: &InvitationId) -> String {
    with_parameter("/console/invitation", "id", id.as_str())
}
