//! What a verified sign-in changes here: the local copy of the person, the organization and the membership.

use crate::{
    domain::{
        ids::{OrgId, PersonId},
        permissions::{Permissions, Role},
    },
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::command::member_topic,
        repo::{
            memberships::{self, Membership},
            organizations::{self, NewOrganization, Organization},
            people::{self, Profile},
            provider_changes,
        },
        state::AppState,
    },
};

/// Adds the person or brings name and address up to date.
///
/// # Errors
/// When the database refuses.
pub async fn person(app: &AppState, profile: &Profile<'_>) -> Result<PersonId, Error> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let id = people::upsert(&mut tx, PersonId(app.random.uuid(now)), profile, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The organization behind a verified `org_id`. One that is not known here is set up when the token names it and the
/// person may do everything in it: somebody has to own it, and nobody becomes an owner by being first.
///
/// # Errors
/// When the database refuses.
pub async fn organization(
    app: &AppState,
    provider_id: &str,
    name: Option<&str>,
    person: PersonId,
    granted: Option<Permissions>,
) -> Result<Option<Organization>, Error> {
    let issuer = app.provider.issuer();
    let known = organizations::by_provider_id(&mut app.db.read().await?, issuer, provider_id).await?;
    let (None, Some(name), Some(granted)) = (&known, name, granted) else { return Ok(known) };
    if !granted.contain(Role::Owner.permissions()) {
        return Ok(None);
    }
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let id = OrgId(app.random.uuid(now));
    let new = NewOrganization { id, issuer, provider_id, slug: name, display_name: name, owner: person };
    if !organizations::create(&mut tx, &new, now).await? {
        return organizations::by_provider_id(&mut tx, issuer, provider_id).await;
    }
    let mut tx = tx.into_org(id).await?;
    memberships::put(&mut tx, person, Membership { role: Role::Owner, granted: Some(granted) }, now).await?;
    tx.commit().await?;
    Ok(Some(Organization {
        id,
        provider_id: provider_id.to_owned(),
        slug: name.to_owned(),
        display_name: name.to_owned(),
    }))
}

/// Whether somebody who is no member becomes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// A sign-in is the provider's word that the person belongs to the organization.
    Welcome,
    /// A sign-in that accepts an invitation of ours to this role.
    Invited(Role),
    /// A refresh only renews what there is: its token may be older than the end of the membership.
    Refused,
}

/// Brings the membership in step with what the provider granted in its token; `None` where it grants nothing and the
/// local role decides.
///
/// What was decided here and has not reached the provider yet stands, whatever its tokens say.
///
/// # Errors
/// [`Error::NotFound`] when the membership is suspended here or has just been ended, or there is none and `joining` is
/// refused.
pub async fn membership(
    app: &AppState,
    org: OrgId,
    person: PersonId,
    granted: Option<Permissions>,
    joining: Joining,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let known = match memberships::find(&mut tx, person).await? {
        Some(None) => return Err(Error::NotFound),
        None if joining == Joining::Refused => return Err(Error::NotFound),
        known => known.flatten(),
    };
    if is_undecided(&mut tx, person).await? {
        return known.map(drop).ok_or(Error::NotFound);
    }
    let invited = if let Joining::Invited(role) = joining { Some(role) } else { None };
    let mut next = Membership { role: role_for(known.map(|known| known.role).max(invited), granted), granted };
    if known == Some(next) {
        return Ok(());
    }
    let steps_down = known.is_some_and(|known| known.role == Role::Owner) && next.role != Role::Owner;
    if steps_down && !memberships::hand_over_ownership(&mut tx, person).await? {
        // The last owner stays one: an organization without is worse than one whose provider disagrees.
        tracing::warn!(%org, %person, "the provider demotes the last owner, who stays one here");
        next = Membership { role: Role::Owner, granted: None };
    }
    memberships::put(&mut tx, person, next, now).await?;
    tx.commit().await
}

/// Whether the provider has yet to be told of a change of the membership.
async fn is_undecided(tx: &mut OrgTx, person: PersonId) -> Result<bool, Error> {
    let subject = people::subject_of(tx, person).await?;
    provider_changes::is_waiting(tx, &member_topic(&subject)).await
}

/// The role that goes with what the provider granted: the one there is if it still fits, else the highest below owner
/// that is granted whole. Ownership is given here, be it by an invitation, never by a token.
fn role_for(known: Option<Role>, granted: Option<Permissions>) -> Role {
    let Some(granted) = granted else { return known.unwrap_or(Role::Member) };
    match known {
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
    fn a_role_follows_what_the_provider_grants() {
        assert_eq!(role_for(None, None), Role::Member);
        assert_eq!(role_for(Some(Role::Viewer), None), Role::Viewer);
        assert_eq!(role_for(None, Some(Role::Owner.permissions())), Role::Admin);
        assert_eq!(role_for(Some(Role::Owner), Some(Role::Owner.permissions())), Role::Owner);
        assert_eq!(role_for(Some(Role::Owner), Some(Role::Member.permissions())), Role::Member);
        assert_eq!(role_for(Some(Role::Member), Some(Role::Viewer.permissions())), Role::Viewer);
        assert_eq!(role_for(None, Some(Permissions::default())), Role::Viewer);
    }
}
