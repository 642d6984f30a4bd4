//! Search: over everything in a workspace that has words.

pub mod functions;
pub mod marked;
pub mod page;
mod results;
