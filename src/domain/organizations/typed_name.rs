//! Parses the slug of an organization as people type it.

use crate::domain::{length::length, letter_case};

/// Maximum length in characters.
pub const MAX: usize = 50;

/// Parses `typed` as a slug: lower case, without surrounding spaces. The organization need not exist.
///
/// # Errors
/// Returns a message for the person who typed it.
pub fn parse(typed: &str) -> Result<String, &'static str> {
    let name = letter_case::lower(typed.trim());
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        Err("Enter your workspace name.")
    } else if length(&name) > MAX {
        Err("Workspace names have at most 50 characters.")
    } else if !bytes.iter().copied().all(is_inner) {
        Err("Workspace names contain only the letters a to z, digits, hyphens and underscores.")
    } else if !is_edge(bytes.first()) || !is_edge(bytes.last()) {
        Err("Workspace names start and end with a letter or a digit.")
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_in_any_spelling() {
        for (typed, name) in [("acme", "acme"), (" ACME ", "acme"), ("abc-inc", "abc-inc"), ("a", "a"), ("4_2", "4_2")]
        {
            assert_eq!(parse(typed).as_deref(), Ok(name), "{typed:?}");
        }
        assert!(parse(&"a".repeat(50)).is_ok());
    }

    #[test]
    fn invalid_names_are_rejected() {
        for typed in ["", "  ", "ac me", "acme!", "-acme", "acme_", "über", "a/b", "a\0b", "%61", &"a".repeat(51)] {
            assert!(parse(typed).is_err(), "{typed:?}");
        }
    }
}
