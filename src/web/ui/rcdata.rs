//! Escapes text for `<title>` and `<textarea>`, which Leptos renders unescaped.

/// Escapes `text` for a `<title>` or a `<textarea>` on the server (HTML section 13.1.2.5).
///
/// In the browser, returns `text` unchanged: there the DOM takes it as text.
#[must_use]
pub fn rcdata(text: String) -> String {
    if !cfg!(feature = "ssr") {
        return text;
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    // HTML drops a line break directly after `<textarea>`, so a leading line break is doubled.
    if text.starts_with('\n') { format!("\n{text}") } else { text }
}
