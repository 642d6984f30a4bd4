//! Becoming a member of the organization that has proven the domain of one's own address.

pub mod functions;
pub mod offer;
pub mod page;
