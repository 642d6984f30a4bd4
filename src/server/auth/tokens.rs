//! The tokens of a seat, sealed at rest.

use serde::{Deserialize, Serialize};

use crate::{
    domain::ids::{BrowserId, OrgId},
    server::crypto::{SealError, Sealer},
};

/// What the provider gave for a seat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenSet {
    /// Needed again as the hint at sign-out.
    pub id_token: String,
    pub refresh_token: Option<String>,
}

impl TokenSet {
    /// Sealed for the seat of `browser` in `org`.
    ///
    /// # Errors
    /// When it cannot be serialised.
    pub fn seal(&self, sealer: &Sealer, browser: BrowserId, org: OrgId) -> Result<Vec<u8>, SealError> {
        sealer.seal(&place(browser, org), self)
    }

    /// Opened again.
    ///
    /// # Errors
    /// When it was sealed for another seat or under another secret.
    pub fn open(sealer: &Sealer, browser: BrowserId, org: OrgId, bytes: &[u8]) -> Result<Self, SealError> {
        sealer.open(&place(browser, org), bytes)
    }
}

fn place(browser: BrowserId, org: OrgId) -> String {
    format!("seat {browser} {org}")
}
