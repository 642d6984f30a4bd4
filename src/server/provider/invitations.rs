//! Invitations at the provider (`/organizations/{id}/invitations`).

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    client::Management,
    error::{ManagementError, none_if_not_found},
};

/// Number of invitations in one response.
const PAGE_SIZE: usize = 100;

/// Metadata key with our id of an invitation. It identifies an invitation whose creation was not recorded here.
const METADATA_KEY: &str = "tessera_invitation";

/// An invitation at the provider.
#[derive(Clone, Debug, Deserialize)]
pub struct Invitation {
    /// `uinv_…`
    pub id: String,
    pub invitation_url: Url,
    ticket_id: Option<String>,
    pub expires_at: DateTime<Utc>,
    #[serde(default)]
    app_metadata: Option<Map<String, Value>>,
}

impl Invitation {
    /// The ticket in the invitation's link.
    #[must_use]
    pub fn ticket(&self) -> Option<String> {
        let parameter = self.invitation_url.query_pairs().find(|(name, _)| name == "invitation");
        parameter.map(|(_, ticket)| ticket.into_owned()).or_else(|| self.ticket_id.clone())
    }

    fn has_reference(&self, reference: &str) -> bool {
        self.app_metadata
            .as_ref()
            .and_then(|metadata| metadata.get(METADATA_KEY))
            .is_some_and(|found| found == reference)
    }
}

/// An invitation to create.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// The name of the person who invites.
    pub inviter: &'a str,
    pub email: &'a str,
    pub client_id: &'a str,
    /// The provider's id of the role.
    pub role_id: &'a str,
    /// Lifetime in seconds.
    pub lifetime: i64,
    /// Our id of the invitation, which identifies it on a retry.
    pub reference: &'a str,
}

impl Management {
    /// Creates an invitation, which the provider sends by email.
    pub async fn invite(&self, organization: &str, new: &NewInvitation<'_>) -> Result<Invitation, ManagementError> {
        let body = json!({
            "inviter": { "name": new.inviter },
            "invitee": { "email": new.email },
            "client_id": new.client_id,
            "roles": [new.role_id],
            "ttl_sec": new.lifetime,
            "app_metadata": { METADATA_KEY: new.reference },
            "send_invitation_email": true,
        });
        self.create(&["organizations", organization, "invitations"], &body).await
    }

    /// Lists the open invitations, newest first.
    pub async fn invitations(&self, organization: &str) -> Result<Vec<Invitation>, ManagementError> {
        let size = PAGE_SIZE.to_string();
        let mut invitations = Vec::new();
        for page in 0.. {
            let page = usize::to_string(&page);
            let query = [("per_page", size.as_str()), ("page", &page), ("sort", "created_at:-1")];
            let batch: Vec<Invitation> = self.get(&["organizations", organization, "invitations"], &query).await?;
            let is_last = batch.len() < PAGE_SIZE;
            invitations.extend(batch);
            if is_last {
                break;
            }
        }
        Ok(invitations)
    }

    /// Finds the invitation that was created with `reference`.
    pub async fn invitation_by_reference(
        &self,
        organization: &str,
        reference: &str,
    ) -> Result<Option<Invitation>, ManagementError> {
        Ok(self.invitations(organization).await?.into_iter().find(|invitation| invitation.has_reference(reference)))
    }

    /// Deletes an invitation, if it exists.
    pub async fn delete_invitation(&self, organization: &str, id: &str) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "invitations", id];
        none_if_not_found(self.send(Method::DELETE, &path, None).await).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_in_the_link_takes_precedence() {
        let mut text = json!({
            "id": "uinv_0000000000000001", "ticket_id": "from the answer", "expires_at": "2026-09-05T10:40:00.000Z",
            "invitation_url": "https://tessera.example/login?invitation=from-the-link&organization=org_1",
            "app_metadata": { "tessera_invitation": "one" },
        });
        let invitation: Invitation = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(invitation.ticket().as_deref(), Some("from-the-link"));
        assert!(invitation.has_reference("one") && !invitation.has_reference("two"));
        text["invitation_url"] = "https://tessera.example/login".into();
        let invitation: Invitation = serde_json::from_value(text).unwrap();
        assert_eq!(invitation.ticket().as_deref(), Some("from the answer"));
    }
}
