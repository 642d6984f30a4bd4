//! The provider's Management API (Auth0 Management API v2): its client, the commands that Tessera sends, and their queue.
//!
//! A command is queued in the transaction that decides it; `sync::worker` carries it out afterwards.

pub mod client;
pub mod command;
pub mod connections;
pub mod domains;
pub mod error;
pub mod invitations;
pub mod members;
pub mod organizations;
pub mod queue;
pub mod retry;
pub mod roles;
pub mod users;
