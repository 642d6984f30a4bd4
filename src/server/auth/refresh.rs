//! Refreshes a seat: fetches new tokens and permissions from the provider after the access token has expired.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    grant::{SEAT_LIFETIME, fresh_until, permissions_for, profile},
    id_token::{self, Claims},
    provision_member::{self, JoinPolicy},
    token_endpoint::{TokenError, Tokens as TokenAnswer},
    tokens::TokenSet,
};
use crate::{
    domain::ids::BrowserId,
    server::{
        error::Error,
        repo::{
            organizations, people,
            seats::{self, Seat, Tokens},
        },
        state::AppState,
    },
};

/// How long a request holds the claim on a refresh before another request may retry.
const CLAIM_DURATION: TimeDelta = TimeDelta::seconds(20);

/// How long to wait after the provider did not answer.
const RETRY_DELAY: TimeDelta = TimeDelta::seconds(30);

/// Longer than either, also by the clock of another node.
const LONGEST_CLAIM: TimeDelta = TimeDelta::seconds(90);

/// Refreshes the permissions of `seat`. One request at a time does so; the others continue with the current
/// permissions. While the provider does not answer, all continue with them until the seat ends.
///
/// # Errors
/// [`Error::MembershipEnded`] if the person has left the organization, at the provider or here;
/// [`Error::SignInRequired`] if the provider refuses for another reason or the seat has no refresh token. In both cases
/// the seat is removed.
pub async fn refresh_seat(app: &AppState, browser: BrowserId, seat: &Seat) -> Result<(), Error> {
    let now = app.clock.now();
    let sealed = match claim(app, browser, seat, now).await {
        Ok(Some(sealed)) => sealed,
        Ok(None) => return Ok(()),
        // Nothing can be written at the moment. Reading goes on.
        Err(error) if error.is_unavailable() => return Ok(()),
        Err(error) => return Err(error),
    };
    // Refresh at the provider.
    match exchange_and_renew(app, browser, seat, &sealed).await {
        Ok(()) => Ok(()),
        Err(Failure::ProviderDown) => {
            let mut tx = app.db.write().await?;
            seats::postpone_refresh(&mut tx, browser, *seat.org_id, now + RETRY_DELAY).await?;
            tx.commit().await
        }
        Err(failure @ (Failure::SeatEnded | Failure::MembershipEnded)) => {
            let mut tx = app.db.write().await?;
            seats::delete(&mut tx, browser, seat).await?;
            tx.commit().await?;
            Err(match failure {
                Failure::MembershipEnded => Error::MembershipEnded { organization: seat.display_name.clone() },
                _ => Error::SignInRequired,
            })
        }
        Err(Failure::Internal(error)) => Err(error),
    }
}

/// Claims the refresh, and returns the sealed tokens; `None` if another request has claimed it.
async fn claim(app: &AppState, browser: BrowserId, seat: &Seat, now: DateTime<Utc>) -> Result<Option<Vec<u8>>, Error> {
    let mut tx = app.db.write().await?;
    let sealed = seats::claim_refresh(&mut tx, browser, seat, now, now + CLAIM_DURATION, now + LONGEST_CLAIM).await?;
    tx.commit().await?;
    Ok(sealed)
}

enum Failure {
    ProviderDown,
    /// The seat has ended: the person must sign in again.
    SeatEnded,
    /// The membership has ended: another sign-in would fail the same way.
    MembershipEnded,
    Internal(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::MembershipEnded,
            Error::Sealed(_) => Self::SeatEnded,
            error => Self::Internal(error),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        tracing::info!(%error, "could not refresh a seat");
        match error {
            // Nobody is signed out because of an answer that is not the provider's.
            TokenError::Down(_) | TokenError::Trouble(_) => Self::ProviderDown,
            TokenError::Refused(reason) if reason.contains(" is not part of ") => Self::MembershipEnded,
            TokenError::Refused(_) | TokenError::Invalid(_) => Self::SeatEnded,
        }
    }
}

async fn exchange_and_renew(app: &AppState, browser: BrowserId, seat: &Seat, sealed: &[u8]) -> Result<(), Failure> {
    let previous = TokenSet::open(&app.sealer, browser, *seat.org_id, sealed).map_err(Error::from)?;
    let refresh_token = previous.refresh_token.ok_or(Failure::SeatEnded)?;
    let answer = app.provider.refresh(&refresh_token).await?;
    // A provider need not send an ID token (OpenID Connect Core section 12.2).
    let claims = match &answer.id_token {
        Some(id_token) => Some(id_token::verify(app, id_token, &answer, None).await?),
        None => None,
    };
    if let Some(claims) = &claims {
        check_and_save_person(app, seat, claims).await?;
    }
    save_permissions(app, seat, &answer).await?;
    let token_set = TokenSet {
        id_token: answer.id_token.clone().unwrap_or(previous.id_token),
        // A provider without rotation sends no new refresh token; the current one stays valid.
        refresh_token: answer.refresh_token.clone().or(Some(refresh_token)),
    };
    let sealed = token_set.seal(&app.sealer, browser, *seat.org_id).map_err(Error::from)?;
    let now = app.clock.now();
    let tokens = Tokens {
        sid: claims.as_ref().and_then(|claims| claims.sid.as_deref()),
        began_at: None,
        sealed: &sealed,
        fresh_until: fresh_until(&answer, now),
        ends_at: now + SEAT_LIFETIME,
    };
    // Do not restore a seat that was signed out during the refresh.
    let mut tx = app.db.write().await?;
    let renewed = seats::update_tokens(&mut tx, browser, seat, &tokens).await?;
    tx.commit().await?;
    if renewed { Ok(()) } else { Err(Failure::SeatEnded) }
}

/// Checks that the ID token is for the same person in the same organization (OpenID Connect Core section 12.2), and saves
/// what it says about the person.
async fn check_and_save_person(app: &AppState, seat: &Seat, claims: &Claims) -> Result<(), Failure> {
    let mut tx = app.db.read().await?;
    if people::subject(&mut tx, seat.person_id).await? != claims.sub {
        return Err(TokenError::Invalid("the refreshed tokens are for another person".to_owned()).into());
    }
    let provider_id = organizations::provider_id(&mut tx, *seat.org_id).await?;
    drop(tx);
    if claims.org_id.as_ref() != Some(&provider_id) {
        return Err(TokenError::Invalid("the refreshed tokens are for another organization".to_owned()).into());
    }
    provision_member::save_person(app, &profile(app.provider.issuer(), claims)).await?;
    Ok(())
}

/// Saves the current permissions. A removed member must not be added again by an older token.
async fn save_permissions(app: &AppState, seat: &Seat, answer: &TokenAnswer) -> Result<(), Failure> {
    let mut tx = app.db.read().await?;
    let subject = people::subject(&mut tx, seat.person_id).await?;
    let provider_id = organizations::provider_id(&mut tx, *seat.org_id).await?;
    drop(tx);
    let granted = permissions_for(app, &subject, Some(&provider_id), answer).await?;
    Ok(provision_member::save_membership(app, seat.org_id, seat.person_id, granted, JoinPolicy::Refused).await?)
}
