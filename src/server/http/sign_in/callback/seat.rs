//! The seat that a sign-in to an organization creates.

use chrono::{DateTime, Utc};

use crate::{
    domain::{ids::PersonId, organizations::RecentOrganization, permissions::Permissions},
    server::{
        auth::{
            grant::{SEAT_LIFETIME, fresh_until},
            id_token::Claims,
            provision_member::{self, JoinPolicy},
            session::Browser,
            token_endpoint::Tokens as TokenAnswer,
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
        sync::new_organization,
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
    tokens: &TokenAnswer,
    granted: Option<Permissions>,
    retry: &LoginQuery,
    invitation: Option<&str>,
) -> Result<RecentOrganization, Message> {
    let new = async || new_organization::find(app, provider_id, claims, granted).await;
    let organization = provision_member::find_or_create_organization(app, provider_id, person, new)
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
    let token_set =
        TokenSet { id_token: tokens.id_token.clone().unwrap_or_default(), refresh_token: tokens.refresh_token.clone() };
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
        sid: claims.sid.as_deref(),
        began_at: claims.issued_at(),
        sealed: &sealed,
        fresh_until,
        ends_at: app.clock.now() + SEAT_LIFETIME,
    };
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    seats::upsert(&mut tx, browser.id, person, &tokens).await?;
    tx.commit().await
}
