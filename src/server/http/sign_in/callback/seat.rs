//! The seat that a sign-in to an organization creates.

use chrono::{DateTime, Utc};
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};

use crate::{
    domain::{ids::PersonId, organizations::RecentOrganization, permissions::Permissions},
    server::{
        auth::{
            grant::{SEAT_LIFETIME, fresh_until},
            oidc::{Claims, TokenResponse},
            provision_member::{self, JoinPolicy},
            session::Browser,
            tokens::TokenSet,
        },
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        http::{
            message::Message,
            sign_in::{invitation, login_query::LoginQuery},
        },
        repo::seats::{self, Tokens},
        services::invitations::guest,
        state::AppState,
    },
};

/// Saves the organization and the membership of a sign-in, and creates the seat.
#[expect(clippy::too_many_arguments, reason = "the results of one sign-in")]
pub(super) async fn create(
    app: &AppState,
    browser: Browser,
    person: PersonId,
    provider_id: &str,
    claims: &Claims,
    tokens: &TokenResponse,
    granted: Option<Permissions>,
    retry: &LoginQuery,
    invitation: Option<&str>,
) -> Result<RecentOrganization, Message> {
    let name = claims.additional_claims().org_name.as_deref();
    let organization = provision_member::find_or_create_organization(app, provider_id, name, person, granted)
        .await?
        .ok_or_else(Message::organization_not_set_up)?;
    let policy = invitation::join_policy(app, *organization.id, invitation, person).await?;
    provision_member::save_membership(app, organization.id, person, granted, policy).await.map_err(
        |error| match error {
            Error::NotFound => Message::membership_suspended(&organization.display_name, retry),
            error => error.into(),
        },
    )?;
    if let (JoinPolicy::Invited(_), Some(ticket)) = (policy, invitation) {
        guest::accepted(app, organization.id, ticket, person).await?;
    }
    let now = app.clock.now();
    let token_set = TokenSet {
        id_token: tokens.id_token().map(ToString::to_string).unwrap_or_default(),
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
    };
    save(app, browser, organization.id, person, &token_set, claims, fresh_until(tokens, now)).await?;
    Ok(RecentOrganization { slug: organization.slug, display_name: organization.display_name })
}

/// Inserts or replaces the seat with its tokens.
async fn save(
    app: &AppState,
    browser: Browser,
    org: ProvenOrg,
    person: PersonId,
    token_set: &TokenSet,
    claims: &Claims,
    fresh_until: DateTime<Utc>,
) -> Result<(), Error> {
    let sealed = token_set.seal(&app.sealer, browser.id, *org)?;
    let tokens = Tokens {
        sid: claims.additional_claims().sid.as_deref(),
        sealed: &sealed,
        fresh_until,
        ends_at: app.clock.now() + SEAT_LIFETIME,
    };
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    seats::upsert(&mut tx, browser.id, person, &tokens).await?;
    tx.commit().await
}
