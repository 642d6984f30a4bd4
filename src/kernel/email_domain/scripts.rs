//! Detection of domain names that imitate others by similar letters.

use icu_properties::{CodePointMapData, props::Script};

/// Scripts that may be mixed within a label (Unicode Technical Standard 39, “highly restrictive”).
const ALLOWED_MIXES: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Letters of other scripts that look like Latin letters, by script.
const LATIN_LOOKALIKES: [(Script, &str); 2] =
    [(Script::Cyrillic, "асԁеһіјӏорԛѕԝхуъЬҽпгѵѡ"), (Script::Greek, "αικνορτυχγωη")];

/// Whether `domain`, in Unicode, imitates another domain. Either a label mixes scripts that are not used together, or a
/// label consists of non-Latin letters that look Latin and the top-level domain is not in their script.
pub(super) fn looks_like_another(domain: &str) -> bool {
    let top_level = domain.rsplit('.').next().unwrap_or_default();
    domain.split('.').any(|label| is_mixed(label) || imitates_latin(label, top_level))
}

fn script(letter: char) -> Script {
    CodePointMapData::<Script>::new().get(letter)
}

/// The scripts in `label`, except Common and Inherited (digits, hyphens, accents), which all scripts share.
fn scripts(label: &str) -> Vec<Script> {
    let mut scripts: Vec<_> =
        label.chars().map(script).filter(|script| ![Script::Common, Script::Inherited].contains(script)).collect();
    scripts.sort_unstable();
    scripts.dedup();
    scripts
}

fn is_mixed(label: &str) -> bool {
    let scripts = scripts(label);
    scripts.len() > 1 && !ALLOWED_MIXES.iter().any(|allowed| scripts.iter().all(|script| allowed.contains(script)))
}

fn imitates_latin(label: &str, top_level: &str) -> bool {
    LATIN_LOOKALIKES.iter().any(|(script, letters)| {
        scripts(label) == [*script]
            && !scripts(top_level).contains(script)
            && label.chars().all(|c| c.is_ascii_digit() || c == '-' || letters.contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genuine_names_are_accepted() {
        for domain in [
            "acme-2.example",
            "bücher.de",
            "kawaii-かわいい漢字カー.example",
            "пример.example",
            "аренда.рф",
            "한국corp.example",
            "ελλάδα.example",
        ] {
            assert!(!looks_like_another(domain), "{domain}");
        }
    }

    #[test]
    fn imitations_are_detected() {
        for domain in ["аcme.example", "acmе.example", "арр.example", "раураl.example", "ωνη.example", "αcme.example"]
        {
            assert!(looks_like_another(domain), "{domain}");
        }
        assert!(!looks_like_another("арр.рф"), "the top-level domain is in the same script");
    }
}
