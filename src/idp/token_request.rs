//! What the token endpoint and the revocation endpoint share.
//!
//! - `client`: client authentication
//! - `parameters`: required parameters
//! - `error`: errors in the format of RFC 6749 section 5.2

pub mod client;
pub mod error;
pub mod parameters;
