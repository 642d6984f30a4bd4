//! Remembers which organization an access token names, so that the statement that finds its caller can run in a transaction
//! of the organization at once.
//!
//! An organization keeps its id at the provider for ever. That statement checks it again, with the person.

use moka::sync::Cache;

use crate::server::db::ProvenOrg;

/// Maximum number of remembered organizations, a few hundred bytes each.
const MAX: u64 = 10_000;

/// Organizations by their ids at the provider.
#[derive(Clone, Debug)]
pub struct TokenOrganizations(Cache<Box<str>, ProvenOrg>);

impl Default for TokenOrganizations {
    fn default() -> Self {
        Self(Cache::new(MAX))
    }
}

impl TokenOrganizations {
    /// Returns the organization that a token of the provider names as `provider_id`.
    #[must_use]
    pub fn get(&self, provider_id: &str) -> Option<ProvenOrg> {
        self.0.get(provider_id)
    }

    /// Remembers an organization that the database has found.
    pub fn insert(&self, provider_id: &str, org: ProvenOrg) {
        self.0.insert(provider_id.into(), org);
    }
}
