//! Inviting somebody to an organization.

use chrono::TimeDelta;

use super::{
    Error, Idp, form,
    id::{InvitationId, OrganizationId},
    mail,
    store::{clients, invitations, organizations, roles},
};

/// How long an invitation waits, Auth0's default.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// An invitation that was made. This is the only time that its link can be read.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    /// The link for the invited person, to the application's login address.
    pub url: String,
}

impl Idp {
    /// Invites `email` to the organization named `organization_name`, to be a member with `roles` on acceptance.
    ///
    /// The link leads through the first client that has a login address and takes organizations. It goes to the address by
    /// mail, too.
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
        let mut tx = self.0.database.write().await?;

        let organization = organizations::by_name(&mut tx, organization_name)
            .await?
            .ok_or_else(|| Error::UnknownOrganization(organization_name.to_owned()))?;
        let client = clients::for_invitations(&mut tx).await?.ok_or(Error::NoClientForInvitations)?;
        let mut role_ids = Vec::with_capacity(roles.len());
        for role in roles {
            let id = roles::by_name(&mut tx, role).await?.ok_or_else(|| Error::UnknownRole((*role).to_owned()))?;
            role_ids.push(id);
        }

        let (id, ticket, now) = (InvitationId::random(&self.0.random), self.0.random.alphanumeric(32), self.now());
        let invitation = invitations::NewInvitation {
            id: &id,
            ticket: &ticket,
            organization_id: &organization.id,
            client_id: &client.id,
            email: &email,
            inviter_name,
            role_ids: &role_ids,
            created_at: now,
            expires_at: now.plus(LIFETIME),
        };
        invitations::insert(&mut tx, &invitation).await?;

        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("invitation", &ticket)
            .append_pair("organization", organization.id.as_str())
            .append_pair("organization_name", &organization.name)
            .finish();
        let url = format!("{}?{query}", client.initiate_login_uri);
        let mail = mail::Invitation {
            to: &email,
            inviter_name,
            organization: &organization,
            url: &url,
            expires_at: invitation.expires_at,
        };
        mail::invitation(&mut tx, self, &mail).await?;
        tx.commit().await?;
        Ok(Invitation { id, organization_id: organization.id, url })
    }
}
