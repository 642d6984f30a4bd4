//! The proof that a transaction may act in an organization.

use std::ops::Deref;

use crate::domain::ids::OrgId;

/// The id of an organization in which a transaction may be opened.
///
/// Only the database makes one, in the answer to a statement that is the proof: the seat of a browser, the organization of a
/// verified token, the invitation with a ticket, the verified domain of a verified address, or work that a background task
/// has found. `tests/architecture.rs` lists these statements. An [`OrgId`] opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct ProvenOrg(OrgId);

impl Deref for ProvenOrg {
    type Target = OrgId;

    fn deref(&self) -> &OrgId {
        &self.0
    }
}

impl std::fmt::Display for ProvenOrg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
