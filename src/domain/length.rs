//! How the length of a text is counted, in the browser and on the server alike.

/// The length of a text, for limits: in UTF-16 code units, as `maxlength` counts (HTML section 4.10.18.3). Most emoji count
/// as two or more.
#[must_use]
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Says that a text is longer than `max`.
#[must_use]
pub fn too_long(text: &str, max: usize) -> Option<String> {
    let length = length(text);
    if length <= max {
        return None;
    }
    let note = if text.chars().any(|c| c.len_utf16() > 1) { " An emoji counts as two or more." } else { "" };
    Some(format!("Use at most {max} characters; this has {length}.{note}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_browsers() {
        for (text, expected) in [("", 0), ("añb", 3), ("e\u{301}", 2), ("漢字", 2), ("👍", 2), ("👩‍💻", 5), ("𝒳", 2)]
        {
            assert_eq!(length(text), expected, "{text}");
        }
        assert_eq!(too_long("👍👍", 4), None);
        let message = too_long("👍👍", 3).unwrap();
        assert!(message.starts_with("Use at most 3 characters; this has 4.") && message.contains("emoji"), "{message}");
        assert_eq!(too_long("abcd", 3).unwrap(), "Use at most 3 characters; this has 4.");
    }
}
