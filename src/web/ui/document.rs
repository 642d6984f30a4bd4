//! HTML documents rendered without Leptos, for the error pages of the sign-in handlers.

use std::fmt::Write;

use super::markup::escaped;

/// A button of a [`message_page`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A link.
    Link { label: String, href: String },
    /// A form without fields.
    Post { label: String, action: String },
}

/// Renders an HTML document with a heading, a paragraph and buttons. It needs no script.
///
/// `stylesheet` is the URL of the style sheet. `quote` is text from a third party, such as the provider's error message. The
/// first of `actions` is the primary one. `request_id` is shown below them.
#[must_use]
pub fn message_page(
    stylesheet: &str,
    title: &str,
    text: &str,
    quote: Option<&str>,
    actions: &[Action],
    request_id: Option<&str>,
) -> String {
    let mut links = String::new();
    for (index, action) in actions.iter().enumerate() {
        let class = if index == 0 { "button primary" } else { "button" };
        // Writing to a string does not fail.
        _ = match action {
            Action::Link { label, href } => {
                write!(links, r#"<a class="{class}" href="{}">{}</a>"#, escaped(href), escaped(label))
            }
            Action::Post { label, action } => write!(
                links,
                r#"<form method="post" action="{}"><button class="{class}">{}</button></form>"#,
                escaped(action),
                escaped(label)
            ),
        };
    }
    let quote = quote.map_or_else(String::new, |quote| format!("<blockquote>{}</blockquote>", escaped(quote)));
    let request_id =
        request_id.map_or_else(String::new, |id| format!(r#"<p class="small">{}</p>"#, escaped(&request_id_line(id))));
    let (title, text, stylesheet) = (escaped(title), escaped(text), escaped(stylesheet));
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · Tessera</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body>
<div class="plain">
<header class="plain-head"><a class="wordmark" href="/">{LOGO}Tessera</a></header>
<main class="empty">{LOGO}<h1>{title}</h1><p>{text}</p>{quote}<div class="buttons">{links}</div>{request_id}</main>
</div>
</body>
</html>
"#
    )
}

/// Returns the line of an error page that names the request.
#[must_use]
pub fn request_id_line(id: &str) -> String {
    format!("Request id: {id}")
}

/// The same SVG as [`Mark`](super::logo::Mark).
const LOGO: &str = concat!(
    r#"<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path class="host" d="M7 3h19.2L3 26.2V7a4 4 0 0 1 4-4"#,
    r#"z"/><path class="guest" d="M25 29H5.8L29 5.8V25a4 4 0 0 1-4 4z"/></svg>"#
);

#[cfg(test)]
mod tests {
    use super::*;

    fn link(label: &str, href: &str) -> Action {
        Action::Link { label: label.to_owned(), href: href.to_owned() }
    }

    #[test]
    fn escapes_all_text() {
        let actions = [link("<i>", "/a?b=1&c=\"><script>")];
        let page = message_page("/pkg/tessera.css", "<b>", "\"&'", Some("<hr>"), &actions, Some("<id>"));
        assert!(page.contains("<h1>&lt;b&gt;</h1><p>&quot;&amp;&#39;</p><blockquote>&lt;hr&gt;<"), "{page}");
        assert!(page.contains(r#"href="/a?b=1&amp;c=&quot;&gt;&lt;script&gt;">&lt;i&gt;</a>"#), "{page}");
        assert!(page.contains(r#"<p class="small">Request id: &lt;id&gt;</p></main>"#), "{page}");
    }

    #[test]
    fn first_action_is_primary() {
        let post = Action::Post { label: "Sign out".to_owned(), action: "/logout".to_owned() };
        let page = message_page("/pkg/tessera.css", "Title", "Text", None, &[post, link("Home", "/")], None);
        assert_eq!(page.matches("button primary").count(), 1);
        assert!(page.contains(r#"action="/logout"><button class="button primary">Sign out</button></form>"#), "{page}");
        assert!(page.contains(r#"<a class="button" href="/">Home</a>"#), "{page}");
    }
}
