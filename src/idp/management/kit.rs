//! Helpers for all resources of the Management API.
//!
//! - `extract`: query and body of a request, which the guard has validated
//! - `find`: the resource that a request names, or Auth0's 404
//! - `paging`, `fields`: the rows and the properties that a list contains
//! - `patch`: properties of a patch, where absent and `null` differ
//! - `respond`: commits and responds

mod extract;
mod fields;
mod find;
mod paging;
pub mod patch;
pub mod respond;

pub use self::{
    extract::{MAX_BODY_BYTES, Payload, QueryText},
    fields::Fields,
    find::{LockedUser, Reading, Resource, Writing, find, require_roles},
    paging::{BoundedPaging, CheckpointPaging, Paging},
};
