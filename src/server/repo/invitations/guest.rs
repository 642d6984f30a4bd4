//! Invitations as the invited find them: by the ticket in a link, or by an address of theirs.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Invitation, Place};
use crate::{
    domain::ids::PersonId,
    server::{
        db::{PlatformTx, fetch_all, fetch_optional},
        error::Error,
        repo::people,
    },
};

/// An invitation and where it leads.
#[derive(Clone, Debug, FromRow)]
pub struct Found {
    #[sqlx(flatten)]
    pub place: Place,
    #[sqlx(flatten)]
    pub invitation: Invitation,
}

/// The invitation whose ticket has this fingerprint, whatever its state.
pub async fn by_ticket(tx: &mut PlatformTx, fingerprint: &str) -> Result<Option<Found>, Error> {
    tx.holding_ticket(fingerprint).await?;
    Ok(fetch_optional!(
        tx,
        Found,
        concat!(
            "SELECT i.org_id, o.provider_id AS provider_org, o.slug, o.display_name, ",
            columns!(),
            " FROM invitation i JOIN organization o ON o.id = i.org_id JOIN person p ON p.id = i.invited_by
             WHERE i.ticket = $1",
        ),
        fingerprint,
    )?)
}

/// The open invitations of `issuer`'s organizations to the address of `person`, if that is verified, the oldest first.
/// Those into organizations that the person is in already are left out.
pub async fn for_person(
    tx: &mut PlatformTx,
    issuer: &str,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<Found>, Error> {
    let Some(address) = people::verified_address(tx, person).await? else { return Ok(Vec::new()) };
    tx.on_behalf_of(&[person]).await?;
    tx.reachable_at(std::slice::from_ref(&address)).await?;
    Ok(fetch_all!(
        tx,
        Found,
        concat!(
            "SELECT i.org_id, o.provider_id AS provider_org, o.slug, o.display_name, ",
            columns!(),
            " FROM invitation i JOIN organization o ON o.id = i.org_id JOIN person p ON p.id = i.invited_by
             WHERE i.address = $1 AND i.state = 'open' AND i.expires_at > $2 AND o.issuer = $3
               AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.org_id = i.org_id AND m.person_id = $4)
             ORDER BY i.created_at, i.id",
        ),
        address,
        now,
        issuer,
        person,
    )?)
}
