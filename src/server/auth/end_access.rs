//! Ends the access of a person whom the provider has signed out or blocked.

use chrono::{DateTime, Utc};

use super::session::{self, Ended};
use crate::{
    domain::ids::PersonId,
    server::{
        db::PlatformTx,
        error::Error,
        repo::{people, seats},
    },
};

/// Ends what `person` began until `at`, by the provider's clock: their sign-ins in every browser and their access tokens; returns the number of
/// ended seats. A new sign-in at the provider restores the access.
pub async fn end_access(tx: &mut PlatformTx, person: PersonId, at: DateTime<Utc>) -> Result<u64, Error> {
    people::update_tokens_refused_until(tx, person, at).await?;
    session::clear_person(tx, Ended::All(person), at).await?;
    seats::delete_of_person(tx, person, at).await
}
