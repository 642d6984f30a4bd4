//! `/invitation`: the page of an invitation link, shown before the provider receives the ticket. At the provider, a
//! ticket that is opened with the wrong account is used up.

use axum::{
    Router,
    extract::{Query, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{authorization, invitation_link::InvitationLink, login_query::LoginQuery, logout, prompt::Prompt};
use crate::{
    domain::ids::{OrgId, PersonId},
    kernel::email_address,
    server::{
        auth::{provision_member::JoinPolicy, session::BrowserSession},
        db::{Mode, OrgTx},
        error::Error,
        http::message::Message,
        repo::{
            browser_organizations::{self, Identity},
            invitations::{Found, State as InvitationState},
            memberships,
        },
        services::invitations::guest,
        state::AppState,
    },
};

/// How long an invitation is reopened after a change of account.
const RESUME_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Context of the sealed link that is reopened.
const SEAL_CONTEXT: &str = "way back";

/// The routes below `/invitation`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/invitation", get(show))
        .route("/invitation/accept", post(accept))
        .route("/invitation/decline", get(confirm_decline).post(decline))
        .route("/invitation/continue", post(continue_signed_in))
        .route("/invitation/change-account", post(change_account))
}

/// Returns the response of `/login` to `ticket`; `None` if the sign-in may continue at the provider. The error is a
/// page for an incomplete link, or for a browser where a person is signed in.
pub(super) async fn intercept_login(
    app: &AppState,
    session: &BrowserSession,
    ticket: &str,
    organization: Option<&str>,
) -> Result<Option<Response>, Message> {
    // An invitation that was created here has a page here.
    if guest::by_ticket(app, ticket).await?.is_some() {
        return Ok(Some(Redirect::to(&guest::page(ticket)).into_response()));
    }
    let organization = organization.ok_or_else(Message::incomplete_invitation)?;
    // The recipient of an invitation that was created at the provider is unknown here.
    let addresses = unique_addresses(signed_in_people(app, session).await?);
    if addresses.is_empty() {
        return Ok(None);
    }
    let link = InvitationLink { ticket: ticket.to_owned(), organization: Some(organization.to_owned()) };
    Err(Message::invitation_while_signed_in(&addresses, &link))
}

/// Lists the people who are signed in in this browser.
async fn signed_in_people(app: &AppState, session: &BrowserSession) -> Result<Vec<Identity>, Error> {
    let Some(browser) = session.browser().await? else { return Ok(Vec::new()) };
    browser_organizations::people(&mut app.db.read().await?, browser.id, browser.person, app.clock.now()).await
}

/// Returns the sorted email addresses of `people` without duplicates.
fn unique_addresses(people: Vec<Identity>) -> Vec<String> {
    let mut addresses: Vec<_> = people.into_iter().map(|person| person.email).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Whether an invitation can be accepted in this browser.
enum Acceptance {
    /// The invitation can be accepted.
    Allowed,
    /// The invited person is signed in, and already a member.
    AlreadyMember,
    /// Other people are signed in, with these addresses.
    OtherAccounts(Vec<String>),
}

/// Finds the open invitation with `ticket`; the error is a page for one that is unknown or closed.
async fn find_open(app: &AppState, ticket: &str) -> Result<Found, Message> {
    let found = guest::by_ticket(app, ticket).await?.ok_or_else(Message::unknown_invitation)?;
    match found.invitation.state_at(app.clock.now()) {
        InvitationState::Open => Ok(found),
        state => Err(Message::closed_invitation(&found, state)),
    }
}

async fn acceptance(app: &AppState, session: &BrowserSession, found: &Found) -> Result<Acceptance, Error> {
    let is_invited = |email: &str| email_address::are_equal(email, &found.invitation.address);
    // A member has nothing to accept, even if other accounts are signed in too.
    let (invited, others): (Vec<_>, Vec<_>) =
        signed_in_people(app, session).await?.into_iter().partition(|person| is_invited(&person.email));
    for person in invited {
        let mut tx = OrgTx::begin(&app.db, found.organization.org_id, Mode::Read).await?;
        if memberships::find(&mut tx, person.id).await?.flatten().is_some() {
            return Ok(Acceptance::AlreadyMember);
        }
    }
    let others = unique_addresses(others);
    Ok(if others.is_empty() { Acceptance::Allowed } else { Acceptance::OtherAccounts(others) })
}

/// Shows the page of an invitation.
async fn show(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<InvitationLink>,
) -> Result<Message, Message> {
    let found = find_open(&app, &link.ticket).await?;
    Ok(match acceptance(&app, &session, &found).await? {
        Acceptance::Allowed => Message::invitation(&found, &link),
        Acceptance::AlreadyMember => Message::invitation_of_member(&found),
        Acceptance::OtherAccounts(others) => Message::invitation_for_another(&found, &others, &link),
    })
}

/// Sends the ticket to the provider, where the invited person signs in or signs up.
async fn accept(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<InvitationLink>,
) -> Result<Response, Message> {
    // Check again: a person may have signed in since the page was shown.
    let found = find_open(&app, &link.ticket).await?;
    if !matches!(acceptance(&app, &session, &found).await?, Acceptance::Allowed) {
        return Ok(Redirect::to(&guest::page(&link.ticket)).into_response());
    }
    let query = LoginQuery { invitation: Some(link.ticket), ..LoginQuery::default() };
    authorization::begin(&app, &session, query, Some(found.organization.provider_org), Prompt::AsNeeded).await
}

/// Asks for confirmation before declining.
async fn confirm_decline(State(app): State<AppState>, Query(link): Query<InvitationLink>) -> Result<Message, Message> {
    let found = find_open(&app, &link.ticket).await?;
    Ok(Message::confirm_decline(&found, &link))
}

/// Declines the invitation, which invalidates the link. Everyone with the link may do so.
async fn decline(State(app): State<AppState>, Query(link): Query<InvitationLink>) -> Result<Message, Message> {
    let found = find_open(&app, &link.ticket).await?;
    if guest::decline(&app, &found).await? {
        Ok(Message::declined_invitation(&found))
    } else {
        // Another request has closed the invitation in the meantime.
        Err(find_open(&app, &link.ticket).await.err().unwrap_or_else(Message::unknown_invitation))
    }
}

/// Continues with an invitation that was created at the provider, as the signed-in person.
async fn continue_signed_in(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<InvitationLink>,
) -> Result<Response, Message> {
    if guest::by_ticket(&app, &link.ticket).await?.is_some() {
        return Ok(Redirect::to(&guest::page(&link.ticket)).into_response());
    }
    let organization = link.organization.ok_or_else(Message::incomplete_invitation)?;
    let query = LoginQuery { invitation: Some(link.ticket), ..LoginQuery::default() };
    authorization::begin(&app, &session, query, Some(organization), Prompt::AsNeeded).await
}

/// Signs out here and at the provider, and returns to the invitation.
async fn change_account(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<InvitationLink>,
) -> Result<Redirect, Message> {
    let until = app.clock.now() + RESUME_LIFETIME;
    let sealed = app.sealer.seal(SEAL_CONTEXT, &(link, until)).map_err(Error::from)?;
    let redirect = logout::end(&app, &session).await?;
    // Store the link in the new session, which the sign-out has started.
    session.store_pending_invitation(&app, &sealed).await?;
    Ok(redirect)
}

/// Middleware that reopens an invitation after a change of account: the provider returns to the landing page, which
/// redirects to the invitation.
pub async fn resume(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET || request.uri().path() != "/" {
        return next.run(request).await;
    }
    let sealed = match BrowserSession::of(request.extensions()) {
        Some(session) => session.take_pending_invitation().await,
        None => Ok(None),
    };
    let pending = match sealed {
        Ok(Some(sealed)) => app.sealer.open::<(InvitationLink, DateTime<Utc>)>(SEAL_CONTEXT, &sealed).ok(),
        Ok(None) => None,
        Err(error) => return Message::from(error).into_response(),
    };
    match pending.filter(|(_, until)| *until > app.clock.now()) {
        Some((InvitationLink { ticket, organization }, _)) => {
            Redirect::to(&LoginQuery { invitation: Some(ticket), organization, ..LoginQuery::default() }.address())
                .into_response()
        }
        None => next.run(request).await,
    }
}

/// Returns the join policy of a sign-in of `person`. `ticket` is the fingerprint of the ticket of the invitation to accept.
pub(super) async fn join_policy(
    app: &AppState,
    org: OrgId,
    ticket: Option<&str>,
    person: PersonId,
) -> Result<JoinPolicy, Error> {
    let Some(ticket) = ticket else { return Ok(JoinPolicy::Allowed) };
    let role = guest::invited_role(app, org, ticket, person).await?;
    Ok(role.map_or(JoinPolicy::Allowed, JoinPolicy::Invited))
}
