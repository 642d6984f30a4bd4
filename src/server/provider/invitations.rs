//! Invitations at the provider (`/organizations/{id}/invitations`).

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    client::Management,
    error::{ManagementError, found},
};

/// The most that one answer holds.
const PAGE: usize = 100;

/// The member of the metadata by which an invitation is known as ours, whatever was written down here before the process
/// ended.
const MARK: &str = "tessera_invitation";

/// An invitation as the provider has it.
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
    /// The secret in its link.
    #[must_use]
    pub fn ticket(&self) -> Option<String> {
        let named = self.invitation_url.query_pairs().find(|(name, _)| name == "invitation");
        named.map(|(_, ticket)| ticket.into_owned()).or_else(|| self.ticket_id.clone())
    }

    fn has_mark(&self, mark: &str) -> bool {
        self.app_metadata.as_ref().and_then(|metadata| metadata.get(MARK)).is_some_and(|found| found == mark)
    }
}

/// An invitation to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// The name of who invites.
    pub inviter: &'a str,
    pub email: &'a str,
    pub client_id: &'a str,
    /// The provider's id of the role.
    pub role_id: &'a str,
    /// In seconds.
    pub lifetime: i64,
    /// By which it is known again.
    pub mark: &'a str,
}

impl Management {
    /// Creates an invitation, which the provider sends by mail.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn invite(&self, organization: &str, new: &NewInvitation<'_>) -> Result<Invitation, ManagementError> {
        let body = json!({
            "inviter": { "name": new.inviter },
            "invitee": { "email": new.email },
            "client_id": new.client_id,
            "roles": [new.role_id],
            "ttl_sec": new.lifetime,
            "app_metadata": { MARK: new.mark },
            "send_invitation_email": true,
        });
        self.create(&["organizations", organization, "invitations"], &body).await
    }

    /// All that can still be accepted, the newest first.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn invitations(&self, organization: &str) -> Result<Vec<Invitation>, ManagementError> {
        let size = PAGE.to_string();
        let mut all = Vec::new();
        for page in 0.. {
            let page = usize::to_string(&page);
            let query = [("per_page", size.as_str()), ("page", &page), ("sort", "created_at:-1")];
            let found: Vec<Invitation> = self.get(&["organizations", organization, "invitations"], &query).await?;
            let is_last = found.len() < PAGE;
            all.extend(found);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    /// The invitation that was created under `mark`.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn invitation_by_mark(
        &self,
        organization: &str,
        mark: &str,
    ) -> Result<Option<Invitation>, ManagementError> {
        Ok(self.invitations(organization).await?.into_iter().find(|invitation| invitation.has_mark(mark)))
    }

    /// Withdraws an invitation, if it is there.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn delete_invitation(&self, organization: &str, id: &str) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "invitations", id];
        found(self.send(Method::DELETE, &path, None).await).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_is_the_one_in_the_link() {
        let mut text = json!({
            "id": "uinv_0000000000000001", "ticket_id": "from the answer", "expires_at": "2026-09-05T10:40:00.000Z",
            "invitation_url": "https://tessera.example/login?invitation=from-the-link&organization=org_1",
            "app_metadata": { "tessera_invitation": "one" },
        });
        let invitation: Invitation = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(invitation.ticket().as_deref(), Some("from-the-link"));
        assert!(invitation.has_mark("one") && !invitation.has_mark("two"));
        text["invitation_url"] = "https://tessera.example/login".into();
        let invitation: Invitation = serde_json::from_value(text).unwrap();
        assert_eq!(invitation.ticket().as_deref(), Some("from the answer"));
    }
}
