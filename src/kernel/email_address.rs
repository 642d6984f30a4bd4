//! Email addresses, with international ones (RFC 6531): which texts are addresses, and which addresses are equal.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::email_domain::MailDomain;

/// Maximum length of an address in bytes (RFC 5321 section 4.5.3.1.3, without the brackets).
const MAX_LENGTH: usize = 254;

/// Maximum length of the part before the @ in bytes (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_LENGTH: usize = 64;

/// Characters that Unicode normalization turns into ASCII ones. Addresses with them must not equal others.
const LOOKS_ASCII: [char; 3] = ['\u{212a}', '\u{37e}', '\u{1fef}'];

/// An email address in canonical form: lower case and composed (NFC, RFC 6532 section 3.1), with the domain in Unicode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses an address as people type it; `None` if it is none.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@')?;
        let is_valid = typed.len() <= MAX_LENGTH
            && (1..=MAX_LOCAL_LENGTH).contains(&local.len())
            && local.split('.').all(|part| !part.is_empty() && part.chars().all(is_atom));
        if !is_valid {
            return None;
        }
        Some(Self(format!("{}@{}", canonical_local(local), MailDomain::parse(domain)?.unicode())))
    }

    /// Converts an address that the provider asserts, whether or not it has the form of one.
    #[must_use]
    pub fn of_asserted(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self(text.trim().to_ascii_lowercase()))
    }

    /// Returns the address with its domain in ASCII, as servers without SMTPUTF8 need it.
    #[must_use]
    pub fn with_ascii_domain(&self) -> String {
        match (self.0.rsplit_once('@'), MailDomain::of_address(&self.0)) {
            (Some((local, _)), Some(domain)) => format!("{local}@{domain}"),
            _ => self.0.clone(),
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether two texts are the same address, in any spelling of case, composition and domain.
#[must_use]
pub fn are_equal(one: &str, other: &str) -> bool {
    EmailAddress::of_asserted(one) == EmailAddress::of_asserted(other)
}

/// Whether `c` may be in the part before the @ without quotes (RFC 5322 section 3.2.3, RFC 6532 section 3.2). Characters
/// without a shape of their own are refused: such addresses could be mistaken for others.
fn is_atom(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    }
    let is_invisible = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{10ffff}'
    );
    !c.is_whitespace() && !c.is_control() && !is_invisible && !LOOKS_ASCII.contains(&c)
}

fn canonical_local(local: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    nfc.normalize(&nfc.normalize(local).to_lowercase()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Option<String> {
        EmailAddress::parse(typed).map(|address| address.0)
    }

    #[test]
    fn addresses_have_a_canonical_form() {
        for (typed, canonical) in [
            (" Joe@Example.COM ", "joe@example.com"),
            ("joe@bücher.example", "joe@bücher.example"),
            ("Joe@BÜCHER.example", "joe@bücher.example"),
            ("joe@bu\u{308}cher.example", "joe@bücher.example"),
            ("joe@xn--bcher-kva.example", "joe@bücher.example"),
            ("Jürgen@example.com", "jürgen@example.com"),
            ("Ju\u{308}rgen@example.com", "jürgen@example.com"),
            ("ИВАН@почта.рф", "иван@почта.рф"),
            ("иван@xn--80a1acny.xn--p1ai", "иван@почта.рф"),
            ("ΝΙΚΟΣ@example.com", "νικος@example.com"),
            ("用户@例え.example", "用户@例え.example"),
            ("o'neil+x@x-y.co.uk", "o'neil+x@x-y.co.uk"),
        ] {
            assert_eq!(parsed(typed).as_deref(), Some(canonical), "{typed}");
        }
    }

    #[test]
    fn other_texts_are_no_addresses() {
        for typed in [
            "",
            "joe",
            "@example.com",
            "joe@",
            "joe@com",
            "joe@.com",
            "jo e@example.com",
            "j\u{a0}oe@example.com",
            "joe@example.com\0",
            "<a@b.example>",
            "a..b@example.com",
            ".a@example.com",
            "a@b@example.com",
            "a@-x.example",
            "a@x..example",
            "a\u{200b}@example.com",
            "a\u{202e}b@example.com",
            "mi\u{212a}e@example.com",
            "a@ex ample.com",
            &format!("{}@example.com", "ü".repeat(33)),
        ] {
            assert_eq!(parsed(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn equal_addresses_are_equal_in_every_spelling() {
        assert!(are_equal("Jürgen@Bücher.example", "ju\u{308}rgen@xn--bcher-kva.example"));
        assert!(are_equal("JOE", " joe "));
        assert!(!are_equal("jurgen@bücher.example", "jürgen@bücher.example"));
        assert!(!are_equal("joe@bucher.example", "joe@bücher.example"));
        assert!(!are_equal("mi\u{212a}e@example.com", "mike@example.com"));
        assert_eq!(EmailAddress::parse("Joe@Bücher.example").unwrap().with_ascii_domain(), "joe@xn--bcher-kva.example");
    }
}
