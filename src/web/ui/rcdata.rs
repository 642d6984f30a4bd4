//! Text in `<title>` and `<textarea>`. Leptos renders the content of both as it is, so that it could end the element.

/// `text` as the content of a `<title>` or a `<textarea>` (HTML section 13.1.2.5): escaped on the server. The browser
/// sets it as text, where it stays what it is.
#[must_use]
pub fn rcdata(text: String) -> String {
    if !cfg!(feature = "ssr") {
        return text;
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    // HTML drops a line break that follows `<textarea>` at once: one needs another before it.
    if text.starts_with('\n') { format!("\n{text}") } else { text }
}
