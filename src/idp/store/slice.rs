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

impl Slice {
    /// The same part of a list that is in memory, ordered as in SQL.
    pub fn cut<T>(&self, items: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Vec<T> {
        let is_after = |item: &T| {
            let Cursor { created_at, id } = cursor(item);
            self.after == Cursor::START || (created_at, id.as_str()) > (self.after.created_at, self.after.id.as_str())
        };
        let (offset, limit) = (usize::try_from(self.offset), usize::try_from(self.limit));
        let behind = items.into_iter().filter(is_after).skip(offset.unwrap_or_default());
        behind.take(limit.unwrap_or_default()).collect()
    }
}
