//! A folded text that knows where its parts come from.

use std::ops::Range;

use icu_properties::{CodePointMapData, props::GeneralCategory};

use super::invisible::is_invisible;

/// A folded text and its places in the original.
#[derive(Debug)]
pub struct Mapped {
    text: String,
    /// Where characters with their marks begin, in the folded text and in the original; at last, the ends of both. Empty if
    /// the places are the same.
    clusters: Vec<(usize, usize)>,
}

impl Mapped {
    /// Folds a text with `fold`, which leaves the length of ASCII unchanged.
    pub fn new(text: &str, fold: fn(&str) -> String) -> Self {
        if text.is_ascii() {
            return Self { text: fold(text), clusters: Vec::new() };
        }
        let (mut folded, mut clusters, mut start) = (String::with_capacity(text.len()), Vec::new(), 0);
        for (at, c) in text.char_indices().skip(1).chain([(text.len(), ' ')]) {
            if at < text.len() && continues(c) {
                continue;
            }
            clusters.push((folded.len(), start));
            folded.push_str(&fold(&text[start..at]));
            start = at;
        }
        clusters.push((folded.len(), text.len()));
        Self { text: folded, clusters }
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The range of whole characters in the original that `range` of the folded text comes from.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        if self.clusters.is_empty() {
            return range;
        }
        // Of characters of which the fold leaves nothing, none is part of a range that begins or ends at their place.
        let first = self.clusters.partition_point(|(folded, _)| *folded <= range.start).saturating_sub(1);
        let end = self.clusters.partition_point(|(folded, _)| *folded < range.end);
        let end = self.clusters.get(end).map_or(0, |(_, original)| *original);
        self.clusters[first].1..end
    }
}

/// Whether `c` belongs to the character before it: a mark, a part of a Korean syllable, or something invisible.
fn continues(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let is_part = matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}'..='\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}');
    is_part || is_invisible(c) || is_mark(c)
}

/// Whether `c` is a mark of the character before it.
pub fn is_mark(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(category, GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark)
}
