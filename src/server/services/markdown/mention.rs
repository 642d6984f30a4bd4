//! Finds mentions in a text: an `@` followed by a name.

use std::ops::Range;

/// Returns the ranges in `text` that hold an `@` at the beginning of a word followed by one of `names`, ignoring case.
/// The longest matching name wins.
pub(super) fn find_all(text: &str, names: &[&str]) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        let is_beginning = !text[..at].ends_with(char::is_alphanumeric);
        let rest = &text[at + 1..];
        let longest = names.iter().filter_map(|name| match_length(rest, name)).max().filter(|_| is_beginning);
        from = at + 1 + longest.unwrap_or_default();
        found.extend(longest.map(|length| at..at + 1 + length));
    }
    found.into_iter()
}

/// Returns the length in bytes of `name` at the beginning of `text`, if the word ends after it.
fn match_length(text: &str, name: &str) -> Option<usize> {
    let mut rest = text.chars();
    for letter in name.chars() {
        if !rest.next()?.to_lowercase().eq(letter.to_lowercase()) {
            return None;
        }
    }
    let length = text.len() - rest.as_str().len();
    (length > 0 && !rest.as_str().starts_with(char::is_alphanumeric)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_match_whole_words_only() {
        let names = ["Élan Vital", "Élan", ""];
        let found = |text: &str| find_all(text, &names).map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("@élan vital, @ÉLAN!"), ["@élan vital", "@ÉLAN"]);
        assert_eq!(found("@Élans a@Élan @ Élan @@Élan @"), ["@Élan"]);
        assert!(found("").is_empty());
    }
}
