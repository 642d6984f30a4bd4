//! What Tessera changes at the identity provider, and learns from it, through its Management API (Auth0 Management API
//! v2).
//!
//! No page waits for it. What is to be done there is written down in the database in the transaction that decides it,
//! and [`worker`] carries it out afterwards: again after a failure, and in a way that doing it twice does no harm.

pub mod change;
pub mod client;
pub mod compare;
pub mod connections;
pub mod domains;
pub mod error;
pub mod founding;
pub mod invitations;
pub mod inviting;
pub mod members;
pub mod organizations;
pub mod person;
pub mod queue;
pub mod retry;
pub mod roles;
pub mod users;
pub mod worker;
