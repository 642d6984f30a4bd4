//! Email domains in a canonical form, and the rules for domains that an organization may claim.

pub mod public;
mod scripts;

use std::{fmt, net::IpAddr};

/// Maximum length of a domain in bytes without the final dot (RFC 1035 section 2.3.4).
const MAX_LENGTH: usize = 253;
/// Maximum length of a label in bytes (RFC 1035 section 2.3.4).
const MAX_LABEL_LENGTH: usize = 63;

/// Special-use names whose meaning depends on the network (RFC 6761, RFC 6762, RFC 8375, and defaults of routers).
const LOCAL: [&str; 12] = [
    "arpa",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
];

/// An email domain in canonical form: ASCII (IDNA), lower case, without a final dot.
///
/// Domains are compared for equality only: a subdomain is another domain and may have another owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailDomain(String);

/// Why an organization cannot claim a domain. The message is for the user who entered the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    #[error("Enter only the domain, the part after @ in your email addresses, for example acme.com.")]
    Form,
    #[error("This domain is too long. Use at most 253 characters, and at most 63 between two dots.")]
    TooLong,
    #[error("This is an IP address. Enter a domain, for example acme.com.")]
    Address,
    #[error("A domain has at least one dot, for example acme.com.")]
    NoDot,
    #[error("This name is reserved for private networks, so no one can verify it.")]
    Local,
    #[error("Many companies share this ending. Enter your full domain.")]
    Suffix,
    #[error("Anyone can get an address at this email provider, so it can’t be verified.")]
    Public,
    #[error("This name mixes scripts or uses letters that look like Latin ones. It could be mistaken for another.")]
    LooksLikeAnother,
}

impl MailDomain {
    /// Parses a domain that an organization may claim.
    ///
    /// # Errors
    ///
    /// [`ClaimError`] if the input is no domain, or no organization may claim the domain.
    pub fn claimable(typed: &str) -> Result<Self, ClaimError> {
        let typed = typed.trim();
        let domain = Self::to_canonical(typed.strip_prefix('@').unwrap_or(typed))?;
        let ascii = domain.as_str();
        if LOCAL
            .iter()
            .any(|local| ascii.strip_suffix(local).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        {
            return Err(ClaimError::Local);
        }
        // A public suffix without a name before it is no registrable domain.
        if psl::domain(ascii.as_bytes()).is_none() {
            return Err(ClaimError::Suffix);
        }
        if public::is_public(ascii) {
            return Err(ClaimError::Public);
        }
        if scripts::looks_like_another(&domain.unicode()) {
            return Err(ClaimError::LooksLikeAnother);
        }
        Ok(domain)
    }

    /// Parses the domain of an email address. Does not check whether the domain may be claimed.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        let (local, domain) = address.trim().rsplit_once('@')?;
        if local.is_empty() { None } else { Self::to_canonical(domain).ok() }
    }

    /// Parses a domain. Does not check whether the domain may be claimed.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::to_canonical(name).ok()
    }

    /// Wraps a domain from the database, which is already in canonical form.
    #[must_use]
    pub fn from_stored(ascii: &str) -> Self {
        Self(ascii.to_owned())
    }

    fn to_canonical(typed: &str) -> Result<Self, ClaimError> {
        let typed = typed.strip_suffix('.').unwrap_or(typed);
        if typed.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(ClaimError::Address);
        }
        let is_long = typed.len() > MAX_LENGTH || typed.split('.').any(|label| label.len() > MAX_LABEL_LENGTH);
        let ascii = idna::domain_to_ascii_strict(typed)
            .map_err(|_| if is_long { ClaimError::TooLong } else { ClaimError::Form })?;
        let Some((_, last)) = ascii.rsplit_once('.') else { return Err(ClaimError::NoDot) };
        // Browsers interpret such a host as an IP address (WHATWG URL, “ends in a number”).
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ClaimError::Address);
        }
        Ok(Self(ascii))
    }

    /// Returns the domain in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the domain in Unicode, as users write it.
    #[must_use]
    pub fn unicode(&self) -> String {
        match idna::domain_to_unicode(&self.0) {
            (unicode, Ok(())) => unicode,
            _ => self.0.clone(),
        }
    }
}

impl fmt::Display for MailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claimable_returns_the_canonical_form() {
        for (typed, domain) in [
            (" Acme.Example ", "acme.example"),
            ("@acme.example", "acme.example"),
            ("ACME.EXAMPLE.", "acme.example"),
            ("mail.acme.co.uk", "mail.acme.co.uk"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("b\u{fc}cher\u{3002}example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("ＡＣＭＥ.example", "acme.example"),
            ("例え.example", "xn--r8jz45g.example"),
        ] {
            assert_eq!(MailDomain::claimable(typed).as_ref().map(MailDomain::as_str), Ok(domain), "{typed}");
        }
        assert_eq!(MailDomain::claimable("xn--bcher-kva.example").unwrap().unicode(), "bücher.example");
    }

    #[test]
    fn claimable_refuses_unclaimable_domains_with_the_reason() {
        for (typed, why) in [
            ("", ClaimError::Form),
            (".", ClaimError::Form),
            ("a..example", ClaimError::Form),
            (".acme.example", ClaimError::Form),
            ("-acme.example", ClaimError::Form),
            ("ac_me.example", ClaimError::Form),
            ("acme example.com", ClaimError::Form),
            ("https://acme.example/", ClaimError::Form),
            ("joe@acme.example", ClaimError::Form),
            ("acme.example\0", ClaimError::Form),
            ("xn--a.example", ClaimError::Form),
            ("127.0.0.1", ClaimError::Address),
            ("[::1]", ClaimError::Address),
            ("::1", ClaimError::Address),
            ("1.2.3", ClaimError::Address),
            ("localhost", ClaimError::NoDot),
            ("acme", ClaimError::NoDot),
            ("printer.local", ClaimError::Local),
            ("acme.internal", ClaimError::Local),
            ("x.localhost", ClaimError::Local),
            ("1.0.0.127.in-addr.arpa", ClaimError::Local),
            ("co.uk", ClaimError::Suffix),
            ("github.io", ClaimError::Suffix),
            ("公司.cn", ClaimError::Suffix),
            ("gmail.com", ClaimError::Public),
            ("yahoo.co.jp", ClaimError::Public),
            ("GoogleMail.com.", ClaimError::Public),
            // Only the first letter is Cyrillic.
            ("\u{430}cme.example", ClaimError::LooksLikeAnother),
            // All letters before the dot are Cyrillic.
            ("\u{430}\u{440}\u{440}\u{4cf}\u{435}.com", ClaimError::LooksLikeAnother),
        ] {
            assert_eq!(MailDomain::claimable(typed), Err(why), "{typed}");
        }
        assert_eq!(MailDomain::claimable(&format!("{}.example", "a".repeat(64))), Err(ClaimError::TooLong));
        assert_eq!(MailDomain::claimable(&format!("{}example", "abcdefgh.".repeat(30))), Err(ClaimError::TooLong));
        assert!(MailDomain::claimable(&format!("{}.example", "a".repeat(63))).is_ok());
    }

    #[test]
    fn of_address_takes_the_domain_after_the_last_at() {
        let of = |address: &str| MailDomain::of_address(address).map(|domain| domain.0);
        assert_eq!(of("Joe@Acme.Example").as_deref(), Some("acme.example"));
        assert_eq!(of("joe@bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(of("joe@acme.example@evil.example").as_deref(), Some("evil.example"));
        assert_eq!(of("joe@mail.acme.example").as_deref(), Some("mail.acme.example"));
        for nothing in ["", "joe", "@acme.example", "joe@", "joe@acme", "joe@127.0.0.1", "joe@[127.0.0.1]"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }
}
