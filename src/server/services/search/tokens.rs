//! Words as both databases index them, and where they are in a text.
//!
//! A word is a run of letters and digits. It is compared without case and without marks above and below its letters:
//! `resume` finds `Résumé`.

use std::ops::Range;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{CodePointMapData, props::GeneralCategory};

use crate::domain::search::Marked;

/// How many characters of a text are shown around what was found in it.
const EXCERPT: usize = 180;

/// How many of them are before it.
const BEFORE: usize = 50;

/// The words of a text, in its order.
pub fn of(text: &str) -> Vec<String> {
    fold(text).split(|c| !is_part(c)).filter(|word| word.contains(char::is_alphanumeric)).map(str::to_owned).collect()
}

/// `text` with every word marked that begins with one of `words`, as far as it does.
pub fn mark(text: &str, words: &[String]) -> Marked {
    let mut marked = Marked::default();
    let mut at = 0;
    for hit in hits(text, words) {
        marked.push(&text[at..hit.start]);
        marked.push_marked(&text[hit.clone()]);
        at = hit.end;
    }
    marked.push(&text[at..]);
    marked
}

/// What is around the first of `words` in a text of one line; none where there is none of them.
pub fn excerpt(text: &str, words: &[String]) -> Option<Marked> {
    let hit = hits(text, words).next()?;
    let from = text[..hit.start].char_indices().rev().take(BEFORE).last().map_or(hit.start, |(at, _)| at);
    // From the beginning of a word on.
    let from = if from == 0 { 0 } else { text[from..hit.start].find(' ').map_or(from, |space| from + space + 1) };
    let shown = cut(&text[from..]);
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

/// How a text of one line begins.
pub fn beginning(text: &str) -> String {
    let shown = cut(text);
    if shown.len() < text.len() { format!("{shown} …") } else { shown.to_owned() }
}

/// As many characters as are shown, to the end of a word.
fn cut(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(EXCERPT) else { return text };
    let end = text[..end].rfind(' ').unwrap_or(end);
    text[..end].trim_end()
}

/// Where words of `text` begin with one of `words`.
fn hits<'a>(text: &'a str, words: &'a [String]) -> impl Iterator<Item = Range<usize>> + 'a {
    runs(text).filter_map(move |run| {
        let length = beginning_of(&text[run.clone()], words)?;
        Some(run.start..run.start + length)
    })
}

/// The runs of letters and digits in a text.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |end| start + end);
        at = end;
        Some(start..end)
    })
}

/// The most characters of a run that are looked at one by one.
const LOOKED_AT: usize = 200;

/// How many bytes of `run` are the longest of `words` that it begins with.
fn beginning_of(run: &str, words: &[String]) -> Option<usize> {
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
    // Up to the first character with which it is there, and the marks on that. Where a word has more marks than that on its
    // letters, it is shown without being marked.
    let mut ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).take(LOOKED_AT);
    let end = ends.find(|end| fold(&run[..*end]).len() >= longest)?;
    Some(end + run[end..].chars().take_while(|c| is_stripped(*c)).map(char::len_utf8).sum::<usize>())
}

/// Without case, and without marks above and below Latin, Greek and Cyrillic letters.
fn fold(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let bare: String = apart.chars().filter(|c| !is_stripped(*c)).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&bare).to_lowercase()
}

const fn is_stripped(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether it is part of a word: some scripts write vowels as marks.
fn is_part(c: char) -> bool {
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

    /// With brackets around what is marked.
    fn shown(marked: &Marked) -> String {
        marked.pieces().map(|(text, is_marked)| if is_marked { format!("[{text}]") } else { text.to_owned() }).collect()
    }

    fn marked(text: &str, typed: &str) -> String {
        shown(&mark(text, &of(typed)))
    }

    #[test]
    fn what_a_word_begins_with_is_marked() {
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
    fn an_excerpt_shows_what_is_around_what_was_found() {
        let text = format!("{} the needle lies here {}", "hay ".repeat(100).trim(), "straw ".repeat(100).trim());
        let found = shown(&excerpt(&text, &of("needle")).unwrap());
        assert!(found.starts_with("… hay hay") && found.contains("the [needle] lies here straw"), "{found}");
        assert!(found.ends_with("straw …") && found.chars().count() < EXCERPT + 10, "{found}");
        assert_eq!(excerpt(&text, &of("nowhere")), None);
        assert_eq!(shown(&excerpt("needle", &of("needle")).unwrap()), "[needle]");
        let long = "ü".repeat(5_000);
        assert!(shown(&excerpt(&long, &of("u")).unwrap()).starts_with("[ü]ü"));
        assert_eq!(beginning("short"), "short");
        assert!(beginning(&text).chars().count() <= EXCERPT + 2);
    }
}
