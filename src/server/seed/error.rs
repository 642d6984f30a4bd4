//! Why data cannot be added, for the operator.

use super::demo_data;
use crate::server::{
    db::{Db, ProvenOrg},
    error::Error,
    repo::organizations,
};

/// Why data could not be added. The message tells the operator which name is wrong.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("There is no organization named “{0}” in this database. Use the name that is in its address, /o/{0}.")]
    UnknownOrganization(String),
    #[error("“{0}” is nobody of the demo. Use one of {people}.", people = demo_addresses())]
    NotOfTheDemo(String),
    #[error("{0} is not in this database yet. Start the demo once with `tessera serve`, and try again.")]
    MissingPerson(String),
    #[error("Generated organizations are in this database already. Start from one without them.")]
    AlreadyGenerated,
    /// A value that the service refused, with its field.
    #[error("The data cannot be added: {0}")]
    Other(#[source] Error),
}

impl From<Error> for SeedError {
    fn from(error: Error) -> Self {
        match error {
            // Generated names are new, unless they were generated before.
            Error::Duplicate => Self::AlreadyGenerated,
            error => Self::Other(error),
        }
    }
}

fn demo_addresses() -> String {
    demo_data::PEOPLE.iter().map(|person| person.email).collect::<Vec<_>>().join(", ")
}

/// Finds the organization with the name `slug`.
pub(super) async fn organization(db: &Db, slug: &str) -> Result<ProvenOrg, SeedError> {
    let found = organizations::for_operator(&mut db.read().await?, slug).await?;
    found.ok_or_else(|| SeedError::UnknownOrganization(slug.to_owned()))
}
