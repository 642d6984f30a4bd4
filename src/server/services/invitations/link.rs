//! The link of an invitation, kept sealed so that it can be copied again.

use crate::{
    domain::ids::{InvitationId, OrgId},
    server::{crypto::SealError, state::AppState},
};

/// Seals the link of the invitation `id` of `org`.
///
/// # Errors
/// When the link cannot be serialised.
pub fn seal(app: &AppState, org: OrgId, id: InvitationId, link: &str) -> Result<Vec<u8>, SealError> {
    app.sealer.seal(&place(org, id), &link)
}

/// Opens a sealed link.
///
/// # Errors
/// When it was sealed under another secret.
pub fn open(app: &AppState, org: OrgId, id: InvitationId, sealed: &[u8]) -> Result<String, SealError> {
    app.sealer.open(&place(org, id), sealed)
}

fn place(org: OrgId, id: InvitationId) -> String {
    format!("invitation {org} {id}")
}
