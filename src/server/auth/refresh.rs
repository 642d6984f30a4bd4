//! Keeps a seat's rights in step with the provider: when its access token has run out, the provider is asked again.

use chrono::TimeDelta;
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};

use super::{
    grant::{SEAT_LIFETIME, freshness, granted, profile},
    provider::TokenError,
    provision_member::{self, Joining},
    tokens::TokenSet,
};
use crate::{
    domain::ids::BrowserId,
    server::{
        error::Error,
        repo::seats::{self, Seat, Tokens},
        state::AppState,
    },
};

/// How long one refresh may take before another request tries.
const CLAIM: TimeDelta = TimeDelta::seconds(20);

/// How long a provider that does not answer is left alone.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// Confirms the rights behind `seat`. One request at a time does it; the others go on with the rights there are, as all
/// do while the provider does not answer, until the seat ends.
///
/// # Errors
/// [`Error::MembershipEnded`] when the person has left the organization, there or here; [`Error::SignInRequired`] when
/// the provider says no for another reason, or the seat has no refresh token. In each case the seat is gone then.
pub async fn confirm(app: &AppState, browser: BrowserId, seat: &Seat) -> Result<(), Error> {
    // Take the right to do it.
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let sealed = seats::claim_refresh(&mut tx, browser, seat, now, now + CLAIM).await?;
    tx.commit().await?;
    let Some(sealed) = sealed else { return Ok(()) };
    // Ask the provider.
    match refresh(app, browser, seat, &sealed).await {
        Ok(()) => Ok(()),
        Err(Failure::Unanswered) => {
            let mut tx = app.db.write().await?;
            seats::postpone_refresh(&mut tx, browser, seat.org_id, now + PAUSE).await?;
            tx.commit().await
        }
        Err(failure @ (Failure::Ended | Failure::Left)) => {
            let mut tx = app.db.write().await?;
            seats::remove(&mut tx, browser, seat).await?;
            tx.commit().await?;
            Err(match failure {
                Failure::Left => Error::MembershipEnded { organization: seat.display_name.clone() },
                _ => Error::SignInRequired,
            })
        }
        Err(Failure::Ours(error)) => Err(error),
    }
}

enum Failure {
    Unanswered,
    Ended,
    /// The membership has ended: another sign-in would end the same way.
    Left,
    Ours(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::Left,
            Error::Sealed(_) => Self::Ended,
            error => Self::Ours(error),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        tracing::info!(%error, "a seat was not refreshed");
        match error {
            TokenError::Down(_) => Self::Unanswered,
            TokenError::Refused(reason) if reason.contains(" is not part of ") => Self::Left,
            TokenError::Refused(_) | TokenError::Bad(_) => Self::Ended,
        }
    }
}

async fn refresh(app: &AppState, browser: BrowserId, seat: &Seat, sealed: &[u8]) -> Result<(), Failure> {
    let before = TokenSet::open(&app.sealer, browser, seat.org_id, sealed).map_err(Error::from)?;
    let refresh_token = before.refresh_token.ok_or(Failure::Ended)?;
    let tokens = app.provider.refresh(refresh_token.clone()).await?;
    // Check that the answer is for the same person in the same organization (OpenID Connect Core section 12.2).
    let claims = app.provider.verify_id_token(&tokens, None).await?;
    let profile = profile(app.provider.issuer(), &claims);
    let person = provision_member::person(app, &profile).await?;
    let provider_id = claims.additional_claims().org_id.as_deref().unwrap_or_default();
    let organization = provision_member::organization(app, provider_id, None, person, None).await?;
    if person != seat.person_id || organization.is_none_or(|organization| organization.id != seat.org_id) {
        return Err(TokenError::Bad("the refreshed tokens are for somebody or somewhere else".to_owned()).into());
    }
    // Copy what the provider grants now. Who was removed here is not let in again by a token from before.
    let granted = granted(app, &claims, &tokens).await?;
    provision_member::membership(app, seat.org_id, person, granted, Joining::Refused).await?;
    let token_set = TokenSet {
        id_token: tokens.id_token().map(ToString::to_string).unwrap_or(before.id_token),
        // A provider that does not rotate sends none; the one there is stays good.
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()).or(Some(refresh_token)),
    };
    let sealed = token_set.seal(&app.sealer, browser, seat.org_id).map_err(Error::from)?;
    let now = app.clock.now();
    let tokens = Tokens {
        sid: claims.additional_claims().sid.as_deref(),
        sealed: &sealed,
        fresh_until: freshness(&tokens, now),
        ends_at: now + SEAT_LIFETIME,
    };
    // Whoever signed out meanwhile stays signed out.
    let mut tx = app.db.write().await?;
    let renewed = seats::renew(&mut tx, browser, seat, &tokens).await?;
    tx.commit().await?;
    if renewed { Ok(()) } else { Err(Failure::Ended) }
}
