//! Going through the pages of a list.

use leptos::prelude::*;

/// Links to the pages before and after; nothing for a list of one page.
#[component]
pub fn Pager(
    /// The address of the page before.
    before: Option<String>,
    /// The address of the page after.
    after: Option<String>,
    /// Which page it is.
    shown: String,
    /// What the page before holds.
    #[prop(default = "Previous page")]
    newer: &'static str,
    /// What the page after holds.
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
    let is_all = before.is_none() && after.is_none();
    (!is_all)
        .then(|| {
            view! {
                <nav class="pager" aria-label="More of the list">
                    {before.map(|href| link(href, "prev", newer))}
                    <span class="muted small">{shown}</span>
                    {after.map(|href| link(href, "next", older))}
                </nav>
            }
        })
        .into_any()
}

/// The addresses of the pages around the page numbered `page`, and what it is called.
#[must_use]
pub fn around(page: i64, has_more: bool, href: impl Fn(i64) -> String) -> (Option<String>, Option<String>, String) {
    ((page > 1).then(|| href(page - 1)), has_more.then(|| href(page + 1)), format!("Page {page}"))
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn there_is_a_way_back_from_the_second_page_on_and_forth_while_there_is_more() {
        let of = |page, has_more| around(page, has_more, |page| page.to_string());
        let page = |number: &str| Some(number.to_owned());
        assert_eq!(of(1, false), (None, None, "Page 1".to_owned()));
        assert_eq!(of(1, true), (None, page("2"), "Page 1".to_owned()));
        assert_eq!(of(3, true), (page("2"), page("4"), "Page 3".to_owned()));
    }
}
