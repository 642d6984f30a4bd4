//! Whether a text can be seen.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

/// Whether a text has a sign that is seen: no white space, and nothing that only joins, changes or directs others.
#[must_use]
pub fn has_visible_sign(text: &str) -> bool {
    text.chars().any(|c| {
        let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
        // The blank of the Braille patterns.
        !c.is_whitespace() && !is_ignorable && c != '\u{2800}' && !is_invisible_kind(c)
    })
}

fn is_invisible_kind(c: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::EnclosingMark
            | GeneralCategory::LineSeparator
            | GeneralCategory::NonspacingMark
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::Unassigned
    ) || matches!(c, '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_a_visible_sign_are_found() {
        for text in [
            "",
            " ",
            "\u{200b}",
            "\u{200d}\u{2060}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{2800}",
            "\u{fe0f}",
            "\u{e0101}",
            "\u{202e}\u{2069}",
            "\u{ad}",
            "\u{301}",
            "\u{feff}",
            "\u{180e}",
            "\u{e0041}",
            "\u{a0}\u{3000}",
        ] {
            assert!(!has_visible_sign(text), "{text:?}");
        }
        for text in ["a", "\u{200b}a", "·", "❤\u{fe0f}", "م", "一", "-", "👩\u{200d}💻", "ก"] {
            assert!(has_visible_sign(text), "{text:?}");
        }
    }
}
