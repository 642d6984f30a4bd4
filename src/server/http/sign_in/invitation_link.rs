//! The link of an invitation.

use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// The query parameters in the link of an invitation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InvitationLink {
    #[serde(default)]
    pub ticket: String,
    /// The organization's id at the provider, for an invitation that was created there.
    pub organization: Option<String>,
}

impl InvitationLink {
    /// Returns the path and query of `action` on this invitation; `""` is the invitation's page.
    #[must_use]
    pub fn address(&self, action: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("ticket", &self.ticket);
        if let Some(organization) = &self.organization {
            query.append_pair("organization", organization);
        }
        let separator = if action.is_empty() { "" } else { "/" };
        format!("/invitation{separator}{action}?{}", query.finish())
    }
}
