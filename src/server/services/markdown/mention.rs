//! Finds mentions in a text: an `@` followed by a name.
//!
//! Names are compared without case, forms of Unicode and kinds of white space. A name may stand between letters of scripts
//! that have no spaces, and take an ending of another script.

use std::{collections::HashMap, ops::Range};

use icu_properties::{CodePointMapData, props::Script};

use crate::domain::fold::{Mapped, is_mark, name_key};

/// The names that a text may mention.
#[derive(Debug, Default)]
pub struct Names {
    /// Keys of the names by their first word. A text may contain thousands of `@`, and an organization thousands of names,
    /// so each `@` is compared only with the names that begin as it does.
    by_first_word: HashMap<String, Vec<String>>,
}

impl Names {
    /// What two spellings of a name have in common.
    #[must_use]
    pub fn key(name: &str) -> String {
        name_key(name).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let mut by_first_word: HashMap<String, Vec<String>> = HashMap::new();
        for name in names {
            let key = Self::key(name);
            by_first_word.entry(first_word(&key).to_owned()).or_default().push(key);
        }
        Self { by_first_word }
    }
}

/// The letters and digits at the beginning of `text`, up to where a name may end.
fn first_word(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.skip(1).find(|at| is_end(&text[..*at], &text[*at..])).map_or(text, |end| &text[..end])
}

/// Returns the ranges in `text` that hold an `@` followed by one of `names`. The longest matching name wins.
pub(super) fn find_all(text: &str, names: &Names) -> Vec<Range<usize>> {
    if names.by_first_word.is_empty() || !text.contains(['@', '＠']) {
        return Vec::new();
    }
    let mapped = Mapped::new(text, name_key);
    let folded = mapped.text();
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = folded[from..].find('@').map(|at| from + at) {
        let rest = &folded[at + 1..];
        let candidates = names.by_first_word.get(first_word(rest)).filter(|_| may_begin(&folded[..at], rest));
        let longest = candidates.into_iter().flatten().filter_map(|name| match_length(rest, name)).max();
        from = at + 1 + longest.unwrap_or_default();
        // A character that is changed by what follows, such as its skin tone, is not that of the name.
        let mention = longest.map(|length| (&folded[at..=at + length], mapped.original(at..at + 1 + length)));
        found.extend(mention.filter(|(key, range)| name_key(&text[range.clone()]) == *key).map(|(_, range)| range));
    }
    found
}

/// Whether an `@` between `before` and `rest` begins a mention and is no part of an e-mail address.
fn may_begin(before: &str, rest: &str) -> bool {
    let follows_word = before.ends_with(|c: char| c.is_ascii_alphanumeric());
    let follows_local = before.ends_with(|c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
    !(follows_word || follows_local && has_domain(rest))
}

/// Whether `text` begins with labels and a dot between them.
fn has_domain(text: &str) -> bool {
    let is_label = |c: char| c.is_alphanumeric() || c == '-';
    let dot = text.find(|c| !is_label(c)).filter(|dot| *dot > 0);
    dot.is_some_and(|dot| text[dot..].strip_prefix('.').is_some_and(|rest| rest.starts_with(is_label)))
}

/// Returns the length in bytes of `name` at the beginning of `text`, if the name may end there.
fn match_length(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for (index, word) in name.split(' ').enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start();
            rest = (trimmed.len() < rest.len()).then_some(trimmed)?;
        }
        rest = rest.strip_prefix(word)?;
    }
    let length = text.len() - rest.len();
    (length > 0 && is_end(name, rest)).then_some(length)
}

/// Whether a name that ends with `name` may end before `rest`.
fn is_end(name: &str, rest: &str) -> bool {
    let (Some(last), Some(next)) = (name.chars().next_back(), rest.chars().next()) else { return true };
    if !last.is_alphanumeric() || !next.is_alphanumeric() {
        return !is_mark(next);
    }
    let (script, next_script) = (script_of(last), script_of(next));
    let has_no_spaces = matches!(
        next_script,
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Hangul
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
    );
    has_no_spaces || (script != next_script && script != Script::Common && next_script != Script::Common)
}

fn script_of(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, names: &[&str]) -> Vec<String> {
        let names = names.iter().copied().collect();
        find_all(text, &names).into_iter().map(|range| text[range].to_owned()).collect()
    }

    #[test]
    fn mentions_match_whole_words_only() {
        let found = |text| found(text, &["Élan Vital", "Élan", "", "joe_j@example.com", "-x"]);
        assert_eq!(found("@élan vital, @ÉLAN!"), ["@élan vital", "@ÉLAN"]);
        assert_eq!(found("@Élans a@Élan @ Élan @@Élan @"), ["@Élan"]);
        assert_eq!(found("@joe_j@example.com @joe_j @-X"), ["@joe_j@example.com", "@-X"]);
        assert_eq!(found("@E\u{301}lan @Elan"), ["@E\u{301}lan"]);
        assert!(found("").is_empty());
    }

    #[test]
    fn mentions_stand_in_texts_of_any_script() {
        let found = |text| found(text, &["Dana Dvorak", "山田", "山田 太郎", "Иван Петров", "김철수"]);
        for (text, expected) in [
            ("お願いします@Dana Dvorak", "@Dana Dvorak"),
            ("спасибо@Dana Dvorak", "@Dana Dvorak"),
            ("@Dana Dvorakさん", "@Dana Dvorak"),
            ("@Dana\u{a0}Dvorak!", "@Dana\u{a0}Dvorak"),
            ("＠Dana Dvorak", "＠Dana Dvorak"),
            ("@Dana\nDvorak", "@Dana\nDvorak"),
            ("@ＤＡＮＡ　Dvorak", "@ＤＡＮＡ　Dvorak"),
            ("@Dana Dvorakу", "@Dana Dvorak"),
            ("依頼は@山田太郎へ、@山田　太郎へ", "@山田 @山田　太郎"),
            ("Спросим @иван петров.", "@иван петров"),
            ("@김철수님", "@김철수"),
            ("@Dana Dvorak\u{16f51} @Dana Dvorak🏽 @Dana Dvorakि", ""),
            ("@Dana Dvoraková @Dana Dvorak2 @DanaDvorak @Иван Петрович", ""),
            ("mail@Dana Dvorak почта@Dana.example first_@山田.example", ""),
        ] {
            assert_eq!(found(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn many_mentions_are_compared_with_the_names_that_begin_alike() {
        let all: Vec<_> = (0..10_000).map(|number| format!("Person{number} of Acme")).collect();
        let names: Names = all.iter().map(String::as_str).collect();
        let candidates = names.by_first_word.values().map(Vec::len).max();
        assert_eq!(candidates, Some(1));
        let text = "@person77 of acme @person77 ".repeat(1_000);
        assert_eq!(find_all(&text, &names).len(), 1_000);
    }
}
