//! Queries of the console: searchable lists with the details that the console shows.

pub mod organizations;
pub mod people;
pub mod tenant;

/// Search text and page of a list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Pattern for `LIKE` that matches texts containing the search text.
    pattern: String,
    /// Number of the page, starting at 1.
    page: i64,
}

impl ListQuery {
    /// Number of rows per page.
    pub const SIZE: i64 = 25;

    /// Creates a query for `text` and the page with the number `page`, starting at 1.
    pub fn new(text: &str, page: i64) -> Self {
        let escaped: String = text
            .to_lowercase()
            .chars()
            .flat_map(|c| if matches!(c, '%' | '_' | '\\') { vec!['\\', c] } else { vec![c] })
            .collect();
        Self { pattern: format!("%{escaped}%"), page: page.max(1) }
    }

    /// Returns the number of rows to fetch: one more than a page shows, to know whether there is a next page.
    const fn limit() -> i64 {
        Self::SIZE + 1
    }

    const fn offset(&self) -> i64 {
        (self.page - 1).saturating_mul(Self::SIZE)
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    /// Number of the page, starting at 1.
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
    fn search_text_is_matched_literally() {
        assert_eq!(ListQuery::new("50%_A\\", 0).pattern, "%50\\%\\_a\\\\%");
        assert_eq!(ListQuery::new("", 3).offset(), 50);
    }

    #[test]
    fn a_page_reports_whether_another_follows() {
        let query = ListQuery::new("", 1);
        assert!(!Listing::new(vec![0; 25], &query).has_more);
        let more = Listing::new(vec![0; 26], &query);
        assert!(more.has_more && more.rows.len() == 25);
    }
}
