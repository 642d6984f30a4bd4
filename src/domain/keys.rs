//! Keys of projects (`WEB`) and tasks (`WEB-12`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The key of a project: 2 to 8 characters `A-Z0-9`, the first a letter. Parsing accepts lower case and converts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectKey(String);

/// The text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Use 2 to 8 letters and digits, starting with a letter, for example WEB.")]
pub struct InvalidKey;

impl ProjectKey {
    /// Maximum length in characters.
    pub const MAX: usize = 8;

    /// The key in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let key = text.trim().to_ascii_uppercase();
        let is_valid = (2..=Self::MAX).contains(&key.len())
            && key.starts_with(|first: char| first.is_ascii_uppercase())
            && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        is_valid.then_some(Self(key)).ok_or(InvalidKey)
    }
}

impl TryFrom<String> for ProjectKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<ProjectKey> for String {
    fn from(key: ProjectKey) -> Self {
        key.0
    }
}

impl fmt::Display for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of a task: the key of its project and its number there, `WEB-12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaskKey {
    pub project: ProjectKey,
    /// Number in the project, counted from 1.
    pub number: i64,
}

impl FromStr for TaskKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let (project, number) = text.trim().rsplit_once('-').ok_or(InvalidKey)?;
        let is_canonical = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let number = number.parse().ok().filter(|_| is_canonical).ok_or(InvalidKey)?;
        Ok(Self { project: project.parse()?, number })
    }
}

impl TryFrom<String> for TaskKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<TaskKey> for String {
    fn from(key: TaskKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.project, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_keys_parse() {
        assert_eq!("web".parse::<ProjectKey>().unwrap().as_str(), "WEB");
        assert_eq!("web-12".parse::<TaskKey>().unwrap().to_string(), "WEB-12");
    }

    #[test]
    fn invalid_keys_are_rejected() {
        for text in ["", "W", "9WEB", "WEB!", "WEBWEBWEB", "WÉB", "WE B"] {
            assert_eq!(text.parse::<ProjectKey>(), Err(InvalidKey), "{text:?}");
        }
        for text in ["WEB", "WEB-", "WEB-0", "WEB-012", "WEB--1", "WEB-+1", "-1", "WEB-99999999999999999999"] {
            assert_eq!(text.parse::<TaskKey>(), Err(InvalidKey), "{text:?}");
        }
    }
}
