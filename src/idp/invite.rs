//! Inviting somebody to an organization.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::{
    idp::{
        error::Error,
        form,
        id::{ConnectionId, InvitationId, OrganizationId, RoleId},
        mail,
        state::Idp,
        store::{
            JsonText, OptionalJsonText,
            clients::{self, Client},
            invitations::{self, Invitation as Stored},
            organizations::{self, Organization},
            roles,
        },
    },
    kernel::database::Tx,
};

/// How long an invitation waits unless somebody says otherwise, Auth0's default.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// An invitation that was made. This is the only time that its link can be read.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// The link for the invited person, to the application's login address.
    pub url: String,
}

/// Who is invited, by whom and to what.
#[derive(Debug, Default)]
pub struct InvitationDraft {
    /// In lower case.
    pub email: String,
    pub inviter_name: String,
    /// The connection that the person must come through.
    pub connection_id: Option<ConnectionId>,
    pub role_ids: Vec<RoleId>,
    /// Given to the person on acceptance.
    pub app_metadata: Option<Map<String, Value>>,
    /// Given to the person on acceptance.
    pub user_metadata: Option<Map<String, Value>>,
    /// Absent for the usual one.
    pub lifetime: Option<TimeDelta>,
    /// Whether the person hears of it by mail.
    pub by_mail: bool,
}

/// Stores an invitation to `organization` that leads through `client`, and writes the mail about it.
pub async fn create(
    idp: &Idp,
    tx: &mut Tx,
    organization: &Organization,
    client: &Client,
    draft: InvitationDraft,
) -> sqlx::Result<Stored> {
    let now = idp.now();
    let invitation = Stored {
        id: InvitationId::random(&idp.random),
        ticket: idp.random.alphanumeric(32),
        organization_id: organization.id.clone(),
        client_id: client.id.clone(),
        connection_id: draft.connection_id,
        email: draft.email,
        inviter_name: draft.inviter_name,
        role_ids: JsonText(draft.role_ids),
        app_metadata: OptionalJsonText(draft.app_metadata),
        user_metadata: OptionalJsonText(draft.user_metadata),
        created_at: now,
        expires_at: now.plus(draft.lifetime.unwrap_or(LIFETIME)),
    };
    invitations::insert(tx, &invitation).await?;
    if draft.by_mail {
        let mail = mail::Invitation {
            to: &invitation.email,
            inviter_name: &invitation.inviter_name,
            organization,
            url: &link(&invitation.ticket, client, organization),
            expires_at: invitation.expires_at,
        };
        mail::invitation(tx, idp, &mail).await?;
    }
    Ok(invitation)
}

/// The link of an invitation: the client's login address with all that it needs to begin.
pub fn link(ticket: &str, client: &Client, organization: &Organization) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("invitation", ticket)
        .append_pair("organization", organization.id.as_str())
        .append_pair("organization_name", &organization.name)
        .finish();
    let separator = if client.initiate_login_uri.contains('?') { '&' } else { '?' };
    format!("{}{separator}{query}", client.initiate_login_uri)
}

impl Idp {
    /// Invites `email` to the organization named `organization_name`, to be a member with `roles` on acceptance.
    ///
    /// The link leads through the first client that has a login address and takes organizations. It goes to the
    /// address by mail, too.
    ///
    /// # Errors
    /// When there is no such organization, role or client, when `email` is no address, or when the database fails.
    pub async fn invite(
        &self,
        organization_name: &str,
        email: &str,
        inviter_name: &str,
        roles: &[&str],
    ) -> Result<Invitation, Error> {
        let email = form::email(email).ok_or_else(|| Error::InvalidEmail(email.to_owned()))?;
        let mut tx = self.database.write().await?;

        let organization = organizations::by_name(&mut tx, organization_name)
            .await?
            .ok_or_else(|| Error::UnknownOrganization(organization_name.to_owned()))?;
        let client = clients::for_invitations(&mut tx).await?.ok_or(Error::NoClientForInvitations)?;
        let mut role_ids = Vec::with_capacity(roles.len());
        for role in roles {
            let id = roles::by_name(&mut tx, role).await?.ok_or_else(|| Error::UnknownRole((*role).to_owned()))?;
            role_ids.push(id);
        }

        let draft = InvitationDraft {
            email,
            inviter_name: inviter_name.to_owned(),
            role_ids,
            by_mail: true,
            ..InvitationDraft::default()
        };
        let invitation = create(self, &mut tx, &organization, &client, draft).await?;
        tx.commit().await?;

        let url = link(&invitation.ticket, &client, &organization);
        Ok(Invitation { id: invitation.id, organization_id: organization.id, url })
    }
}
