//! Where requests in the console lead.

use crate::idp::{parameters::Parameters, store::console_queries::ListQuery};

/// First page of the console.
pub const HOME: &str = "/console/organizations";

/// The page of a list that `parameters` ask for, searched for their `q`.
pub fn query(parameters: &Parameters) -> ListQuery {
    let page = parameters.get("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1);
    ListQuery::new(parameters.text("q").trim(), page.into())
}
