//! Signing in at another issuer: connections of the strategy `oidc`, with this provider as the client.
//!
//! - `connect`: creates a connection
//! - `options`: settings of a connection
//! - `http`: requests to the issuer, restricted
//! - `issuers`: discovery document and keys, cached
//! - `exchange`: the redirect to the issuer, and the code for an identity
//! - `profile`: the claims that are kept
//!
//! The endpoints are `routes/federate.rs`, which redirects there, and `routes/callback.rs`, which receives the
//! response.

pub mod connect;
pub mod error;
pub mod exchange;
mod http;
pub mod issuers;
pub mod options;
pub mod profile;
