//! A whole page without WASM, for the steps of signing in and out and for errors that leave no page to show.

/// What a [`message_page`] offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leads elsewhere.
    Link { label: String, href: String },
    /// Sends an empty form.
    Post { label: String, action: String },
}

/// A page with a title, a text and what to do next; the first action is the primary one.
#[must_use]
pub fn message_page(stylesheet: &str, title: &str, text: &str, actions: &[Action]) -> String {
    let actions: String = actions.iter().map(|action| format!("{action:?}")).collect();
    format!(
        "<!DOCTYPE html><link rel=stylesheet href={stylesheet}><title>{title}</title><h1>{title}</h1><p>{text}</p>{actions}"
    )
}
