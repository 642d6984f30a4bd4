//! Reconciles organizations with the provider, one after the other: name, branding, members, roles, blocks and
//! invitations.

use chrono::TimeDelta;

use crate::{
    domain::{
        ids::{BatchId, PersonId},
        permissions::Role,
    },
    server::{
        auth::{end_access::end_access, provision_member::release_ended_name},
        db::{Mode, OrgTx, PlatformTx, ProvenOrg, Rights},
        error::Error,
        provider::{
            client::Management, command::member_topic, error::SyncError, members::Member, retry::CLOCK_DIFFERENCE,
        },
        repo::{
            events::EventOrigin,
            members,
            memberships::{self, Listed, Membership},
            organizations::{self, Branding},
            people::{self, Profile},
            provider_changes, seats,
        },
        services::member_departure,
        state::AppState,
    },
};

mod invitations;

/// How often an organization is reconciled.
const INTERVAL: TimeDelta = TimeDelta::minutes(15);

/// How long after it first said so the provider must say again that it has no such organization.
const CONFIRMED_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Reconciles the organization that was reconciled least recently; `false` if none is due. A failed reconciliation is
/// repeated after the regular interval.
pub(super) async fn reconcile_next(app: &AppState, management: &Management) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let claimed =
        organizations::claim_next(&mut tx, app.provider.issuer(), now - INTERVAL, now, now + CLOCK_DIFFERENCE).await?;
    tx.commit().await?;
    let Some((org, provider_id)) = claimed else { return Ok(false) };
    match reconcile(app, management, org, &provider_id).await {
        Ok(()) => {}
        Err(SyncError::Internal(error)) => return Err(error),
        Err(SyncError::Provider(error)) => tracing::warn!(%org, %error, "could not reconcile an organization"),
    }
    Ok(true)
}

#[tracing::instrument(skip_all, fields(%org))]
async fn reconcile(
    app: &AppState,
    management: &Management,
    org: ProvenOrg,
    provider_id: &str,
) -> Result<(), SyncError> {
    let Some(organization) = management.organization(provider_id).await? else {
        return Ok(record_missing(app, org, provider_id).await?);
    };
    let open = invitations::list_open(app, org).await?;
    let invited = if open.is_empty() { Vec::new() } else { management.invitations(provider_id).await? };
    let before = LocalSnapshot::read(app, org).await?;
    let members = management.members(provider_id).await?;
    let blocked = management.blocked_subjects().await?;
    // Save the members' profiles.
    let mut tx = app.db.write().await?;
    let mut at_provider = Vec::with_capacity(members.len());
    for member in &members {
        let person = save_person(app, &mut tx, member).await?;
        // The provider issues no more tokens to a blocked member. Once they are unblocked, they sign in again.
        if blocked.contains(&member.user_id) {
            end_access(&mut tx, person, app.clock.now()).await?;
        }
        at_provider.push((person, member));
    }
    // Update name and branding.
    tx.commit().await?;
    release_ended_name(app, &organization.name).await?;
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let branding = Branding {
        slug: &organization.name,
        display_name: organization.display_name.as_deref().filter(|name| !name.is_empty()),
        logo_url: organization.branding.logo_url.as_deref(),
        colour: organization.branding.colors.primary.as_deref(),
    };
    organizations::update_branding(&mut tx, &branding).await?;

    tx.commit().await?;
    reconcile_members(app, org, &at_provider, &before).await?;
    Ok(invitations::reconcile(app, org, &open, &invited, &members).await?)
}

/// Records that the provider has no such organization. Confirmed, it has ended: all sign-ins end, and its data is kept.
async fn record_missing(app: &AppState, org: ProvenOrg, provider_id: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    if organizations::update_missing(&mut tx, now, now - CONFIRMED_AFTER).await? {
        tracing::warn!(%org, provider_id, "an organization was deleted at the provider");
        seats::delete_in_organization(&mut tx).await?;
    }
    tx.commit().await
}

/// The local state before the members were fetched from the provider.
struct LocalSnapshot {
    members: Vec<PersonId>,
    /// Topics of queued commands. The commands may reach the provider between its two responses, so their members are
    /// not reconciled.
    pending_topics: Vec<String>,
}

impl LocalSnapshot {
    async fn read(app: &AppState, org: ProvenOrg) -> Result<Self, Error> {
        let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
        let members = memberships::list(&mut tx).await?.into_iter().map(|member| member.person).collect();
        Ok(Self { members, pending_topics: provider_changes::topics(&mut tx).await? })
    }
}

/// Inserts the member as a person, or updates their profile.
async fn save_person(app: &AppState, tx: &mut PlatformTx, member: &Member) -> Result<PersonId, Error> {
    let now = app.clock.now();
    let profile = Profile {
        issuer: app.provider.issuer(),
        subject: &member.user_id,
        email: member.email.as_deref(),
        is_verified: None,
        name: member.name.as_deref(),
    };
    people::upsert(tx, PersonId(app.random.uuid(now)), &profile, now).await
}

/// Adds, updates and removes memberships. A local change that was not sent to the provider yet takes precedence. A
/// member missing at the provider is removed only if they were a member before the fetch: others have just joined.
async fn reconcile_members(
    app: &AppState,
    org: ProvenOrg,
    at_provider: &[(PersonId, &Member)],
    before: &LocalSnapshot,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin_with_rights(&app.db, org, Rights::Change).await?;
    let pending_topics = provider_changes::topics(&mut tx).await?;
    let has_pending_change = |subject: &str| {
        let topic = member_topic(subject);
        pending_topics.contains(&topic) || before.pending_topics.contains(&topic)
    };
    let local = memberships::list(&mut tx).await?;
    for (person, member) in at_provider.iter().filter(|(_, member)| !has_pending_change(&member.user_id)) {
        let existing = local.iter().find(|existing| existing.person == *person);
        let Some(next) = reconciled_membership(existing, member.role()) else {
            if existing.is_some_and(|existing| member.role().is_some_and(|role| role > existing.membership.role)) {
                members::expire_rights(&mut tx, *person, now).await?;
            }
            continue;
        };
        let was_owner = existing.is_some_and(|existing| existing.membership.role == Role::Owner);
        let is_demotion = was_owner && next.role != Role::Owner;
        if is_demotion && !memberships::hand_over_ownership(&mut tx, *person).await? {
            tracing::warn!(%org, %person, "the provider demoted the last owner; they stay owner here");
            continue;
        }
        if existing.is_some() {
            memberships::upsert(&mut tx, *person, next, now).await?;
        } else {
            // A person who has joined in the meantime keeps the role they joined with.
            memberships::insert(&mut tx, *person, next, now).await?;
        }
    }
    let mut departures = Vec::new();
    for existing in &local {
        let is_at_provider = at_provider.iter().any(|(person, _)| *person == existing.person);
        if is_at_provider || !before.members.contains(&existing.person) || has_pending_change(&existing.subject) {
            continue;
        }
        let is_owner = existing.membership.role == Role::Owner;
        if is_owner && !memberships::hand_over_ownership(&mut tx, existing.person).await? {
            tracing::warn!(%org, person = %existing.person, "the last owner is no member at the provider; they stay here");
            continue;
        }
        let events = member_departure::leave(&mut tx, existing.person, now).await?;
        departures.push((existing.person, events));
    }
    for (person, events) in departures {
        // Only the provider knows who removed the member, so the event names the member.
        let origin = EventOrigin { batch: BatchId(app.random.uuid(now)), person, at: now };
        member_departure::append_events(&mut tx, origin, &events).await?;
    }
    tx.commit().await
}

/// Returns the new membership, or `None` if it stays the same. The provider's role applies if it has one; a new member
/// without a role becomes a viewer.
fn reconciled_membership(existing: Option<&Listed>, role: Option<Role>) -> Option<Membership> {
    let Some(existing) = existing else {
        return Some(Membership { role: role.unwrap_or(Role::Viewer), granted: None });
    };
    let role = role.filter(|role| *role != existing.membership.role)?;
    let granted = match existing.membership.granted {
        None => None,
        Some(granted) if role < existing.membership.role => Some(granted.intersection(role.permissions())),
        // A token may grant less than the role has. Only the next token can add permissions.
        Some(_) => return None,
    };
    Some(Membership { role, granted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permissions::Permission;

    #[test]
    fn membership_follows_the_role_at_the_provider() {
        let listed = |role: Role, granted| Listed {
            person: PersonId(uuid::Uuid::nil()),
            subject: String::new(),
            membership: Membership { role, granted },
        };
        let member = listed(Role::Member, Some(Role::Member.permissions()));
        assert_eq!(
            reconciled_membership(Some(&member), None),
            None,
            "no Tessera role at the provider: the local role stays"
        );
        assert_eq!(reconciled_membership(Some(&member), Some(Role::Member)), None);
        assert_eq!(reconciled_membership(Some(&member), Some(Role::Admin)), None, "only a token can add permissions");
        let granted = [Permission::ReadProjects, Permission::ManageMembers].into_iter().collect();
        let viewer = Membership { role: Role::Viewer, granted: Some([Permission::ReadProjects].into_iter().collect()) };
        assert_eq!(
            reconciled_membership(Some(&listed(Role::Admin, Some(granted))), Some(Role::Viewer)),
            Some(viewer),
            "permissions are removed at once"
        );
        let local = listed(Role::Member, None);
        assert_eq!(
            reconciled_membership(Some(&local), Some(Role::Viewer)),
            Some(Membership { role: Role::Viewer, granted: None })
        );
        assert_eq!(reconciled_membership(None, None).map(|next| next.role), Some(Role::Viewer));
    }
}
