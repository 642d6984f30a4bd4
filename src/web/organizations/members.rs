//! The members and invitations of an organization.

mod actions;
pub mod functions;
mod invitations;
pub mod invite;
mod member;
pub mod page;
#[cfg(feature = "ssr")]
pub mod pending;
