//! A part of a list that is ordered by creation.

use crate::idp::time::Timestamp;

/// In SQL: `WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3 OFFSET $4`.
#[derive(Clone, Debug)]
pub struct Slice {
    pub after: Cursor,
    pub limit: i64,
    pub offset: i64,
}

/// A place in such a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: Timestamp,
    pub id: String,
}

impl Cursor {
    /// Before everything.
    pub const START: Self = Self { created_at: Timestamp::EARLIEST, id: String::new() };
}
