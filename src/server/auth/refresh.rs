//! Refreshes a seat: fetches new tokens and permissions from the provider after the access token has expired.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};

use super::{
    grant::{SEAT_LIFETIME, fresh_until, granted_permissions, profile},
    provider::TokenError,
    provision_member::{self, JoinPolicy},
    tokens::TokenSet,
};
use crate::{
    domain::ids::BrowserId,
    server::{
        error::Error,
        repo::{
            people,
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
            TokenError::Down(_) | TokenError::Unreadable(_) => Self::ProviderDown,
            TokenError::Refused(reason) if reason.contains(" is not part of ") => Self::MembershipEnded,
            TokenError::Refused(_) | TokenError::Invalid(_) => Self::SeatEnded,
        }
    }
}

async fn exchange_and_renew(app: &AppState, browser: BrowserId, seat: &Seat, sealed: &[u8]) -> Result<(), Failure> {
    let previous = TokenSet::open(&app.sealer, browser, *seat.org_id, sealed).map_err(Error::from)?;
    let refresh_token = previous.refresh_token.ok_or(Failure::SeatEnded)?;
    let tokens = app.provider.refresh(refresh_token.clone()).await?;
    // Check that the tokens are for the same person in the same organization (OpenID Connect Core section 12.2).
    let claims = app.provider.verify_id_token(&tokens, None).await?;
    if people::subject(&mut app.db.read().await?, seat.person_id).await? != **claims.subject() {
        return Err(TokenError::Invalid("the refreshed tokens are for another person".to_owned()).into());
    }
    let profile = profile(app.provider.issuer(), &claims);
    let person = provision_member::save_person(app, &profile).await?;
    let provider_id = claims.additional_claims().org_id.as_deref().unwrap_or_default();
    let organization = provision_member::find_or_create_organization(app, provider_id, None, person, None).await?;
    if organization.is_none_or(|organization| organization.id != seat.org_id) {
        return Err(TokenError::Invalid("the refreshed tokens are for another organization".to_owned()).into());
    }
    // Save the current permissions. A removed member must not be added again by an older token.
    let granted = granted_permissions(app, &claims, &tokens).await?;
    provision_member::save_membership(app, seat.org_id, person, granted, JoinPolicy::Refused).await?;
    let token_set = TokenSet {
        id_token: tokens.id_token().map(ToString::to_string).unwrap_or(previous.id_token),
        // A provider without rotation sends no new refresh token; the current one stays valid.
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()).or(Some(refresh_token)),
    };
    let sealed = token_set.seal(&app.sealer, browser, *seat.org_id).map_err(Error::from)?;
    let now = app.clock.now();
    let tokens = Tokens {
        sid: claims.additional_claims().sid.as_deref(),
        sealed: &sealed,
        fresh_until: fresh_until(&tokens, now),
        ends_at: now + SEAT_LIFETIME,
    };
    // Do not restore a seat that was signed out during the refresh.
    let mut tx = app.db.write().await?;
    let renewed = seats::update_tokens(&mut tx, browser, seat, &tokens).await?;
    tx.commit().await?;
    if renewed { Ok(()) } else { Err(Failure::SeatEnded) }
}
