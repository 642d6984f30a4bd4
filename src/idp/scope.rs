//! Sets of scopes (RFC 6749 section 3.3) that keep the requested order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Standard scopes, which are not permissions of an API.
pub const STANDARD: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A set of scopes in the requested order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Whether the set contains `name`.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope == name)
    }

    /// Returns the scopes for which `keep` returns true.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| keep(scope)).cloned().collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the scopes in the requested order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns this set followed by the scopes of `other` that it does not contain.
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.0.extend(other.0.iter().filter(|name| !self.has(name)).cloned());
        all
    }

    /// Whether `other` contains all scopes of this set.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|scope| other.has(scope))
    }
}

impl From<&str> for Scope {
    fn from(text: &str) -> Self {
        let mut scope = Self::default();
        for name in text.split_ascii_whitespace() {
            if !scope.has(name) {
                scope.0.push(name.to_owned());
            }
        }
        scope
    }
}

impl From<String> for Scope {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_keeps_order_and_drops_repetition() {
        let scope = Scope::from("  openid email  openid profile ");
        assert_eq!(scope.to_string(), "openid email profile");
        assert!(Scope::from("email").is_within(&scope));
        assert!(!Scope::from("email offline_access").is_within(&scope));
    }
}
