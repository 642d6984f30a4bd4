//! Splits text into words as both databases index them, and marks matches in a text.
//!
//! A word is a run of letters and digits. Words are compared ignoring case and the combining marks of their letters:
//! `resume` finds `Résumé`.

use std::ops::Range;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{CodePointMapData, props::GeneralCategory};

use crate::domain::search::Marked;

/// Maximum number of characters of an excerpt.
const EXCERPT_MAX: usize = 180;

/// How many characters of the excerpt come before the match.
const CONTEXT_BEFORE: usize = 50;

/// Returns the folded words of a text, in order.
pub fn of(text: &str) -> Vec<String> {
    fold(text)
        .split(|c| !is_word_char(c))
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// Marks in `text` the beginning of every word that starts with one of `words`.
pub fn mark(text: &str, words: &[String]) -> Marked {
    let mut marked = Marked::default();
    let mut at = 0;
    for hit in matches_in(text, words) {
        marked.push(&text[at..hit.start]);
        marked.push_marked(&text[hit.clone()]);
        at = hit.end;
    }
    marked.push(&text[at..]);
    marked
}

/// Returns the surroundings of the first match of `words` in a text of one line, with the matches marked; `None`
/// without a match.
pub fn excerpt(text: &str, words: &[String]) -> Option<Marked> {
    let hit = matches_in(text, words).next()?;
    let from = text[..hit.start].char_indices().rev().take(CONTEXT_BEFORE).last().map_or(hit.start, |(at, _)| at);
    // Begin at a word.
    let from = if from == 0 { 0 } else { text[from..hit.start].find(' ').map_or(from, |space| from + space + 1) };
    let shown = truncate(&text[from..]);
    let mut marked = Marked::default();
    if from > 0 {
        marked.push("… ");
    }
    for (piece, is_marked) in mark(shown, words).pieces() {
        if is_marked { marked.push_marked(piece) } else { marked.push(piece) }
    }
    if from + shown.len() < text.len() {
        marked.push(" …");
    }
    Some(marked)
}

/// Returns the beginning of a text of one line.
pub fn beginning(text: &str) -> String {
    let shown = truncate(text);
    if shown.len() < text.len() { format!("{shown} …") } else { shown.to_owned() }
}

/// Cuts `text` to the length of an excerpt, at the end of a word.
fn truncate(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(EXCERPT_MAX) else { return text };
    let end = text[..end].rfind(' ').unwrap_or(end);
    text[..end].trim_end()
}

/// Returns the range of each match: the beginning of a word of `text` that is one of `words`.
fn matches_in<'a>(text: &'a str, words: &'a [String]) -> impl Iterator<Item = Range<usize>> + 'a {
    word_ranges(text).filter_map(move |run| {
        let length = prefix_length(&text[run.clone()], words)?;
        Some(run.start..run.start + length)
    })
}

/// Returns the ranges of the words in a text.
fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_word_char)?;
        let end = text[start..].find(|c| !is_word_char(c)).map_or(text.len(), |end| start + end);
        at = end;
        Some(start..end)
    })
}

/// Maximum number of characters of a word that are compared one by one.
const MAX_COMPARED: usize = 200;

/// Returns the length in bytes of the longest of `words` at the beginning of `run`.
fn prefix_length(run: &str, words: &[String]) -> Option<usize> {
    let folded;
    let folded = if run.is_ascii() {
        run
    } else {
        folded = fold(run);
        folded.as_str()
    };
    let begins = |word: &&String| {
        folded.as_bytes().get(..word.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(word.as_bytes()))
    };
    let longest = words.iter().filter(begins).map(String::len).max()?;
    if run.is_ascii() {
        return Some(longest);
    }
    // Up to the character that completes the match, and its combining marks. A word whose letters have more marks than
    // [`MAX_COMPARED`] allows is shown without a mark.
    let mut ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).take(MAX_COMPARED);
    let end = ends.find(|end| fold(&run[..*end]).len() >= longest)?;
    Some(end + run[end..].chars().take_while(|c| is_stripped(*c)).map(char::len_utf8).sum::<usize>())
}

/// Folds case, and removes combining marks from Latin, Greek and Cyrillic letters.
fn fold(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let stripped: String = decomposed.chars().filter(|c| !is_stripped(*c)).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&stripped).to_lowercase()
}

const fn is_stripped(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether `c` is part of a word. Some scripts write vowels as combining marks, so those count too.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let is_mark = || {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        matches!(category, GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark)
    };
    c.is_alphanumeric() || is_mark()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with brackets around its marked pieces.
    fn bracketed(marked: &Marked) -> String {
        marked.pieces().map(|(text, is_marked)| if is_marked { format!("[{text}]") } else { text.to_owned() }).collect()
    }

    fn marked(text: &str, typed: &str) -> String {
        bracketed(&mark(text, &of(typed)))
    }

    #[test]
    fn mark_marks_word_prefixes() {
        for (text, typed, expected) in [
            ("Draft the pricing page", "pri draft", "[Draft] the [pri]cing page"),
            ("Résumé of the RESUMES", "resume", "[Résumé] of the [RESUME]S"),
            ("Re\u{301}sume\u{301}!", "résumé", "[Re\u{301}sume\u{301}]!"),
            ("reprice", "price", "reprice"),
            ("im import", "im imp", "[im] [imp]ort"),
            ("Straße ŒUVRE", "stra œu", "[Stra]ße [ŒU]VRE"),
            ("", "x", ""),
            ("<b>x</b>", "b", "<[b]>x</[b]>"),
        ] {
            assert_eq!(marked(text, typed), expected, "{text:?} {typed:?}");
        }
    }

    #[test]
    fn excerpt_surrounds_the_first_match() {
        let text = format!("{} the needle lies here {}", "hay ".repeat(100).trim(), "straw ".repeat(100).trim());
        let found = bracketed(&excerpt(&text, &of("needle")).unwrap());
        assert!(found.starts_with("… hay hay") && found.contains("the [needle] lies here straw"), "{found}");
        assert!(found.ends_with("straw …") && found.chars().count() < EXCERPT_MAX + 10, "{found}");
        assert_eq!(excerpt(&text, &of("nowhere")), None);
        assert_eq!(bracketed(&excerpt("needle", &of("needle")).unwrap()), "[needle]");
        let long = "ü".repeat(5_000);
        assert!(bracketed(&excerpt(&long, &of("u")).unwrap()).starts_with("[ü]ü"));
        assert_eq!(beginning("short"), "short");
        assert!(beginning(&text).chars().count() <= EXCERPT_MAX + 2);
    }
}
