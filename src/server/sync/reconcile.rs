//! Brings what is here in step with what was changed at the provider: an organization's name and looks, who is in it,
//! and with which role. Every organization in turn, on a timer.

use chrono::TimeDelta;

use crate::{
    domain::{
        ids::{BatchId, OrgId, PersonId},
        permissions::Role,
    },
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::{client::Management, error::Stopped, members::Member},
        repo::{
            events::Doing,
            members,
            memberships::{self, Listed, Membership},
            organizations::{self, Looks},
            people::{self, Profile},
            provider_changes, seats,
        },
        services::member_departure,
        state::AppState,
    },
};

mod invitations;

/// How often an organization is compared.
const EVERY: TimeDelta = TimeDelta::minutes(15);

/// Compares the organization whose turn it is; `false` when there is none. A comparison that did not get to its end is
/// made again when its turn comes.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn next(app: &AppState, management: &Management) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let turn = organizations::claim_next(&mut tx, app.provider.issuer(), now - EVERY, now).await?;
    tx.commit().await?;
    let Some((org, provider_id)) = turn else { return Ok(false) };
    match compare(app, management, org, &provider_id).await {
        Ok(()) => {}
        Err(Stopped::Ours(error)) => return Err(error),
        Err(Stopped::Provider(error)) => tracing::warn!(%org, %error, "an organization could not be compared"),
    }
    Ok(true)
}

async fn compare(app: &AppState, management: &Management, org: OrgId, provider_id: &str) -> Result<(), Stopped> {
    let Some(organization) = management.organization(provider_id).await? else {
        // Deleted there. Its work stays; nobody gets in.
        tracing::warn!(%org, provider_id, "an organization is not at the provider any more");
        let mut tx = app.db.write().await?;
        seats::remove_all_of(&mut tx, org).await?;
        return Ok(tx.commit().await?);
    };
    let open = invitations::open(app, org).await?;
    let invited = if open.is_empty() { Vec::new() } else { management.invitations(provider_id).await? };
    let before = Before::look(app, org).await?;
    let members = management.members(provider_id).await?;
    // What it is called, and how it looks.
    let mut tx = app.db.write().await?;
    let looks = Looks {
        slug: &organization.name,
        display_name: organization.display_name.as_deref().filter(|name| !name.is_empty()),
        logo_url: organization.branding.logo_url.as_deref(),
        colour: organization.branding.colors.primary.as_deref(),
    };
    organizations::put_looks(&mut tx, org, &looks).await?;
    // Who is in it.
    let mut there = Vec::with_capacity(members.len());
    for member in &members {
        there.push((person(app, &mut tx, member).await?, member));
    }
    tx.commit().await?;
    bring_in_step(app, org, &there, &before).await?;
    Ok(invitations::bring_in_step(app, org, &open, &invited, &members).await?)
}

/// What was here before the provider was asked.
struct Before {
    members: Vec<PersonId>,
    /// What was on its way there, and may have arrived between the two answers: it is left alone.
    on_the_way: Vec<String>,
}

impl Before {
    async fn look(app: &AppState, org: OrgId) -> Result<Self, Error> {
        let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
        let members = memberships::list(&mut tx).await?.into_iter().map(|member| member.person).collect();
        Ok(Self { members, on_the_way: provider_changes::topics(&mut tx).await? })
    }
}

async fn person(app: &AppState, tx: &mut crate::server::db::PlatformTx, member: &Member) -> Result<PersonId, Error> {
    let now = app.clock.now();
    let name = if member.name.is_empty() { &member.email } else { &member.name };
    let issuer = app.provider.issuer();
    let profile = Profile { issuer, subject: &member.user_id, email: &member.email, is_verified: None, name };
    people::upsert(tx, PersonId(app.random.uuid(now)), &profile, now).await
}

/// Adds, changes and removes memberships. What was decided here and has not reached the provider yet stands.
/// Of those who are not there, only members from before the provider was asked are removed: others have just joined.
async fn bring_in_step(
    app: &AppState,
    org: OrgId,
    there: &[(PersonId, &Member)],
    before: &Before,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let undecided = provider_changes::topics(&mut tx).await?;
    let is_undecided = |subject: &str| {
        let topic = crate::server::provider::command::member_topic(subject);
        undecided.contains(&topic) || before.on_the_way.contains(&topic)
    };
    let here = memberships::list(&mut tx).await?;
    for (person, member) in there.iter().filter(|(_, member)| !is_undecided(&member.user_id)) {
        let known = here.iter().find(|known| known.person == *person);
        let Some(next) = wanted(known, member.role()) else {
            if known.is_some_and(|known| member.role().is_some_and(|role| role > known.membership.role)) {
                members::confirm_again(&mut tx, *person, now).await?;
            }
            continue;
        };
        let steps_down = known.is_some_and(|known| known.membership.role == Role::Owner) && next.role != Role::Owner;
        if steps_down && !memberships::hand_over_ownership(&mut tx, *person).await? {
            tracing::warn!(%org, %person, "the provider demotes the last owner, who stays one here");
            continue;
        }
        if known.is_some() {
            memberships::put(&mut tx, *person, next, now).await?;
        } else {
            // Who has just joined by themselves is here as what they joined as.
            memberships::add(&mut tx, *person, next, now).await?;
        }
    }
    let mut gone = Vec::new();
    for known in &here {
        let is_there = there.iter().any(|(person, _)| *person == known.person);
        if is_there || !before.members.contains(&known.person) || is_undecided(&known.subject) {
            continue;
        }
        let is_owner = known.membership.role == Role::Owner;
        if is_owner && !memberships::hand_over_ownership(&mut tx, known.person).await? {
            tracing::warn!(%org, person = %known.person, "the last owner is not a member at the provider, and stays one here");
            continue;
        }
        let left = member_departure::leave(&mut tx, known.person, now).await?;
        gone.push((known.person, left));
    }
    for (person, left) in gone {
        // Who did it, only the provider knows.
        let doing = Doing { batch: BatchId(app.random.uuid(now)), person, at: now };
        member_departure::tell(&mut tx, doing, &left).await?;
    }
    tx.commit().await
}

/// What the membership should be, if it should change. The provider's role counts where it has one; somebody new
/// without any begins with the least.
fn wanted(known: Option<&Listed>, role: Option<Role>) -> Option<Membership> {
    let Some(known) = known else {
        return Some(Membership { role: role.unwrap_or(Role::Viewer), granted: None });
    };
    let role = role.filter(|role| *role != known.membership.role)?;
    let granted = match known.membership.granted {
        None => None,
        Some(granted) if role < known.membership.role => Some(granted.intersection(role.permissions())),
        // A token may grant less than the role has: what is granted more, only the next token says.
        Some(_) => return None,
    };
    Some(Membership { role, granted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permissions::Permission;

    #[test]
    fn a_membership_follows_the_role_at_the_provider() {
        let known = |role: Role, granted| Listed {
            person: PersonId(uuid::Uuid::nil()),
            subject: String::new(),
            membership: Membership { role, granted },
        };
        let member = known(Role::Member, Some(Role::Member.permissions()));
        assert_eq!(wanted(Some(&member), None), None, "no role of ours there: the one here stays");
        assert_eq!(wanted(Some(&member), Some(Role::Member)), None);
        assert_eq!(wanted(Some(&member), Some(Role::Admin)), None, "no more than a token has granted");
        let granted = [Permission::ReadProjects, Permission::ManageMembers].into_iter().collect();
        let viewer = Membership { role: Role::Viewer, granted: Some([Permission::ReadProjects].into_iter().collect()) };
        assert_eq!(wanted(Some(&known(Role::Admin, Some(granted))), Some(Role::Viewer)), Some(viewer), "less at once");
        let local = known(Role::Member, None);
        assert_eq!(wanted(Some(&local), Some(Role::Viewer)), Some(Membership { role: Role::Viewer, granted: None }));
        assert_eq!(wanted(None, None).map(|next| next.role), Some(Role::Viewer));
    }
}
