//! Just-in-time provisioning: saves the person, the organization and the membership of a verified sign-in.

use crate::{
    domain::{
        ids::{OrgId, PersonId},
        permissions::{Permissions, Role},
    },
    server::{
        db::{Mode, OrgTx, ProvenOrg, Rights},
        error::Error,
        provider::{
            command::{ProviderCommand, member_topic},
            queue,
        },
        repo::{
            memberships::{self, Membership},
            organizations::{self, NewOrganization, Organization},
            people::{self, Profile},
            provider_changes,
        },
        state::AppState,
    },
};

/// Inserts the person, or updates their name and address.
pub async fn save_person(app: &AppState, profile: &Profile<'_>) -> Result<PersonId, Error> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let id = people::upsert(&mut tx, PersonId(app.random.uuid(now)), profile, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Returns the organization with the verified `org_id` `provider_id`. An unknown organization is created if the person is one of
/// its owners: an organization needs an owner, and the first person to sign in must not become one without being it. They
/// are if the token grants every permission of an owner, or if the provider's tokens grant none and `new` says so.
pub async fn find_or_create_organization(
    app: &AppState,
    provider_id: &str,
    person: PersonId,
    new: impl AsyncFnOnce() -> Option<FoundAtProvider>,
) -> Result<Option<Organization>, Error> {
    let issuer = app.provider.issuer();
    let existing = organizations::by_provider_id(&mut app.db.read().await?, issuer, provider_id).await?;
    if let Some(existing) = existing {
        if existing.is_missing {
            // The provider has just named it.
            let mut tx = OrgTx::begin(&app.db, existing.id, Mode::Write).await?;
            organizations::update_present(&mut tx).await?;
            tx.commit().await?;
        }
        return Ok(Some(existing));
    }
    let Some(found) = new().await else { return Ok(None) };
    release_ended_name(app, &found.name).await?;
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let (id, display_name) = (OrgId(app.random.uuid(now)), found.display_name.as_str());
    let new = NewOrganization { id, issuer, provider_id, slug: &found.name, display_name, owner: person };
    let Some(id) = organizations::insert(&mut tx, &new, now).await? else {
        return organizations::by_provider_id(&mut tx, issuer, provider_id).await;
    };
    let mut tx = tx.into_org(id).await?;
    memberships::upsert(&mut tx, person, Membership { role: Role::Owner, granted: found.granted }, now).await?;
    tx.commit().await?;
    Ok(Some(Organization { id, slug: found.name, display_name: found.display_name, is_missing: false }))
}

/// An organization that is to be created here, for one of its owners.
#[derive(Clone, Debug)]
pub struct FoundAtProvider {
    pub name: String,
    pub display_name: String,
    /// The permissions of the owner's token.
    pub granted: Option<Permissions>,
}

/// Gives the name of an ended organization free for a new one.
pub async fn release_ended_name(app: &AppState, slug: &str) -> Result<(), Error> {
    let ended = organizations::ended_with_slug(&mut app.db.read().await?, slug).await?;
    let Some(ended) = ended else { return Ok(()) };
    let mut tx = OrgTx::begin(&app.db, ended, Mode::Write).await?;
    organizations::release_slug(&mut tx).await?;
    tx.commit().await
}

/// Whether this sign-in may create a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinPolicy {
    /// A sign-in: the provider confirms that the person belongs to the organization.
    Allowed,
    /// A sign-in that accepts one of Tessera's invitations, with this role.
    Invited(Role),
    /// A refresh: its token may be older than the end of the membership.
    Refused,
}

/// Updates the membership to the permissions that the provider's token grants; `None` if the token grants none and the
/// local role decides.
///
/// A local change that was not sent to the provider yet takes precedence over its tokens. A new membership for which the
/// provider has no role gets the role of the invitation or the lowest one, there too.
///
/// # Errors
/// [`Error::NotFound`] if the membership is suspended or has just ended, or if it does not exist and `policy` does not
/// allow creating it.
pub async fn save_membership(
    app: &AppState,
    org: ProvenOrg,
    person: PersonId,
    granted: Option<Permissions>,
    policy: JoinPolicy,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin_with_rights(&app.db, org, Rights::Change).await?;
    let existing = match memberships::find(&mut tx, person).await? {
        Some(None) => return Err(Error::NotFound),
        None if policy == JoinPolicy::Refused => return Err(Error::NotFound),
        existing => existing.flatten(),
    };
    if has_pending_change(&mut tx, person).await? {
        return existing.map(drop).ok_or(Error::NotFound);
    }
    let invited = if let JoinPolicy::Invited(role) = policy { Some(role) } else { None };
    let is_new = existing.is_none_or(|existing| existing.granted.is_none()) && policy != JoinPolicy::Refused;
    if is_new && granted == Some(Permissions::default()) && app.management.is_some() {
        let role = existing.map(|existing| existing.role).max(invited).unwrap_or(Role::Viewer);
        return add_role(app, tx, person, role).await;
    }
    let mut next = Membership { role: role_for(existing.map(|existing| existing.role).max(invited), granted), granted };
    if existing == Some(next) {
        return Ok(());
    }
    let is_demotion = existing.is_some_and(|existing| existing.role == Role::Owner) && next.role != Role::Owner;
    if is_demotion && !memberships::hand_over_ownership(&mut tx, person).await? {
        // Keep the last owner: an organization without an owner is worse than one that differs from the provider.
        tracing::warn!(%org, %person, "the provider demoted the last owner; they stay owner here");
        next = Membership { role: Role::Owner, granted: None };
    }
    memberships::upsert(&mut tx, person, next, now).await?;
    tx.commit().await
}

/// Gives `role` to a member whom a connection made one without a role: here until the next token, and at the provider, which
/// keeps a role that they have got meanwhile.
async fn add_role(app: &AppState, mut tx: OrgTx, person: PersonId, role: Role) -> Result<(), Error> {
    let membership = Membership { role, granted: Some(role.permissions()) };
    memberships::upsert(&mut tx, person, membership, app.clock.now()).await?;
    let subject = people::subject_of(&mut tx, person).await?;
    queue::add(app, &mut tx, person, &ProviderCommand::AddMember { subject, role }).await?;
    tx.commit().await?;
    app.wake_provider_worker.now();
    Ok(())
}

/// Whether a change of the membership is still queued for the provider.
async fn has_pending_change(tx: &mut OrgTx, person: PersonId) -> Result<bool, Error> {
    let subject = people::subject_of(tx, person).await?;
    provider_changes::is_waiting(tx, &member_topic(&subject)).await
}

/// Returns the role for the permissions that the provider granted: the current role if it matches them, else the
/// highest role below owner whose permissions are all granted. Ownership is assigned in Tessera, never by a token.
fn role_for(current: Option<Role>, granted: Option<Permissions>) -> Role {
    let Some(granted) = granted else { return current.unwrap_or(Role::Member) };
    match current {
        Some(role) if role.permissions() == granted => role,
        _ => [Role::Admin, Role::Member]
            .into_iter()
            .find(|role| granted.contain(role.permissions()))
            .unwrap_or(Role::Viewer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_matches_the_granted_permissions() {
        assert_eq!(role_for(None, None), Role::Member);
        assert_eq!(role_for(Some(Role::Viewer), None), Role::Viewer);
        assert_eq!(role_for(None, Some(Role::Owner.permissions())), Role::Admin);
        assert_eq!(role_for(Some(Role::Owner), Some(Role::Owner.permissions())), Role::Owner);
        assert_eq!(role_for(Some(Role::Owner), Some(Role::Member.permissions())), Role::Member);
        assert_eq!(role_for(Some(Role::Member), Some(Role::Viewer.permissions())), Role::Viewer);
        assert_eq!(role_for(None, Some(Permissions::default())), Role::Viewer);
    }
}
