//! Helpers for navigating the console.

use crate::idp::{parameters::Parameters, store::console_queries::ListQuery};

/// Path of the console's first page.
pub const HOME: &str = "/console/organizations";

/// Reads the search text and the page number of a list from the query.
pub fn query(parameters: &Parameters) -> ListQuery {
    let page = parameters.get("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1);
    ListQuery::new(parameters.text("q").trim(), page.into())
}
