//! HTML written as text, for what there are hundreds of on a page.

/// Appends all `parts`, which are markup.
pub fn push(html: &mut String, parts: &[&str]) {
    for part in parts {
        html.push_str(part);
    }
}

/// Appends text that is heard and not seen.
pub fn unseen(text: &str, html: &mut String) {
    html.push_str(r#"<span class="unseen">"#);
    escape(text, html);
    html.push_str(" </span>");
}

/// Text so that it is neither markup nor the end of a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}

/// Appends text so that it is neither markup nor the end of a quoted attribute.
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
