//! What the console lists: whole pages of things, searched, with what one wants to see beside them.

pub mod organizations;
pub mod people;
pub mod tenant;

/// A page of a list, and what is searched for in it.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// A pattern for LIKE.
    pattern: String,
    /// Counted from one.
    page: i64,
}

impl ListQuery {
    /// Rows on a page.
    pub const SIZE: i64 = 25;

    /// The `page`th page, counted from one, of what has `text` in it.
    pub fn new(text: &str, page: i64) -> Self {
        let escaped: String = text
            .to_lowercase()
            .chars()
            .flat_map(|c| if matches!(c, '%' | '_' | '\\') { vec!['\\', c] } else { vec![c] })
            .collect();
        Self { pattern: format!("%{escaped}%"), page: page.max(1) }
    }

    /// One more than fit, so that it is known whether there is a next page.
    const fn limit() -> i64 {
        Self::SIZE + 1
    }

    const fn offset(&self) -> i64 {
        (self.page - 1).saturating_mul(Self::SIZE)
    }
}

/// A page of rows.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    /// Counted from one.
    pub page: i64,
    pub has_more: bool,
}

impl<T> Listing<T> {
    fn new(mut rows: Vec<T>, query: &ListQuery) -> Self {
        let size = usize::try_from(ListQuery::SIZE).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        Self { rows, page: query.page, has_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_taken_as_it_is() {
        assert_eq!(ListQuery::new("50%_A\\", 0).pattern, "%50\\%\\_a\\\\%");
        assert_eq!(ListQuery::new("", 3).offset(), 50);
    }

    #[test]
    fn a_page_knows_whether_there_is_another() {
        let query = ListQuery::new("", 1);
        assert!(!Listing::new(vec![0; 25], &query).has_more);
        let more = Listing::new(vec![0; 26], &query);
        assert!(more.has_more && more.rows.len() == 25);
    }
}
