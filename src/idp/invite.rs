//! Creates invitations to organizations.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::{
    idp::{
        error::Error,
        form,
        id::{ConnectionId, InvitationId, RoleId},
        mail::{self, limits},
        state::Idp,
        store::{
            JsonText, OptionalJsonText,
            clients::{self, Client},
            invitations::{self, Invitation as Stored},
            organizations::{self, Organization},
            roles,
        },
        throttle::TooManyAttempts,
    },
    kernel::{database::Tx, metrics::Limit},
};

/// Default lifetime of an invitation, the same as in Auth0.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// A created invitation. Only this value contains the link.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    /// Link for the invited user, which leads to the login address of the application.
    pub url: String,
}

/// An invitation to create.
#[derive(Debug, Default)]
pub struct InvitationDraft {
    /// Address in lower case.
    pub email: String,
    pub inviter_name: String,
    /// Connection that the invited user must use.
    pub connection_id: Option<ConnectionId>,
    pub role_ids: Vec<RoleId>,
    /// Metadata that is merged into the user on acceptance.
    pub app_metadata: Option<Map<String, Value>>,
    /// Metadata that is merged into the user on acceptance.
    pub user_metadata: Option<Map<String, Value>>,
    /// Lifetime of the invitation; `None` for the default.
    pub lifetime: Option<TimeDelta>,
    /// Whether to send the link by mail.
    pub by_mail: bool,
}

/// Inserts an invitation whose link leads to `client`, and the mail with the link if requested. Inserts nothing if there
/// were too many mails; the caller must roll back then.
pub async fn create(
    idp: &Idp,
    tx: &mut Tx,
    organization: &Organization,
    client: &Client,
    draft: InvitationDraft,
) -> sqlx::Result<Result<Stored, TooManyAttempts>> {
    let (id, ticket, now) = (InvitationId::random(&idp.random), idp.random.alphanumeric(32), idp.now());
    if draft.by_mail {
        let counted = limits::count_invitation(tx, &organization.id, &draft.email, now).await?;
        idp.count_refusal(Limit::Mails, &counted);
        if let Err(too_many) = counted {
            return Ok(Err(too_many));
        }
    }
    let invitation = Stored {
        ticket: Stored::seal_ticket(&idp.sealer, &id, &ticket)?,
        id,
        organization_id: organization.id.clone(),
        client_id: client.id.clone(),
        connection_id: draft.connection_id,
        email: draft.email,
        inviter_name: draft.inviter_name,
        is_mailed: draft.by_mail,
        role_ids: JsonText(draft.role_ids),
        app_metadata: OptionalJsonText(draft.app_metadata),
        user_metadata: OptionalJsonText(draft.user_metadata),
        created_at: now,
        expires_at: now.plus(draft.lifetime.unwrap_or(LIFETIME)),
    };
    invitations::insert(tx, &invitation, &ticket).await?;
    if draft.by_mail {
        let mail = mail::Invitation {
            to: &invitation.email,
            inviter_name: &invitation.inviter_name,
            organization,
            url: &link(&ticket, client, organization),
            expires_at: invitation.expires_at,
        };
        mail::invitation(tx, idp, &mail).await?;
    }
    Ok(Ok(invitation))
}

/// Builds the link of an invitation: the client's login address with the parameters that begin the login.
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
    /// Invites `email` to an organization with `roles`, and sends the link by mail.
    ///
    /// The link leads to the first client that has a login address and accepts organizations.
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
        let created = create(self, &mut tx, &organization, &client, draft).await?;
        let invitation = created.map_err(|too_many| Error::TooManyMails(too_many.message(self.now())))?;
        tx.commit().await?;

        let url = link(&invitation.open_ticket(&self.sealer)?, &client, &organization);
        Ok(Invitation { id: invitation.id, url })
    }
}
