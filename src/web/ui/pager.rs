//! Links to the previous and the next page of a list.

use leptos::prelude::*;

/// The links. Renders nothing for a list of one page.
#[component]
pub fn Pager(
    /// The address of the previous page.
    before: Option<String>,
    /// The address of the next page.
    after: Option<String>,
    /// The label of the current page.
    shown: String,
    /// The label of the link to the previous page.
    #[prop(default = "Previous page")]
    newer: &'static str,
    /// The label of the link to the next page.
    #[prop(default = "Next page")]
    older: &'static str,
) -> impl IntoView {
    let link = |href: String, rel: &'static str, label: &'static str| {
        view! {
            <a class="button" href=href rel=rel>
                {label}
            </a>
        }
    };
    let is_only_page = before.is_none() && after.is_none();
    (!is_only_page)
        .then(|| {
            view! {
                <nav class="pager" aria-label="Pagination">
                    {before.map(|href| link(href, "prev", newer))}
                    <span class="muted small">{shown}</span>
                    {after.map(|href| link(href, "next", older))}
                </nav>
            }
        })
        .into_any()
}

/// Returns the address of the previous page, the address of the next page and the label of `page`.
#[must_use]
pub fn page_links(page: i64, has_more: bool, href: impl Fn(i64) -> String) -> (Option<String>, Option<String>, String) {
    ((page > 1).then(|| href(page - 1)), has_more.then(|| href(page + 1)), format!("Page {page}"))
}

#[cfg(test)]
mod tests {
    use super::page_links;

    #[test]
    fn links_to_existing_pages_only() {
        let of = |page, has_more| page_links(page, has_more, |page| page.to_string());
        let page = |number: &str| Some(number.to_owned());
        assert_eq!(of(1, false), (None, None, "Page 1".to_owned()));
        assert_eq!(of(1, true), (None, page("2"), "Page 1".to_owned()));
        assert_eq!(of(3, true), (page("2"), page("4"), "Page 3".to_owned()));
    }
}
