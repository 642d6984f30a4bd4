//! JSON of an organization.

use serde::Serialize;
use serde_json::{Value, json};

use crate::idp::{
    id::OrganizationId,
    management::{enabled_connections::EnabledConnectionBody, guard::Caller},
    store::organizations::Organization,
};

#[derive(Debug, Serialize)]
pub struct OrganizationBody {
    id: OrganizationId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branding: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<std::collections::BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_quota: Option<Value>,
    /// Enabled connections; present only in the response to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_connections: Option<Vec<EnabledConnectionBody>>,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        let mut branding = serde_json::Map::new();
        if let Some(logo_url) = organization.logo_url {
            branding.insert("logo_url".to_owned(), logo_url.into());
        }
        if let (Some(primary), Some(page_background)) = (organization.primary_colour, organization.page_background) {
            let colours = json!({"primary": primary, "page_background": page_background});
            branding.insert("colors".to_owned(), colours);
        }
        Self {
            id: organization.id,
            name: organization.name,
            display_name: organization.display_name,
            branding: (!branding.is_empty()).then_some(Value::Object(branding)),
            metadata: organization.metadata.0,
            token_quota: organization.token_quota.0,
            enabled_connections: None,
        }
    }
}

impl OrganizationBody {
    /// Builds the JSON. Omits the details if the caller has only `read:organizations_summary`.
    pub fn for_caller(organization: Organization, caller: &Caller) -> Self {
        let body = Self::from(organization);
        if caller.has("read:organizations") {
            return body;
        }
        Self { branding: None, metadata: None, token_quota: None, ..body }
    }
}
