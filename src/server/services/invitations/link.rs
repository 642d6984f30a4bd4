//! Seals the link of an invitation for storage, so that it can be copied again later.

use crate::{
    domain::ids::{InvitationId, OrgId},
    kernel::sealer::SealError,
    server::state::AppState,
};

/// Seals the link of the invitation `id` of `org`.
///
/// # Errors
/// If the link cannot be serialized.
pub fn seal(app: &AppState, org: OrgId, id: InvitationId, link: &str) -> Result<Vec<u8>, SealError> {
    app.sealer.seal(&seal_context(org, id), &link)
}

/// Opens a sealed link.
///
/// # Errors
/// If it was sealed under another secret.
pub fn open(app: &AppState, org: OrgId, id: InvitationId, sealed: &[u8]) -> Result<String, SealError> {
    app.sealer.open(&seal_context(org, id), sealed)
}

fn seal_context(org: OrgId, id: InvitationId) -> String {
    format!("invitation {org} {id}")
}
