//! Accepting an invitation, however the invited person proved who they are.

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
    },
    kernel::database::Tx,
};

/// Uses `invitation` up and makes `user` a member with its roles. The address, which the invitation was sent to, counts
/// as verified, and what the invitation has to say of the person is added to what is known of them.
///
/// False when the invitation is gone: then nothing was changed that is worth keeping.
pub async fn accept(
    tx: &mut Tx,
    idp: &Idp,
    invitation: &Invitation,
    user: &User,
    source: RequestSource<'_>,
) -> sqlx::Result<bool> {
    let now = idp.now();
    // Whoever deletes it has accepted it: on PostgreSQL others may be trying at the same time.
    if !invitations::delete(tx, &invitation.id).await? {
        return Ok(false);
    }
    organizations::upsert_member(tx, &invitation.organization_id, &user.id, &invitation.role_ids.0, now).await?;
    users::set_email_verified(tx, &user.id, now).await?;
    tickets::delete_of_user(tx, TicketKind::EmailVerification, &user.id).await?;
    if invitation.user_metadata.0.is_some() || invitation.app_metadata.0.is_some() {
        let user_metadata = merged(&user.user_metadata.0, invitation.user_metadata.0.as_ref());
        let app_metadata = merged(&user.app_metadata.0, invitation.app_metadata.0.as_ref());
        users::set_metadata(tx, &user.id, &user_metadata, &app_metadata, now).await?;
    }
    let event = source.event(Kind::InvitationAccepted, &user.email, Some(&user.id));
    events::record(tx, idp, event).await?;
    Ok(true)
}

/// Uses `invitation` up without adding anybody: `user`, who is signed in, is not whom it is for.
///
/// False when it is gone already.
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

/// `known` with `added` over it, name by name at the first level, as the Management API merges.
fn merged(known: &Map<String, Value>, added: Option<&Map<String, Value>>) -> Map<String, Value> {
    let mut merged = known.clone();
    merged.extend(added.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    merged
}
