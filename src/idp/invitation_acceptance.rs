//! Accepts invitations, whichever way the invited user authenticated.

use serde_json::{Map, Value};

use crate::{
    idp::{
        authentication::RequestSource,
        events::{self, Kind},
        state::Idp,
        store::{
            invitations::{self, Invitation},
            organizations,
            tickets::{self, Kind as TicketKind},
            users::{self, User},
        },
        tickets::{LoginContext, send_email_verification},
    },
    kernel::database::Tx,
};

/// Deletes the invitation and adds `user` as a member with the invitation's roles and metadata. Marks the address as
/// verified if the invitation was mailed to it. If the link came another way, it proves nothing, and a mail asks an
/// unverified user to verify the address.
///
/// Returns false if the invitation no longer exists; the caller must roll back then.
pub async fn accept(
    tx: &mut Tx,
    idp: &Idp,
    invitation: &Invitation,
    user: &User,
    source: RequestSource<'_>,
) -> sqlx::Result<bool> {
    let now = idp.now();
    // On PostgreSQL, concurrent requests may accept the same invitation; only the one that deletes the row succeeds.
    if !invitations::delete(tx, &invitation.id).await? {
        return Ok(false);
    }
    organizations::upsert_member(tx, &invitation.organization_id, &user.id, &invitation.role_ids.0, now).await?;
    if invitation.is_mailed {
        users::update_email_verified(tx, &user.id, now).await?;
        tickets::delete_of_user(tx, TicketKind::EmailVerification, &user.id).await?;
    } else if !user.email_verified && user.password_hash.is_some() {
        send_email_verification(tx, idp, user, LoginContext::default()).await?;
    }
    if invitation.user_metadata.0.is_some() || invitation.app_metadata.0.is_some() {
        let user_metadata = merged(&user.user_metadata.0, invitation.user_metadata.0.as_ref());
        let app_metadata = merged(&user.app_metadata.0, invitation.app_metadata.0.as_ref());
        users::update_metadata(tx, &user.id, &user_metadata, &app_metadata, now).await?;
    }
    let event = source.event(Kind::InvitationAccepted, &user.email, Some(&user.id));
    events::record(tx, idp, event).await?;
    Ok(true)
}

/// Deletes the invitation without adding a member, because the signed-in `user` is not the invited user.
///
/// Returns false if the invitation no longer exists.
pub async fn consume_unaccepted(
    tx: &mut Tx,
    idp: &Idp,
    invitation: &Invitation,
    user: &User,
    source: RequestSource<'_>,
) -> sqlx::Result<bool> {
    if !invitations::delete(tx, &invitation.id).await? {
        return Ok(false);
    }
    let description = format!("{} accepted the invitation of {}", user.email, invitation.email);
    events::record(tx, idp, source.event(Kind::InvitationFailed, &description, Some(&user.id))).await?;
    Ok(true)
}

/// Merges the metadata at the top level, as the Management API does.
fn merged(existing: &Map<String, Value>, added: Option<&Map<String, Value>>) -> Map<String, Value> {
    let mut merged = existing.clone();
    merged.extend(added.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    merged
}
