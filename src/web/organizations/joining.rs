//! Joining an organization that has verified the domain of the person's email address.

pub mod functions;
pub mod offer;
pub mod page;
