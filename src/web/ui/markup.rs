//! Writes HTML into strings, for elements that appear hundreds of times on a page.

use std::fmt::Write as _;

/// HTML being written. Only literals are appended as markup; text from elsewhere is always escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Creates empty HTML with room for `bytes`.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Creates HTML that shows `text`.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut html = Self::with_capacity(text.len());
        escape(text, &mut html.0);
        html
    }

    /// Appends a literal as it is.
    pub fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Appends text, escaped for an element or a quoted attribute.
    pub fn text(&mut self, text: &str) -> &mut Self {
        escape(text, &mut self.0);
        self
    }

    /// Appends a number in decimal digits.
    pub fn number(&mut self, number: i64) -> &mut Self {
        // Writing to a string does not fail.
        _ = write!(self.0, "{number}");
        self
    }

    /// Appends other HTML.
    pub fn html(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// Appends visually hidden text for screen readers.
    pub fn hidden(&mut self, text: &str) -> &mut Self {
        self.markup(r#"<span class="visually-hidden">"#).text(text).markup(" </span>")
    }

    /// The HTML as a string.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Calls `write` and returns the HTML that it has written, for `inner_html`.
pub fn render(write: impl FnOnce(&mut Html)) -> String {
    let mut html = Html::default();
    write(&mut html);
    html.into_string()
}

fn escape(mut text: &str, html: &mut String) {
    let is_special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    while let Some(at) = text.bytes().position(is_special) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_are_markup() {
        let html = render(|html| {
            html.markup("<p>").text(r#"<b title="é">&'"#).number(-12).html(&Html::default()).markup("</p>");
        });
        assert_eq!(html, "<p>&lt;b title=&quot;é&quot;&gt;&amp;&#39;-12</p>");
    }

    #[test]
    fn hidden_text_ends_with_a_space() {
        let html = render(|html| _ = html.hidden("Due"));
        assert_eq!(html, r#"<span class="visually-hidden">Due </span>"#);
    }
}
