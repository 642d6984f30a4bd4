//! Going through the pages of a list.

use leptos::prelude::*;

/// Links to the pages before and after; nothing for a list of one page.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "the properties of a component are owned")]
pub fn Pager(
    /// The address of a page up to its number: it ends with `?` or `&`.
    base: String,
    /// From 1.
    page: i64,
    has_more: bool,
    /// What the page before holds.
    #[prop(default = "Previous")]
    newer: &'static str,
    /// What the page after holds.
    #[prop(default = "Next")]
    older: &'static str,
) -> impl IntoView {
    let link = |page: i64, label: &'static str| {
        let href = format!("{base}page={page}");
        view! {
            <a class="button" href=href>
                {label}
            </a>
        }
    };
    let before = (page > 1).then(|| link(page - 1, newer));
    let after = has_more.then(|| link(page + 1, older));
    (page > 1 || has_more).then(|| {
        view! {
            <nav class="pager" aria-label="More of the list">
                {before}
                <span class="muted small">{format!("Page {page}")}</span>
                {after}
            </nav>
        }
    })
}
