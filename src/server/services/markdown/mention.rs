//! Where a text calls somebody: an `@` and a name.

use std::ops::Range;

/// Where `text` has an `@`, at the beginning of a word, before one of `names`, however it is capitalised. Where one name is
/// the beginning of another, the longer one counts.
pub(super) fn all(text: &str, names: &[&str]) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        let is_beginning = !text[..at].ends_with(char::is_alphanumeric);
        let rest = &text[at + 1..];
        let longest = names.iter().filter_map(|name| length(rest, name)).max().filter(|_| is_beginning);
        from = at + 1 + longest.unwrap_or_default();
        found.extend(longest.map(|length| at..at + 1 + length));
    }
    found.into_iter()
}

/// How many bytes of `text` are `name`, if it begins with that and the word ends there.
fn length(text: &str, name: &str) -> Option<usize> {
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
    fn a_name_is_found_in_whole_words_alone() {
        let names = ["Élan Vital", "Élan", ""];
        let found = |text: &str| all(text, &names).map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("@élan vital, @ÉLAN!"), ["@élan vital", "@ÉLAN"]);
        assert_eq!(found("@Élans a@Élan @ Élan @@Élan @"), ["@Élan"]);
        assert!(found("").is_empty());
    }
}
