//! What the resources of the Management API share.
//!
//! - `extract`: query and body of a request, validated by the guard
//! - `find`: the resource that a request names, or Auth0's 404
//! - `paging`, `fields`: which rows and properties a list contains
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
