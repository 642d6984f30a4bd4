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

mod connect;
mod exchange;
mod http;
mod issuers;
mod options;
mod profile;

pub use self::{
    connect::NewIssuer,
    exchange::Outward,
    issuers::Issuers,
    options::{Options, domains, icon},
    profile::Identity,
};

/// Why somebody could not be signed in at their issuer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It does not answer, or not as an issuer.
    #[error("the issuer cannot be reached: {0}")]
    Down(String),
    /// It refused the code, or what it said cannot be trusted.
    #[error("the issuer's answer is not good: {0}")]
    Bad(String),
}
