//! Writes HTML into strings, for elements that appear hundreds of times on a page.

/// Appends `parts`, which must be HTML already.
pub fn push(html: &mut String, parts: &[&str]) {
    for part in parts {
        html.push_str(part);
    }
}

/// Appends visually hidden text for screen readers.
pub fn visually_hidden(text: &str, html: &mut String) {
    html.push_str(r#"<span class="visually-hidden">"#);
    escape(text, html);
    html.push_str(" </span>");
}

/// Escapes text for an element or a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}

/// Appends text, escaped for an element or a quoted attribute.
pub fn escape(mut text: &str, html: &mut String) {
    while let Some(at) = text.find(['&', '<', '>', '"', '\'']) {
        html.push_str(&text[..at]);
        html.push_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        text = &text[at + 1..];
    }
    html.push_str(text);
}
