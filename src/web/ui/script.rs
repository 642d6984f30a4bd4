//! Scripts that are part of the document, so that they run without another request and match the page they came with.

use std::sync::LazyLock;

/// Keeps early input on the pages that WASM takes over, and replays it. Opens event streams for the WASM.
pub static EARLY: LazyLock<String> =
    LazyLock::new(|| compact(concat!(include_str!("early.js"), include_str!("../live/stream.js"))));

/// Everything that the pages without WASM do in the browser.
pub static VISITOR: LazyLock<String> = LazyLock::new(|| compact(include_str!("visitor.js")));

/// Removes comments and indentation, which every page would carry. A comment has a line of its own.
fn compact(script: &str) -> String {
    script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_sent_without_comments() {
        assert_eq!(compact("// Why.\n(() => {\n  // How.\n  go(\"//\");\n\n})();\n"), "(() => {\ngo(\"//\");\n})();");
        for script in [&*EARLY, &*VISITOR] {
            // Nothing in it ends the element that it is in.
            assert!(!script.contains("</") && !script.contains("<!--"), "{script}");
        }
    }
}
