//! Names that are made to be taken for others.

use icu_properties::{CodePointMapData, props::Script};

/// Scripts that are written together, each time with Latin (Unicode Technical Standard 39, “highly restrictive”).
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Bopomofo],
    &[Script::Latin, Script::Han, Script::Hangul],
];

/// Letters of other scripts that look like Latin ones.
const LOOK_LATIN: [(Script, &str); 2] = [(Script::Cyrillic, "асԁеһіјӏорԛѕԝхуъЬҽпгѵѡ"), (Script::Greek, "αικνορτυχγωη")];

/// Whether a label of `domain`, which is in Unicode, mixes scripts that nobody writes together, or consists of letters
/// that look like Latin ones and are none, where the end of the name does not say that they are meant.
pub fn looks_like_another(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.split('.').any(|label| is_mixed(label) || imitates_latin(label, last))
}

fn script(letter: char) -> Script {
    CodePointMapData::<Script>::new().get(letter)
}

/// The scripts in `label`, without those of digits, hyphens and accents, which all others use.
fn scripts(label: &str) -> Vec<Script> {
    let mut scripts: Vec<_> =
        label.chars().map(script).filter(|it| ![Script::Common, Script::Inherited].contains(it)).collect();
    scripts.sort_unstable();
    scripts.dedup();
    scripts
}

fn is_mixed(label: &str) -> bool {
    let scripts = scripts(label);
    scripts.len() > 1 && !TOGETHER.iter().any(|together| scripts.iter().all(|script| together.contains(script)))
}

fn imitates_latin(label: &str, last: &str) -> bool {
    LOOK_LATIN.iter().any(|(script, letters)| {
        scripts(label) == [*script]
            && !scripts(last).contains(script)
            && label.chars().all(|c| c.is_ascii_digit() || c == '-' || letters.contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_write_are_fine() {
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
    fn names_that_imitate_are_not() {
        for domain in ["аcme.example", "acmе.example", "арр.example", "раураl.example", "ωνη.example", "αcme.example"]
        {
            assert!(looks_like_another(domain), "{domain}");
        }
        assert!(!looks_like_another("арр.рф"), "meant: the end of the name is in the same script");
    }
}
