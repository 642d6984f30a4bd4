//! How texts are compared: one fold for the index, the query, the filters and the marked matches, on both databases and in
//! the browser.

mod invisible;
#[cfg(feature = "ssr")]
mod mapped;

use self::invisible::is_invisible;
#[cfg(feature = "ssr")]
pub use self::mapped::{Mapped, is_mark};
#[cfg(not(feature = "ssr"))]
use super::letter_case;

/// Folds a text for searching: without case, compatibility forms, invisible characters, and the marks of letters that are
/// also written without them.
///
/// `Résumé` is `resume`, `Новый` is `новыи`, `Ελλάδα` is `ελλαδα`, and `Ｆｉｌｅ` is `file`. The vowel signs of Indic scripts
/// and the voicing marks of Japanese stay: they make other words.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in decomposed(text).chars().filter(|c| !is_invisible(*c) && !is_optional_mark(*c)) {
        match plain_letters(c) {
            Some(letters) => folded.push_str(letters),
            None => push_without_case(&mut folded, c),
        }
    }
    composed(&folded)
}

/// Folds a name: two names with the same result are the same name. Unlike [`fold`], it keeps marks, which make other names
/// (`Öl`, `Ol`).
#[must_use]
pub fn name_key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(name.len());
    for c in decomposed(name).chars().filter(|c| !is_invisible(*c)) {
        push_without_case(&mut folded, c);
    }
    composed(&folded)
}

/// Whether `c` is a mark that is often left out: accents, Hebrew and Arabic points, skin tones. Also the Arabic elongation.
const fn is_optional_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
    )
}

/// Letters with a stroke and ligatures, which Unicode does not decompose.
const fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'Æ' | 'æ' => "ae",
        'Œ' | 'œ' => "oe",
        'Ø' | 'ø' => "o",
        'Ł' | 'ł' => "l",
        'Đ' | 'đ' => "d",
        'Ħ' | 'ħ' => "h",
        'Ŧ' | 'ŧ' => "t",
        _ => return None,
    })
}

/// Appends `c` without its case. Through capitals, so that `ß` is `ss` and the final sigma is a sigma.
#[cfg(feature = "ssr")]
fn push_without_case(folded: &mut String, c: char) {
    folded.extend(c.to_uppercase().flat_map(char::to_lowercase));
}

/// The compatibility decomposition (NFKD).
#[cfg(feature = "ssr")]
fn decomposed(text: &str) -> std::borrow::Cow<'_, str> {
    icu_normalizer::DecomposingNormalizerBorrowed::new_nfkd().normalize(text)
}

/// The canonical composition (NFC).
#[cfg(feature = "ssr")]
fn composed(text: &str) -> String {
    icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

// The browser has the tables of Unicode; its WASM does not carry them a second time.

#[cfg(not(feature = "ssr"))]
fn push_without_case(folded: &mut String, c: char) {
    folded.push_str(&letter_case::lower(&letter_case::upper(c.encode_utf8(&mut [0; 4]))));
}

#[cfg(not(feature = "ssr"))]
fn decomposed(text: &str) -> String {
    normalized(text, "NFKD")
}

#[cfg(not(feature = "ssr"))]
fn composed(text: &str) -> String {
    normalized(text, "NFC")
}

#[cfg(not(feature = "ssr"))]
fn normalized(text: &str, form: &str) -> String {
    js_sys::JsString::from(text).normalize(form).into()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn fold_ignores_how_a_word_is_written() {
        for (written, otherwise) in [
            ("Résumé", "RE\u{301}SUME\u{301}"),
            ("Новый", "новыи\u{306}"),
            ("ЁЖ", "еж"),
            ("Їжак Ў", "іжак у"),
            ("Ελλάδα", "ΕΛΛΑΔΑ"),
            ("ΟΔΟΣ", "οδός"),
            ("Straße", "STRASSE"),
            ("Łódź Œuvre Ørsted", "lodz oeuvre orsted"),
            ("Ｆｉｌｅ　１２", "file 12"),
            ("ﬁnal ﬀ", "final ff"),
            ("ﾃﾞｰﾀ", "データ"),
            ("İstanbul", "istanbul"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("soft\u{ad}ware\u{200b}", "software"),
            ("👍🏽", "👍"),
            ("❤\u{fe0f}", "❤"),
        ] {
            assert_eq!(fold(written), fold(otherwise), "{written} {otherwise}");
            assert_eq!(fold(&fold(written)), fold(written), "{written}");
        }
        for (one, another) in [("か", "が"), ("कि", "की"), ("a", "b"), ("天", "夫")] {
            assert_ne!(fold(one), fold(another));
        }
    }

    #[test]
    fn names_differ_by_marks_and_not_by_form() {
        for (one, another) in
            [("Café", "CAFE\u{301}"), ("Straße", "strasse"), ("ΣΟΦΟΣ", "σοφος"), ("ﬁx", "FIX"), ("a\u{200b}b", "AB")]
        {
            assert_eq!(name_key(one), name_key(another), "{one} {another}");
        }
        assert_ne!(name_key("Öl"), name_key("Ol"));
        assert_ne!(name_key("мой"), name_key("мои"));
    }
}
