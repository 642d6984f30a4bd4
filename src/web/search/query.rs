//! The search as its address states it.

use leptos_router::{location::Url, params::ParamsMap};

/// The `id` of the search page's field.
pub const FIELD_ID: &str = "q";

/// The parameters of the search page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SearchQuery {
    pub q: String,
    /// The slug of a kind; empty for all kinds.
    pub kind: String,
    /// The page number, from 1.
    pub page: usize,
}

impl SearchQuery {
    pub fn from_params(params: &ParamsMap) -> Self {
        Self {
            q: params.get("q").unwrap_or_default(),
            kind: params.get("kind").unwrap_or_default(),
            page: params.get("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.q.trim().is_empty()
    }

    /// Returns the address of this search in the organization with the slug `org`.
    pub fn href(&self, org: &str) -> String {
        let mut href = search_href(org, &self.q);
        if !self.kind.is_empty() {
            href = format!("{href}&kind={}", Url::escape(&self.kind));
        }
        if self.page > 1 {
            href = format!("{href}&page={}", self.page);
        }
        href
    }

    /// Returns the first page of the same search, narrowed down to `kind`.
    pub fn with_kind(&self, kind: &str) -> Self {
        Self { q: self.q.clone(), kind: kind.to_owned(), page: 1 }
    }

    pub fn with_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }
}

/// Returns the address that searches for `q` in the organization with the slug `org`.
#[must_use]
pub fn search_href(org: &str, q: &str) -> String {
    format!("/o/{org}/search?q={}", Url::escape(q))
}
