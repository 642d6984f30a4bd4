//! Signing in at somebody else's issuer: a connection of the strategy `oidc`, where this provider is the application.
//!
//! - `connect`: setting one up
//! - `options`: what a connection says of its issuer
//! - `http`: the calls to it, kept on a short leash
//! - `issuers`: its discovery document and keys, cached
//! - `exchange`: out to its login page, and from the code it gives to who the person is
//! - `profile`: what of that is kept
//!
//! The pages are `routes/federate.rs`, which leads there, and `routes/callback.rs`, which takes the answer.

pub mod connect;
pub mod error;
pub mod exchange;
mod http;
pub mod issuers;
pub mod options;
pub mod profile;
