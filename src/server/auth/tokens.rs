//! The tokens of a seat, encrypted in the database.

use serde::{Deserialize, Serialize};

use crate::{
    domain::ids::{BrowserId, OrgId},
    kernel::sealer::{SealError, Sealer},
};

/// The provider's tokens of a seat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenSet {
    /// Sent as `id_token_hint` at sign-out.
    pub id_token: String,
    pub refresh_token: Option<String>,
}

impl TokenSet {
    /// Encrypts the tokens for the seat of `browser` in `org`.
    pub fn seal(&self, sealer: &Sealer, browser: BrowserId, org: OrgId) -> Result<Vec<u8>, SealError> {
        sealer.seal(&seal_context(browser, org), self)
    }

    /// Decrypts the tokens of the seat of `browser` in `org`. Fails if they were sealed for another seat or with
    /// another secret.
    pub fn open(sealer: &Sealer, browser: BrowserId, org: OrgId, bytes: &[u8]) -> Result<Self, SealError> {
        sealer.open(&seal_context(browser, org), bytes)
    }
}

fn seal_context(browser: BrowserId, org: OrgId) -> String {
    format!("seat {browser} {org}")
}
