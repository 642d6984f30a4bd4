//! Splits a text into the words that are indexed and looked for.
//!
//! A word is a run of letters, digits and marks. Scripts without spaces have no words that a program could find without a
//! dictionary: every two neighbouring characters are a word there, so that any part of the text is found. A symbol, such as
//! an emoji, is a word.

use std::ops::Range;

use icu_properties::{CodePointMapData, props::GeneralCategory};

use crate::domain::fold::fold;

/// Maximum number of characters of a word. What a word has beyond them is not indexed.
const WORD_MAX: usize = 200;

/// The words of a text in order, as they are indexed.
#[must_use]
pub fn indexed(text: &str) -> Vec<String> {
    let folded = fold(text);
    word_ranges(&folded).map(|word| shortened(&folded[word.range]).to_owned()).collect()
}

/// The words of a query in order. Each matches the indexed words that begin with it.
#[must_use]
pub fn of_query(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = word_ranges(&folded).filter(|word| !word.is_implied);
    words.map(|word| shortened(&folded[word.range]).to_owned()).collect()
}

fn shortened(word: &str) -> &str {
    word.char_indices().nth(WORD_MAX).map_or(word, |(end, _)| &word[..end])
}

/// A word in a folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub range: Range<usize>,
    /// Whether the word before ends with it.
    is_implied: bool,
}

/// What a character is in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A letter or digit of a script with spaces.
    Letter,
    /// A character of a script without spaces.
    Unspaced,
    /// A mark of the character before.
    Mark,
    /// A word of its own.
    Symbol,
    /// One half of a flag.
    Flag,
    Separator,
}

/// Finds the words in a folded text.
pub fn word_ranges(folded: &str) -> impl Iterator<Item = Word> + '_ {
    let mut at = 0;
    let mut waiting: std::collections::VecDeque<Word> = std::collections::VecDeque::new();
    std::iter::from_fn(move || {
        loop {
            if let Some(word) = waiting.pop_front() {
                return Some(word);
            }
            let (start, class) = folded[at..].char_indices().find_map(|(offset, c)| match class(c) {
                Class::Separator | Class::Mark => None,
                class => Some((at + offset, class)),
            })?;
            at = end_of_run(folded, start, class);
            if class == Class::Unspaced {
                waiting.extend(pairs(folded, start..at));
            } else {
                waiting.push_back(Word { range: start..at, is_implied: false });
            }
        }
    })
}

/// The end of the word, or of the text without spaces, that begins at `start` with a character of `class`.
fn end_of_run(folded: &str, start: usize, class_at_start: Class) -> usize {
    let mut length = 0;
    for (offset, c) in folded[start..].char_indices() {
        let goes_on = match (class_at_start, class(c)) {
            (Class::Flag, Class::Flag) => offset == c.len_utf8(),
            (Class::Letter, Class::Letter | Class::Mark) | (Class::Unspaced, Class::Unspaced | Class::Mark) => true,
            _ => false,
        };
        if offset > 0 && !goes_on {
            break;
        }
        length = offset + c.len_utf8();
    }
    start + length
}

/// Every character of a run with the next one, and the last one alone.
fn pairs(folded: &str, run: Range<usize>) -> Vec<Word> {
    let starts = folded[run.clone()].char_indices().filter(|(_, c)| class(*c) != Class::Mark);
    let mut starts: Vec<_> = starts.map(|(offset, _)| run.start + offset).collect();
    starts.push(run.end);
    let last = starts.len() - 2;
    let pair = |index: usize| {
        let end = starts.get(index + 2).copied().unwrap_or(run.end);
        Word { range: starts[index]..end, is_implied: index == last && index > 0 }
    };
    (0..=last).map(pair).collect()
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Letter } else { Class::Separator };
    }
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark => Class::Mark,
        GeneralCategory::OtherSymbol if matches!(c, '\u{1f1e6}'..='\u{1f1ff}') => Class::Flag,
        GeneralCategory::OtherSymbol => Class::Symbol,
        _ if is_unspaced(c) => Class::Unspaced,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Separator,
    }
}

/// Whether `c` is a letter of a script that is written without spaces between words: Thai, Lao, Burmese, Khmer, the scripts
/// of Tai languages, Chinese and Japanese.
fn is_unspaced(c: char) -> bool {
    let is_in_range = matches!(
        c,
        '\u{e01}'..='\u{e4e}'
            | '\u{e81}'..='\u{ece}'
            | '\u{edc}'..='\u{edf}'
            | '\u{1000}'..='\u{103f}'
            | '\u{1050}'..='\u{108f}'
            | '\u{1780}'..='\u{17d3}'
            | '\u{1950}'..='\u{1974}'
            | '\u{1980}'..='\u{19c9}'
            | '\u{1a20}'..='\u{1a7c}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3031}'..='\u{3035}'
            | '\u{303b}'..='\u{303c}'
            | '\u{3041}'..='\u{312f}'
            | '\u{31a0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{a9e0}'..='\u{a9ef}'
            | '\u{aa60}'..='\u{aa7f}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    );
    is_in_range && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_script() {
        for (text, words) in [
            ("Draft the  Pricing", "draft the pricing"),
            ("foo.bar/baz_qux", "foo bar baz qux"),
            ("Новый ФАЙЛ", "новыи фаил"),
            ("ΟΔΟΣ Ελλάδα", "οδοσ ελλαδα"),
            ("東京都", "東京 京都 都"),
            ("データ", "デー ータ タ"),
            ("iPhone用ケース 3個", "iphone 用ケ ケー ース ス 3 個"),
            ("ทดสอบ", "ทด ดส สอ อบ บ"),
            ("กำลัง", "กํา าลั ลัง ง"),
            ("한국어 हिन्दी", "한국어 हिन्दी"),
            ("🦀🦀 Ship🚀", "🦀 🦀 ship 🚀"),
            ("👩\u{200d}💻", "👩 💻"),
            ("🇩🇪🇫🇷", "🇩🇪 🇫🇷"),
            ("…—、。", ""),
            ("nul\0l \u{7f}", "nul l"),
        ] {
            assert_eq!(indexed(text).join(" "), words, "{text}");
        }
    }

    #[test]
    fn a_query_has_no_word_that_another_implies() {
        for (text, words) in [("東京都", "東京 京都"), ("京", "京"), ("ทดสอบ", "ทด ดส สอ อบ"), ("Файл", "фаил")]
        {
            assert_eq!(of_query(text).join(" "), words, "{text}");
        }
    }

    #[test]
    fn long_words_are_cut_alike() {
        let word = indexed(&"ü".repeat(5_000)).remove(0);
        assert_eq!(word, "u".repeat(WORD_MAX));
        assert_eq!(of_query(&"Ü".repeat(300)), [word]);
    }
}
