//! Joins an organization by the domain of a proven email address.

use std::time::Duration;

use chrono::TimeDelta;

use crate::{
    domain::organizations::{
        email_domains::{DomainState, JoinMode},
        joining::{JoinOffer, JoinState},
    },
    kernel::email_domain::MailDomain,
    server::{
        access::{JoinContext, PersonContext},
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        provider::{
            command::{ProviderCommand, member_topic},
            queue,
        },
        repo::{
            audit::{self, Entry, Outcome},
            browser_organizations,
            domains::{self, Domain},
            join_requests::{self, Request, State},
            memberships::{self, Membership},
            people, provider_changes,
        },
        state::AppState,
    },
};

/// How long a declined person waits before asking again.
const DECLINED_FOR: TimeDelta = TimeDelta::days(7);

/// How long a response waits until the provider has the new member.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Delay between checks of the queue.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Returns the organization that the person may join, and the state of joining it.
#[tracing::instrument(skip_all)]
pub async fn offer(ctx: &PersonContext) -> Result<Option<JoinOffer>, Error> {
    let Some(join) = joinable(ctx).await? else { return Ok(None) };
    let state = state(&join, &mut join.begin(Mode::Read).await?).await?;
    Ok(state.map(|state| to_view(&join, state)))
}

/// Makes the person a member of the organization `slug`. The provider may not have the member yet when this returns;
/// the queue adds it.
///
/// # Errors
/// [`Error::NotFound`] if the organization is not that of the domain; [`Error::Conflict`] if an approval is required.
#[tracing::instrument(skip_all, fields(org = slug))]
pub async fn join(ctx: &PersonContext, slug: &str) -> Result<JoinOffer, Error> {
    let join = joinable(ctx).await?.filter(|join| join.slug == slug).ok_or(Error::NotFound)?;
    let app = join.state();
    let subject = people::subject(&mut app.db.read().await?, join.person).await?;
    // Check the offer in the transaction that accepts it.
    let mut tx = join.begin(Mode::Write).await?;
    match state(&join, &mut tx).await? {
        Some(JoinState::Join) => {}
        Some(state @ (JoinState::UnderWay | JoinState::Member)) => return Ok(to_view(&join, state)),
        Some(_) => return Err(Error::Conflict("This workspace requires approval. Ask to join it.")),
        None => return Err(Error::NotFound),
    }
    let domain = domains::find(&mut tx, &join.domain).await?.ok_or(Error::NotFound)?;
    // Add the member locally and queue the command, unless a concurrent request has done so.
    if memberships::insert(&mut tx, join.person, Membership { role: domain.role, granted: None }, join.now()).await? {
        let change = ProviderCommand::AddMember { subject: subject.clone(), role: domain.role };
        queue::add(app, &mut tx, join.person, &change).await?;
        record(&join, &mut tx, "member.join").await?;
    }
    tx.commit().await?;
    // The provider refuses a sign-in of people it does not have as members.
    wait_for_provider(app, join.org(), &subject).await?;
    let state = state(&join, &mut join.begin(Mode::Read).await?).await?.unwrap_or(JoinState::UnderWay);
    Ok(to_view(&join, state))
}

/// Requests membership of the organization `slug` for the person.
///
/// # Errors
/// [`Error::NotFound`] if the organization is not that of the domain or takes no requests; [`Error::Conflict`] if a
/// request was declined recently.
#[tracing::instrument(skip_all, fields(org = slug))]
pub async fn ask(ctx: &PersonContext, slug: &str) -> Result<JoinOffer, Error> {
    let join = joinable(ctx).await?.filter(|join| join.slug == slug).ok_or(Error::NotFound)?;
    let now = join.now();
    let mut tx = join.begin(Mode::Write).await?;
    match state(&join, &mut tx).await? {
        Some(JoinState::Ask) => {
            let address = (join.email.as_str(), join.domain.as_str());
            if join_requests::upsert(&mut tx, join.person, address, now - DECLINED_FOR, now).await? {
                record(&join, &mut tx, "join_request.ask").await?;
            }
        }
        Some(JoinState::Declined { .. }) => {
            return Err(Error::Conflict("Your request was declined recently. Wait a few days before you ask again."));
        }
        Some(state) => return Ok(to_view(&join, state)),
        None => return Err(Error::NotFound),
    }
    let state = state(&join, &mut tx).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(to_view(&join, state))
}

/// Joins the offered organization after a sign-in without an organization, if the person is in none. A person who is in
/// another organization decides for themselves.
#[tracing::instrument(skip_all)]
pub async fn on_sign_in(ctx: &PersonContext) -> Result<Option<JoinOffer>, Error> {
    let Some(offer) = offer(ctx).await?.filter(|offer| offer.state == JoinState::Join) else { return Ok(None) };
    if !browser_organizations::first_two(&mut ctx.state().db.read().await?, ctx.person).await?.is_empty() {
        return Ok(None);
    }
    match join(ctx, &offer.slug).await {
        Ok(offer) => Ok(Some(offer)),
        // The offer was withdrawn in the meantime.
        Err(Error::NotFound | Error::Conflict(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the context for joining; `None` if Tessera does not manage members.
async fn joinable(ctx: &PersonContext) -> Result<Option<JoinContext>, Error> {
    if ctx.state().management.is_some() { JoinContext::of(ctx).await } else { Ok(None) }
}

/// Returns the state of joining; `None` if the person cannot join, or the membership is suspended.
async fn state(join: &JoinContext, tx: &mut OrgTx) -> Result<Option<JoinState>, Error> {
    match memberships::find(tx, join.person).await? {
        Some(Some(_)) => {
            let subject = people::subject_of(tx, join.person).await?;
            let is_under_way = provider_changes::topics(tx).await?.contains(&member_topic(&subject));
            return Ok(Some(if is_under_way { JoinState::UnderWay } else { JoinState::Member }));
        }
        Some(None) => return Ok(None),
        None => {}
    }
    let Some(domain) = domains::find(tx, &join.domain).await? else { return Ok(None) };
    let was_removed = join_requests::was_removed(tx, join.person).await?;
    let request = join_requests::find(tx, join.person).await?;
    Ok(offered(&domain, was_removed, request, join.now()))
}

/// Decides the offer. A removed member cannot rejoin by the domain alone.
fn offered(
    domain: &Domain,
    was_removed: bool,
    request: Option<Request>,
    now: chrono::DateTime<chrono::Utc>,
) -> Option<JoinState> {
    if domain.state != DomainState::Verified {
        return None;
    }
    match (domain.mode, request) {
        (JoinMode::Join, _) if !was_removed => Some(JoinState::Join),
        (_, Some(Request { state: State::Pending, asked_at, .. })) => Some(JoinState::Requested { at: asked_at }),
        (JoinMode::Off, _) => None,
        (_, Some(Request { state: State::Declined, decided_at: Some(at), .. })) if now < at + DECLINED_FOR => {
            Some(JoinState::Declined { again_at: at + DECLINED_FOR })
        }
        _ => Some(JoinState::Ask),
    }
}

fn to_view(join: &JoinContext, state: JoinState) -> JoinOffer {
    let domain = MailDomain::unicode(&join.domain);
    JoinOffer { slug: join.slug.clone(), display_name: join.display_name.clone(), domain, state }
}

async fn record(join: &JoinContext, tx: &mut OrgTx, action: &'static str) -> Result<(), Error> {
    let now = join.now();
    let (id, target) = (join.state().random.uuid(now), join.email.as_str());
    audit::insert(tx, Entry { id, at: now, person: join.person, action, target, outcome: Outcome::Done }).await
}

/// Waits briefly until the queue has sent the membership of `subject` in `org` to the provider.
pub(super) async fn wait_for_provider(app: &AppState, org: ProvenOrg, subject: &str) -> Result<(), Error> {
    app.wake_provider_worker.now();
    let topic = member_topic(subject);
    let synced = async {
        while provider_changes::topics(&mut OrgTx::begin(&app.db, org, Mode::Read).await?).await?.contains(&topic) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    };
    tokio::time::timeout(TIMEOUT, synced).await.unwrap_or(Ok(()))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ids::PersonId, permissions::Role};

    fn domain(mode: JoinMode, state: DomainState) -> Domain {
        Domain {
            domain: "acme.example".to_owned(),
            token: String::new(),
            state,
            mode,
            role: Role::Member,
            is_discoverable: true,
            problem: None,
            checked_at: None,
            seen_at: None,
            missed_at: None,
            created_by: PersonId(Uuid::nil()),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_offer_depends_on_domain_and_history() {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(30);
        let asked = |state, decided_at| Some(Request { state, asked_at: now - TimeDelta::days(9), decided_at });
        let offer = |mode, removed, request| offered(&domain(mode, DomainState::Verified), removed, request, now);
        assert_eq!(offer(JoinMode::Join, false, None), Some(JoinState::Join));
        assert_eq!(offer(JoinMode::Join, true, None), Some(JoinState::Ask), "removed once");
        assert_eq!(offer(JoinMode::Ask, false, None), Some(JoinState::Ask));
        assert_eq!(offer(JoinMode::Off, false, None), None);
        let waiting = asked(State::Pending, None);
        let at = now - TimeDelta::days(9);
        assert_eq!(offer(JoinMode::Ask, false, waiting), Some(JoinState::Requested { at }));
        assert_eq!(offer(JoinMode::Off, false, waiting), Some(JoinState::Requested { at }), "still to be decided");
        assert_eq!(offer(JoinMode::Join, false, waiting), Some(JoinState::Join), "nobody has to decide any more");
        let yesterday = now - TimeDelta::days(1);
        let again_at = yesterday + TimeDelta::days(7);
        assert_eq!(
            offer(JoinMode::Ask, false, asked(State::Declined, Some(yesterday))),
            Some(JoinState::Declined { again_at })
        );
        assert_eq!(
            offer(JoinMode::Ask, false, asked(State::Declined, Some(now - TimeDelta::days(7)))),
            Some(JoinState::Ask)
        );
        for state in [DomainState::Pending, DomainState::Lost] {
            assert_eq!(offered(&domain(JoinMode::Join, state), false, None, now), None);
        }
    }
}
