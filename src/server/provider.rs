//! The provider's Management API (Auth0 Management API v2): its client, Tessera's commands, and their queue.
//!
//! A command is queued in the transaction of the local change; `sync::worker` executes it afterwards.

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
