//! Names inside sentences: a name written from right to left must not reorder the words around it.

use std::borrow::Cow;

/// Begins and ends text whose direction is its own (Unicode Standard Annex #9: FSI, PDI).
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// Prepares a name for a sentence in plain text: without the characters that set directions, and isolated if it has letters
/// that are written from right to left. Other names stay as they are. In HTML, this does what `<bdi>` does.
#[must_use]
pub fn isolated(name: &str) -> Cow<'_, str> {
    if !name.chars().any(|c| is_control(c) || is_right_to_left(c)) {
        return Cow::Borrowed(name);
    }
    let plain = without_controls(name);
    Cow::Owned(format!("{FIRST_STRONG_ISOLATE}{plain}{POP_DIRECTIONAL_ISOLATE}"))
}

/// Removes the characters that embed, override and isolate directions. A name needs none.
#[must_use]
pub fn without_controls(name: &str) -> String {
    name.chars().filter(|c| !is_control(*c)).collect()
}

/// Whether `c` embeds, overrides or isolates a direction, or ends that.
#[must_use]
pub const fn is_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `c` is in a block of scripts that are written from right to left, or sets that direction.
const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{200f}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_right_to_left_are_isolated() {
        assert_eq!(isolated("Dana Dvořák 山田 👍"), "Dana Dvořák 山田 👍");
        assert_eq!(isolated("דנה"), "\u{2068}דנה\u{2069}");
        assert_eq!(isolated("Evil\u{202e}gnp.exe"), "\u{2068}Evilgnp.exe\u{2069}");
        assert_eq!(isolated("\u{2067}a\u{2069}\u{2069}"), "\u{2068}a\u{2069}");
    }
}
