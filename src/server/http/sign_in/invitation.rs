//! `/invitation`: what somebody sees who opens the link of an invitation, before the provider sees its ticket. There a
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
use serde::{Deserialize, Serialize};

use super::{
    login::{self, LoginQuery},
    logout,
    prompt::Prompt,
};
use crate::{
    domain::ids::OrgId,
    server::{
        auth::{grant, oidc::Claims, provision_member::Joining, session::BrowserSession},
        db::{Mode, OrgTx},
        error::Error,
        http::message::Message,
        repo::{
            browser_organizations::{self, Identity},
            invitations::{Found, State as Progress},
            memberships,
        },
        services::invitations::guest,
        state::AppState,
    },
};

/// How long the way back to an invitation is kept while somebody changes the account.
const WAY_BACK_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// What seals the way back.
const WAY_BACK: &str = "way back";

/// The link of an invitation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Link {
    #[serde(default)]
    pub ticket: String,
    /// The organization's id at the provider, for an invitation that was not made here.
    pub organization: Option<String>,
}

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/invitation", get(show))
        .route("/invitation/accept", post(accept))
        .route("/invitation/decline", get(ask_to_decline).post(decline))
        .route("/invitation/continue", post(go_on))
        .route("/invitation/change-account", post(change_account))
}

/// What `/login` does with `ticket`, unless it may go on to the provider at once.
///
/// # Errors
/// A page that says that a part of the link is missing, or that somebody else is signed in.
pub async fn opened(
    app: &AppState,
    session: &BrowserSession,
    ticket: &str,
    organization: Option<&str>,
) -> Result<Option<Response>, Message> {
    // One that was made here has a page here.
    if guest::by_ticket(app, ticket).await?.is_some() {
        return Ok(Some(Redirect::to(&guest::page(ticket)).into_response()));
    }
    let organization = organization.ok_or_else(Message::incomplete_invitation)?;
    // Of one that was made at the provider nobody here knows for whom it is.
    let addresses = addresses(signed_in(app, session).await?);
    if addresses.is_empty() {
        return Ok(None);
    }
    let link = Link { ticket: ticket.to_owned(), organization: Some(organization.to_owned()) };
    Err(Message::invitation_while_signed_in(&addresses, &link))
}

/// The people whom this browser is signed in as.
async fn signed_in(app: &AppState, session: &BrowserSession) -> Result<Vec<Identity>, Error> {
    let Some(browser) = session.browser().await? else { return Ok(Vec::new()) };
    browser_organizations::people(&mut app.db.read().await?, browser.id, browser.person, app.clock.now()).await
}

/// Their addresses, each once.
fn addresses(people: Vec<Identity>) -> Vec<String> {
    let mut all: Vec<_> = people.into_iter().map(|known| known.email).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What can be done with an invitation in this browser.
enum Standing {
    /// It can be accepted.
    Welcome,
    /// Whoever it is for is here, and in the organization already.
    Member,
    /// Other people are signed in here: these.
    Others(Vec<String>),
}

/// The invitation of `ticket`, if it is open.
async fn open(app: &AppState, ticket: &str) -> Result<Found, Message> {
    let found = guest::by_ticket(app, ticket).await?.ok_or_else(Message::unknown_invitation)?;
    match found.invitation.state_at(app.clock.now()) {
        Progress::Open => Ok(found),
        state => Err(Message::closed_invitation(&found, state)),
    }
}

async fn standing(app: &AppState, session: &BrowserSession, found: &Found) -> Result<Standing, Error> {
    let is_invited = |email: &str| email.to_lowercase() == found.invitation.address;
    // Whoever is in it already has nothing to accept, with whichever account besides.
    let (invited, others): (Vec<_>, Vec<_>) =
        signed_in(app, session).await?.into_iter().partition(|known| is_invited(&known.email));
    for known in invited {
        let mut tx = OrgTx::begin(&app.db, found.place.org_id, Mode::Read).await?;
        if memberships::find(&mut tx, known.id).await?.flatten().is_some() {
            return Ok(Standing::Member);
        }
    }
    let others = addresses(others);
    Ok(if others.is_empty() { Standing::Welcome } else { Standing::Others(others) })
}

/// The page of an invitation.
async fn show(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<Link>,
) -> Result<Message, Message> {
    let found = open(&app, &link.ticket).await?;
    Ok(match standing(&app, &session, &found).await? {
        Standing::Welcome => Message::invitation(&found, &link),
        Standing::Member => Message::invitation_of_member(&found),
        Standing::Others(others) => Message::invitation_for_another(&found, &others, &link),
    })
}

/// Hands the ticket over to the provider, where the invited person signs in or up.
async fn accept(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<Link>,
) -> Result<Response, Message> {
    // Look again: since the page was shown somebody may have signed in.
    let found = open(&app, &link.ticket).await?;
    if !matches!(standing(&app, &session, &found).await?, Standing::Welcome) {
        return Ok(Redirect::to(&guest::page(&link.ticket)).into_response());
    }
    let query = LoginQuery { invitation: Some(link.ticket), ..LoginQuery::default() };
    login::begin(&app, &session, query, Some(found.place.provider_org), Prompt::AsNeeded).await
}

/// Asks first.
async fn ask_to_decline(State(app): State<AppState>, Query(link): Query<Link>) -> Result<Message, Message> {
    let found = open(&app, &link.ticket).await?;
    Ok(Message::confirm_decline(&found, &link))
}

/// Declines: nobody can use the link any more. Whoever holds it may.
async fn decline(State(app): State<AppState>, Query(link): Query<Link>) -> Result<Message, Message> {
    let found = open(&app, &link.ticket).await?;
    if guest::decline(&app, &found).await? {
        Ok(Message::declined_invitation(&found))
    } else {
        // Somebody was quicker.
        Err(open(&app, &link.ticket).await.err().unwrap_or_else(Message::unknown_invitation))
    }
}

/// Goes on with an invitation that was made at the provider, as whoever is signed in.
async fn go_on(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<Link>,
) -> Result<Response, Message> {
    if guest::by_ticket(&app, &link.ticket).await?.is_some() {
        return Ok(Redirect::to(&guest::page(&link.ticket)).into_response());
    }
    let organization = link.organization.ok_or_else(Message::incomplete_invitation)?;
    let query = LoginQuery { invitation: Some(link.ticket), ..LoginQuery::default() };
    login::begin(&app, &session, query, Some(organization), Prompt::AsNeeded).await
}

/// Signs out here and at the provider, and comes back to the invitation.
async fn change_account(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(link): Query<Link>,
) -> Result<Redirect, Message> {
    let until = app.clock.now() + WAY_BACK_LIFETIME;
    let sealed = app.sealer.seal(WAY_BACK, &(link, until)).map_err(Error::from)?;
    let answer = logout::end(&app, &session).await?;
    // The session is a new one now, in which nobody is signed in.
    session.keep_way_back(&sealed).await?;
    Ok(answer)
}

/// Middleware: after a change of account the provider leads to the landing page, and that leads back here.
pub async fn lead_back(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET || request.uri().path() != "/" {
        return next.run(request).await;
    }
    let sealed = match BrowserSession::of(request.extensions()) {
        Some(session) => session.take_way_back().await,
        None => Ok(None),
    };
    let way = match sealed {
        Ok(Some(sealed)) => app.sealer.open::<(Link, DateTime<Utc>)>(WAY_BACK, &sealed).ok(),
        Ok(None) => None,
        Err(error) => return Message::from(error).into_response(),
    };
    match way.filter(|(_, until)| *until > app.clock.now()) {
        Some((Link { ticket, organization }, _)) => {
            Redirect::to(&LoginQuery { invitation: Some(ticket), organization, ..LoginQuery::default() }.address())
                .into_response()
        }
        None => next.run(request).await,
    }
}

/// How somebody comes in who signs in with the invitation whose ticket has this fingerprint, if with any.
pub(super) async fn joining(
    app: &AppState,
    org: OrgId,
    ticket: Option<&str>,
    claims: &Claims,
) -> Result<Joining, Error> {
    let Some(ticket) = ticket else { return Ok(Joining::Welcome) };
    let profile = grant::profile(app.provider.issuer(), claims);
    let role = guest::invited_role(app, org, ticket, &profile).await?;
    Ok(role.map_or(Joining::Welcome, Joining::Invited))
}
