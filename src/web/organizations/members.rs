//! The people of an organization: who is in it, and who is invited.

pub mod functions;
pub mod invitations;
pub mod invite;
mod member;
pub mod page;
pub mod pending;
