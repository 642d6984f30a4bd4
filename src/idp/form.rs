//! Parses user input.

use crate::kernel::{email_address::EmailAddress, visible::has_visible_sign};

/// Maximum number of characters in a name, as in Auth0's invitations and as `maxlength` counts.
const MAX_NAME_LENGTH: usize = 300;
/// Maximum length of an email address (RFC 5321 section 4.5.3.1.3, without the brackets).
const MAX_EMAIL_LENGTH: usize = 254;

/// Parses an email address and converts it to its canonical form. A name without a dot can be the domain: this machine's
/// mail may have none.
pub fn email(typed: &str) -> Option<String> {
    if let Some(email) = EmailAddress::parse(typed) {
        return Some(email.to_string());
    }
    let email = typed.trim().to_ascii_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let plausible = email.is_ascii()
        && email.len() <= MAX_EMAIL_LENGTH
        && !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c));
    plausible.then_some(email)
}

/// Parses a domain and converts it to lower case and ASCII (IDNA). Refuses IP addresses and names without a dot.
pub fn domain(typed: &str) -> Option<String> {
    match url::Host::parse(typed.trim()).ok()? {
        url::Host::Domain(domain) if domain.len() <= 253 && is_domain(&domain) => Some(domain),
        _ => None,
    }
}

/// Whether `ascii` contains a dot and consists of host name labels (RFC 1123 section 2.1).
fn is_domain(ascii: &str) -> bool {
    let label = |label: &str| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    ascii.contains('.') && ascii.split('.').all(label)
}

/// Validates a user's name.
pub fn name(typed: &str) -> Result<&str, &'static str> {
    let name = typed.trim();
    if name.is_empty() {
        Err("Enter your name.")
    } else if !has_visible_sign(name) {
        Err("Enter a name that can be seen.")
    } else if name.chars().any(sets_direction) {
        Err("This name has invisible characters that set its direction. Enter it without them.")
    } else if name.encode_utf16().count() > MAX_NAME_LENGTH {
        Err("Use at most 300 characters.")
    } else {
        Ok(name)
    }
}

/// Whether `c` embeds, overrides or isolates a direction. A name with it would turn the sentences of mails and pages.
const fn sets_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns why `name` is no valid organization name, in Auth0's words.
pub fn organization_name_error(name: &str) -> Option<&'static str> {
    let alphanumeric = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let bytes = name.as_bytes();
    if name.is_empty() || name.chars().count() > 50 {
        Some("organization name must have between 1 and 50 characters")
    } else if !alphanumeric(bytes.first())
        || !alphanumeric(bytes.last())
        || !bytes.iter().all(|byte| alphanumeric(Some(byte)) || b"-_".contains(byte))
    {
        Some(
            "organization must only contain lowercase characters, '-' and '_', and start and end with a letter or number",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_in_canonical_form() {
        assert_eq!(email(" Joe@Example.COM ").as_deref(), Some("joe@example.com"));
        assert_eq!(email("Joe@localhost").as_deref(), Some("joe@localhost"));
        assert_eq!(email("Ju\u{308}rgen@xn--bcher-kva.example").as_deref(), Some("jürgen@bücher.example"));
        assert_eq!(email("mi\u{212a}e@example.com"), None);
        for wrong in ["", "joe", "@example.com", "joe@", "joe@.com", "jo e@example.com", "joe@example.com\0", "<a@b>"] {
            assert_eq!(email(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_domain_is_kept_in_ascii_and_lower_case() {
        assert_eq!(domain(" Acme.Example ").as_deref(), Some("acme.example"));
        assert_eq!(domain("Bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        for wrong in ["", "acme", "127.0.0.1", "[::1]", "a..b", ".a.b", "a.b.", "a_b.c", "a b.c", "http://a.b", "@a.b"]
        {
            assert_eq!(domain(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_name_can_be_seen_and_turns_nothing() {
        for good in ["Ann", " דנה ", "山田 太郎", "م", &"👍".repeat(150)] {
            assert_eq!(name(good), Ok(good.trim()));
        }
        for bad in
            ["", " ", "\u{200b}", "\u{3164}", "\u{2800}", "\u{fe0f}", "Ann\u{202e}", "\u{2067}Ann", &"👍".repeat(151)]
        {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_organization_name_is_lower_case() {
        assert_eq!(organization_name_error("abc-inc_2"), None);
        for wrong in ["", "Abc", "-abc", "abc-", "a b", "ä"] {
            assert!(organization_name_error(wrong).is_some(), "{wrong:?}");
        }
        assert!(organization_name_error(&"a".repeat(51)).unwrap().contains("between 1 and 50"));
    }
}
