//! Marks the matches of a search in a text, and cuts excerpts.

use std::ops::Range;

use crate::domain::{
    fold::{Mapped, fold},
    search::{Marked, words::word_ranges},
};

/// Maximum number of characters of an excerpt.
const EXCERPT_MAX: usize = 180;

/// How many characters of the excerpt come before the match.
const CONTEXT_BEFORE: usize = 50;

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
    let hit = matches_in(text, words).into_iter().next()?;
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

/// Returns the range of each match: the beginning of a word of `text` that is one of `words`. Matches that touch or overlap,
/// as in scripts without spaces, are one.
fn matches_in(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let folded = Mapped::new(text, fold);
    let mut found: Vec<Range<usize>> = Vec::new();
    for word in word_ranges(folded.text()) {
        let run = &folded.text()[word.range.clone()];
        let Some(length) = words.iter().filter(|word| run.starts_with(word.as_str())).map(String::len).max() else {
            continue;
        };
        let hit = folded.original(word.range.start..word.range.start + length);
        match found.last_mut() {
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => found.push(hit),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::words::of_query as of;

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
            ("Straße", "strasse", "[Straße]"),
            ("Проверить Новый файл", "новый ФАЙЛ", "Проверить [Новый] [файл]"),
            ("Η Ελλάδα, ΟΔΟΣ", "ελλαδα οδός", "Η [Ελλάδα], [ΟΔΟΣ]"),
            ("大阪と東京都庁", "東京都", "大阪と[東京都]庁"),
            ("ตัวทดสอบนี้", "ทดสอบ", "ตัว[ทดสอบ]นี้"),
            ("Ｆｉｌｅ ﬁnal", "file fi", "[Ｆｉｌｅ] [ﬁ]nal"),
            ("ship 🚀!", "🚀", "ship [🚀]!"),
            ("soft\u{ad}ware", "software", "[soft\u{ad}ware]"),
            ("\u{1112}\u{1161}\u{11ab}국", "한", "[\u{1112}\u{1161}\u{11ab}]국"),
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
