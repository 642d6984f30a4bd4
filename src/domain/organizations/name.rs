//! The name of an organization in URLs (slug).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A slug: 2 to 50 lower-case letters, digits and hyphens, with a letter or digit at both ends. Valid as an
/// organization name in Auth0 and as a label of a host name. Parsing accepts upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationName(String);

/// The text is not a valid slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("Use 2 to 50 letters, digits and hyphens, with a letter or digit at both ends, for example acme-corp.")]
    Form,
    #[error("This name is reserved. Choose another.")]
    Reserved,
}

impl OrganizationName {
    /// Host names reserved for Tessera itself.
    pub const RESERVED: [&str; 15] = [
        "admin", "api", "app", "assets", "auth", "cdn", "docs", "help", "login", "mail", "static", "status", "support",
        "tessera", "www",
    ];

    /// Maximum length in characters.
    pub const MAX: usize = 50;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Suggests a slug for a company called `name`; empty if none can be derived.
    #[must_use]
    pub fn suggest(name: &str) -> String {
        let plain: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        let mut suggestion = words.join("-");
        suggestion.truncate(Self::MAX);
        suggestion.trim_end_matches('-').parse::<Self>().map_or_else(|_| String::new(), Into::into)
    }
}

impl FromStr for OrganizationName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim().to_ascii_lowercase();
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = name.as_bytes();
        let is_valid = (2..=Self::MAX).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
            && is_edge(bytes.first())
            && is_edge(bytes.last());
        if !is_valid {
            return Err(InvalidName::Form);
        }
        // Internationalized host names can imitate other names, so they are reserved.
        if Self::RESERVED.contains(&name.as_str()) || name.starts_with("xn--") {
            return Err(InvalidName::Reserved);
        }
        Ok(Self(name))
    }
}

impl TryFrom<String> for OrganizationName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<OrganizationName> for String {
    fn from(name: OrganizationName) -> Self {
        name.0
    }
}

impl fmt::Display for OrganizationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_for_provider_and_host() {
        for good in ["ab", "acme-corp", " ACME ", "7th-floor", &"a".repeat(50)] {
            assert!(good.parse::<OrganizationName>().is_ok(), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "a b", "a_b", "ä-b", "a.b", "a/b", &"a".repeat(51), "a\0b"] {
            assert_eq!(bad.parse::<OrganizationName>(), Err(InvalidName::Form), "{bad}");
        }
        for reserved in ["www", "API", "xn--80ak6aa92e"] {
            assert_eq!(reserved.parse::<OrganizationName>(), Err(InvalidName::Reserved), "{reserved}");
        }
    }

    #[test]
    fn names_are_suggested_from_the_company() {
        for (company, name) in [
            ("Acme Corp", "acme-corp"),
            (" Müller & Söhne GmbH ", "m-ller-s-hne-gmbh"),
            ("株式会社", ""),
            ("X", ""),
            ("Support", ""),
        ] {
            assert_eq!(OrganizationName::suggest(company), name, "{company}");
        }
        let long = OrganizationName::suggest(&"word ".repeat(30));
        assert!(long.len() <= 50 && !long.ends_with('-'), "{long}");
    }
}
