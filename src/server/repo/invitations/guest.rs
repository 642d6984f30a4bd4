//! Invitation lookups for invited people: by the ticket of a link or by a proven address.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::record::{Invitation, OrgRef, columns};
use crate::{
    domain::ids::PersonId,
    server::{
        db::{PlatformTx, fetch_all, fetch_optional},
        error::Error,
        repo::proven_address,
    },
};

/// An invitation with its organization.
#[derive(Clone, Debug, FromRow)]
pub struct Found {
    #[sqlx(flatten)]
    pub organization: OrgRef,
    #[sqlx(flatten)]
    pub invitation: Invitation,
}

/// The query of invitations in all organizations with this condition and order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.org_id, o.provider_id AS provider_org, o.slug, o.display_name, ",
            columns!(),
            " FROM invitation i JOIN organization o ON o.id = i.org_id JOIN person p ON p.id = i.invited_by
             ",
            $rest
        )
    };
}

/// Finds the invitation with this ticket fingerprint, in any state.
pub async fn by_ticket(tx: &mut PlatformTx, fingerprint: &str) -> Result<Option<Found>, Error> {
    tx.allow_ticket(fingerprint).await?;
    Ok(fetch_optional!(tx, Found, select!("WHERE i.ticket = $1"), fingerprint,)?)
}

/// Lists the open invitations to the proven address of `person` in organizations of `issuer`, oldest first. Leaves out
/// organizations that the person is a member of.
pub async fn for_person(
    tx: &mut PlatformTx,
    issuer: &str,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<Found>, Error> {
    let Some(address) = proven_address::find_proven(tx, issuer, person).await? else { return Ok(Vec::new()) };
    let address = address.as_str().to_owned();
    tx.allow_people(&[person]).await?;
    tx.reachable_at(std::slice::from_ref(&address)).await?;
    Ok(fetch_all!(
        tx,
        Found,
        select!(
            "WHERE i.address = $1 AND i.state = 'open' AND i.expires_at > $2 AND o.issuer = $3 AND o.ended_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.org_id = i.org_id AND m.person_id = $4)
             ORDER BY i.created_at, i.id"
        ),
        address,
        now,
        issuer,
        person,
    )?)
}
