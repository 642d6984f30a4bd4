//! Finds mentions in a text: an `@` followed by a name.

use std::{collections::HashMap, ops::Range};

/// The names that a text may mention.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// The names by their first word in lower case. A text may contain thousands of `@`, and an organization thousands of
    /// names, so each `@` is compared only with the names that begin as it does.
    by_first_word: HashMap<String, Vec<&'a str>>,
}

impl<'a> FromIterator<&'a str> for Names<'a> {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let mut by_first_word: HashMap<String, Vec<&str>> = HashMap::new();
        for name in names {
            by_first_word.entry(first_word(name)).or_default().push(name);
        }
        Self { by_first_word }
    }
}

/// Returns the letters and digits at the beginning of `text`, in lower case.
fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the ranges in `text` that hold an `@` at the beginning of a word followed by one of `names`, ignoring case.
/// The longest matching name wins.
pub(super) fn find_all(text: &str, names: &Names<'_>) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        let is_beginning = !text[..at].ends_with(char::is_alphanumeric);
        let rest = &text[at + 1..];
        let candidates = names.by_first_word.get(&first_word(rest)).filter(|_| is_beginning);
        let longest = candidates.into_iter().flatten().filter_map(|name| match_length(rest, name)).max();
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
        let names = Names::from_iter(["Élan Vital", "Élan", "", "joe_j@example.com", "-x"]);
        let found = |text: &str| find_all(text, &names).map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("@élan vital, @ÉLAN!"), ["@élan vital", "@ÉLAN"]);
        assert_eq!(found("@Élans a@Élan @ Élan @@Élan @"), ["@Élan"]);
        assert_eq!(found("@joe_j@example.com @joe_j @-X"), ["@joe_j@example.com", "@-X"]);
        assert!(found("").is_empty());
    }

    #[test]
    fn many_mentions_are_compared_with_the_names_that_begin_alike() {
        let all: Vec<_> = (0..10_000).map(|number| format!("Person{number} of Acme")).collect();
        let names: Names = all.iter().map(String::as_str).collect();
        let candidates = names.by_first_word.values().map(Vec::len).max();
        assert_eq!(candidates, Some(1));
        let text = "@person77 of acme @person77 ".repeat(1_000);
        assert_eq!(find_all(&text, &names).count(), 1_000);
    }
}
