//! Recognizes an emoji.

use icu_properties::{
    CodePointSetData,
    props::{Emoji, EmojiModifier, ExtendedPictographic},
};

/// Longest emoji in characters. The recommended ones have at most ten.
const EMOJI_MAX: usize = 16;

/// Whether `text` is one emoji (Unicode Technical Standard #51, section 1.4.9).
pub fn is_emoji(text: &str) -> bool {
    let characters: Vec<char> = text.chars().take(EMOJI_MAX + 1).collect();
    if characters.len() > EMOJI_MAX {
        return false;
    }
    match characters.as_slice() {
        [first, second] if is_regional(*first) && is_regional(*second) => true,
        // The base of a keycap is no emoji alone.
        [base, rest @ ..] if base.is_ascii() => {
            is_emoji_character(*base) && matches!(rest, ['\u{fe0f}', '\u{20e3}'] | ['\u{20e3}'])
        }
        all => all.split(|c| *c == '\u{200d}').all(is_element),
    }
}

/// Whether these characters are an emoji with its modification: a skin tone, a variation selector, or tags.
fn is_element(characters: &[char]) -> bool {
    let [base, rest @ ..] = characters else { return false };
    let is_base = is_emoji_character(*base) && CodePointSetData::new::<ExtendedPictographic>().contains(*base)
        || CodePointSetData::new::<EmojiModifier>().contains(*base);
    is_base
        && match rest {
            [] | ['\u{fe0f}'] => true,
            [tone] if CodePointSetData::new::<EmojiModifier>().contains(*tone) => true,
            [tags @ .., '\u{e007f}'] => tags.iter().all(|c| matches!(c, '\u{e0020}'..='\u{e007e}')),
            _ => false,
        }
}

fn is_emoji_character(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c)
}

const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_an_icon() {
        for icon in [
            "🚀",
            "❤️",
            "❤",
            "👍🏽",
            "👩‍💻",
            "👨‍👩‍👧‍👦",
            "👩🏻‍❤️‍💋‍👨🏿",
            "🇩🇪",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "1️⃣",
            "🏳️‍🌈",
        ] {
            assert!(is_emoji(icon), "{icon}");
        }
        for text in
            ["", "a", "abc", "1", "#", "🚀🚀", "🚀a", "é", "漢", "\u{fe0f}", "\u{200d}", "🇩", "👩\u{200d}", "→", "👍🏽🏽"]
        {
            assert!(!is_emoji(text), "{text:?}");
        }
    }
}
