//! HTML of a message page, which needs no script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::web::ui::error_page::request_id_text;

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A link.
    Link { label: String, href: String },
    /// A form with these hidden fields.
    Post { label: String, action: String, fields: Vec<(String, String)> },
}

/// Renders a document with a heading, a paragraph and buttons.
///
/// `stylesheet` is the URL of the style sheet. `quote` is text from a third party, such as a person's message. The first
/// of `actions` is the primary one. `request_id` is shown below them.
pub fn page(
    stylesheet: &str,
    title: &str,
    text: &str,
    quote: Option<&str>,
    actions: &[Action],
    request_id: Option<&str>,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · Tessera" }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(stylesheet);
            }
            body {
                div class="plain" {
                    header class="plain-head" { a class="wordmark" href="/" { (LOGO) "Tessera" } }
                    main class="empty" {
                        (LOGO)
                        h1 { (title) }
                        p { (text) }
                        @if let Some(quote) = quote {
                            blockquote { (quote) }
                        }
                        div class="buttons" {
                            @for (index, action) in actions.iter().enumerate() {
                                (button(action, if index == 0 { "button primary" } else { "button" }))
                            }
                        }
                        @if let Some(id) = request_id {
                            p class="small" { (request_id_text(id)) }
                        }
                    }
                }
            }
        }
    }
}

fn button(action: &Action, class: &str) -> Markup {
    html! {
        @match action {
            Action::Link { label, href } => a class=(class) href=(href) { (label) },
            Action::Post { label, action, fields } => form method="post" action=(action) {
                @for (name, value) in fields {
                    input type="hidden" name=(name) value=(value);
                }
                button class=(class) { (label) }
            },
        }
    }
}

/// The same SVG as [`Mark`](crate::web::ui::logo::Mark).
const LOGO: PreEscaped<&str> = PreEscaped(concat!(
    r#"<svg class="mark" width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">"#,
    r#"<path class="host" d="M7 3h19.2L3 26.2V7a4 4 0 0 1 4-4z"/>"#,
    r#"<path class="guest" d="M25 29H5.8L29 5.8V25a4 4 0 0 1-4 4z"/></svg>"#
));

#[cfg(test)]
mod tests {
    use super::*;

    fn link(label: &str, href: &str) -> Action {
        Action::Link { label: label.to_owned(), href: href.to_owned() }
    }

    #[test]
    fn escapes_all_text() {
        let actions = [link("<i>", "/a?b=1&c=\"><script>")];
        let page = page("/pkg/tessera.css", "<b>", "\"&'", Some("<hr>"), &actions, Some("<id>")).into_string();
        assert!(page.contains("<h1>&lt;b&gt;</h1><p>&quot;&amp;'</p><blockquote>&lt;hr&gt;<"), "{page}");
        assert!(page.contains(r#"href="/a?b=1&amp;c=&quot;&gt;&lt;script&gt;">&lt;i&gt;</a>"#), "{page}");
        assert!(page.contains(r#"<p class="small">Request id: &lt;id&gt;</p></main>"#), "{page}");
    }

    #[test]
    fn first_action_is_primary() {
        let post = Action::Post { label: "Sign out".to_owned(), action: "/logout".to_owned(), fields: Vec::new() };
        let page = page("/pkg/tessera.css", "Title", "Text", None, &[post, link("Home", "/")], None).into_string();
        assert_eq!(page.matches("button primary").count(), 1);
        assert!(page.contains(r#"action="/logout"><button class="button primary">Sign out</button></form>"#), "{page}");
        assert!(page.contains(r#"<a class="button" href="/">Home</a>"#), "{page}");
    }
}
