//! Keyset pagination for lists that are ordered by time of creation.

use std::fmt::Display;

use crate::kernel::unix_time::UnixTime;

/// A page of a list: `WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3 OFFSET $4`.
#[derive(Clone, Debug)]
pub struct KeysetPage {
    pub after: Cursor,
    pub limit: i64,
    pub offset: i64,
}

/// A position in a list: the row after which a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: UnixTime,
    pub id: String,
}

/// A row that has a position in a list.
pub trait Keyed {
    fn cursor(&self) -> Cursor;
}

impl Cursor {
    /// Position before the first row.
    pub const START: Self = Self { created_at: UnixTime::EARLIEST, id: String::new() };

    pub fn new(created_at: UnixTime, id: &impl Display) -> Self {
        Self { created_at, id: id.to_string() }
    }
}

impl KeysetPage {
    /// Returns the page with the first `limit` rows.
    pub const fn first(limit: i64) -> Self {
        Self { after: Cursor::START, limit, offset: 0 }
    }

    /// Selects the page from rows in memory, which must be ordered as in SQL.
    pub fn select<T: Keyed>(&self, rows: Vec<T>) -> Vec<T> {
        let is_after = |row: &T| {
            let Cursor { created_at, id } = row.cursor();
            self.after == Cursor::START || (created_at, id.as_str()) > (self.after.created_at, self.after.id.as_str())
        };
        self.window(rows.into_iter().filter(is_after))
    }

    /// Selects the page from rows in memory by limit and offset only, for lists without checkpoints.
    pub fn window<T>(&self, rows: impl IntoIterator<Item = T>) -> Vec<T> {
        let (offset, limit) = (usize::try_from(self.offset), usize::try_from(self.limit));
        rows.into_iter().skip(offset.unwrap_or_default()).take(limit.unwrap_or_default()).collect()
    }
}
