//! Signing in at another issuer: connections of the strategy `oidc`, with this provider as the client.
//!
//! - `connect`: creates a connection
//! - `options`: settings of a connection
//! - `http`: restricted HTTP requests to the issuer
//! - `issuers`: cache of discovery documents and keys
//! - `exchange`: redirects to the issuer, and exchanges the code for an identity
//! - `profile`: the claims that are kept
//!
//! The endpoints are `routes/federate.rs`, which redirects to the issuer, and `routes/callback.rs`, which receives the
//! response.

pub mod connect;
pub mod error;
pub mod exchange;
mod http;
pub mod issuers;
pub mod options;
pub mod profile;
