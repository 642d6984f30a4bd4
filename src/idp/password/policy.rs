//! Password policy: options of a database connection, with Auth0's names.

use std::{collections::HashSet, sync::LazyLock};

use serde_json::{Map, Value};

use crate::idp::mode::DEMO_PASSWORD;

/// Maximum number of bytes in a password, so that a request cannot make the server hash a huge text.
pub const MAX_LENGTH: usize = 256;
/// Maximum value of the option `min_length`.
const MAX_MIN_LENGTH: u64 = 128;

/// Common passwords in lower case.
static COMMON_PASSWORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Required complexity of a password: the option `passwordPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Strength {
    None,
    #[default]
    Low,
    /// Requires a lower-case letter, an upper-case letter and a digit.
    Fair,
    /// Requires three of: lower-case letter, upper-case letter, digit, other character.
    Good,
    /// Requires the same as `Good`, and no character more than twice in a row.
    Excellent,
}

/// Requirements of a database connection for new passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    strength: Strength,
    min_length: usize,
    /// Whether common passwords are refused.
    refuses_common: bool,
    /// Further words that are refused as passwords, in lower case.
    dictionary: HashSet<String>,
}

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordIssue {
    TooShort(usize),
    TooLong,
    NeedsLowerUpperDigit,
    NeedsThreeKinds,
    RepeatsCharacter,
    Common,
    IsEmail,
}

impl Policy {
    /// Reads the options of a database connection. Missing and invalid options get the defaults of a new tenant.
    pub fn of(options: &Map<String, Value>) -> Self {
        let strength = match options.get("passwordPolicy").and_then(Value::as_str) {
            Some("none") => Strength::None,
            Some("fair") => Strength::Fair,
            Some("good") => Strength::Good,
            Some("excellent") => Strength::Excellent,
            _ => Strength::default(),
        };
        let min_length = options
            .get("password_complexity_options")
            .and_then(|complexity| complexity.get("min_length"))
            .and_then(Value::as_u64)
            .filter(|length| (1..=MAX_MIN_LENGTH).contains(length))
            .and_then(|length| usize::try_from(length).ok());
        let own = options.get("password_dictionary");
        let words = own.and_then(|own| own.get("dictionary")).and_then(Value::as_array);
        let words = words.into_iter().flatten().filter_map(Value::as_str).map(str::to_lowercase);
        let refuses_common = own.and_then(|own| own.get("enable")).and_then(Value::as_bool).unwrap_or(false);
        Self {
            strength,
            min_length: min_length.unwrap_or(strength.min_length()),
            refuses_common,
            dictionary: if refuses_common { words.collect() } else { HashSet::new() },
        }
    }

    /// Returns the requirements as a text above the password field.
    pub fn hint(&self) -> String {
        let length = match self.min_length {
            0 | 1 => String::new(),
            length => format!("At least {length} characters"),
        };
        let kinds = match self.strength {
            Strength::None | Strength::Low => "",
            Strength::Fair => "a lowercase letter, an uppercase letter and a digit",
            Strength::Good | Strength::Excellent => {
                "three of: lowercase letter, uppercase letter, digit, special character"
            }
        };
        match (length.is_empty(), kinds.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!("{length}."),
            (true, false) => format!("With {kinds}."),
            (false, false) => format!("{length}, with {kinds}."),
        }
    }
}

impl Strength {
    /// Returns the minimum length for this complexity in Auth0 if `password_complexity_options` is missing.
    const fn min_length(self) -> usize {
        match self {
            Self::None => 1,
            Self::Low => 6,
            Self::Fair | Self::Good => 8,
            Self::Excellent => 10,
        }
    }
}

impl PasswordIssue {
    /// Returns a sentence for the user.
    pub fn sentence(self) -> String {
        match self {
            Self::TooShort(1) => "Enter a password.".to_owned(),
            Self::TooShort(least) => format!("Use at least {least} characters."),
            Self::TooLong => format!("Use at most {MAX_LENGTH} characters."),
            Self::NeedsLowerUpperDigit => "Use a lowercase letter, an uppercase letter and a digit.".to_owned(),
            Self::NeedsThreeKinds => {
                "Use three of these: a lowercase letter, an uppercase letter, a digit, a special character.".to_owned()
            }
            Self::RepeatsCharacter => "Don’t use a character more than twice in a row.".to_owned(),
            Self::Common => "This password is too common. Choose another.".to_owned(),
            Self::IsEmail => "Your password can’t be your email address.".to_owned(),
        }
    }

    /// Returns Auth0's name of the error.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "PasswordDictionaryError",
            Self::IsEmail => "PasswordNoUserInfoError",
            _ => "PasswordStrengthError",
        }
    }

    /// Returns Auth0's message. The Management API puts the name and a colon before it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Common => "Password is too common",
            Self::IsEmail => "Password contains user information",
            _ => "Password is too weak",
        }
    }
}

/// Checks a new password of the user with the address `email`.
pub fn find_issue(policy: &Policy, password: &str, email: &str) -> Option<PasswordIssue> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let (lower, upper, digit) = (has(char::is_lowercase), has(char::is_uppercase), has(char::is_numeric));
    let other = has(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric());
    let kinds = [lower, upper, digit, other].into_iter().filter(|kind| *kind).count();
    let lower_case = password.to_lowercase();
    if password.chars().count() < policy.min_length.max(1) {
        Some(PasswordIssue::TooShort(policy.min_length.max(1)))
    } else if password.len() > MAX_LENGTH {
        Some(PasswordIssue::TooLong)
    } else if policy.strength == Strength::Fair && !(lower && upper && digit) {
        Some(PasswordIssue::NeedsLowerUpperDigit)
    } else if matches!(policy.strength, Strength::Good | Strength::Excellent) && kinds < 3 {
        Some(PasswordIssue::NeedsThreeKinds)
    } else if policy.strength == Strength::Excellent && has_three_in_a_row(password) {
        Some(PasswordIssue::RepeatsCharacter)
    } else if password == DEMO_PASSWORD
        || policy.refuses_common && (COMMON_PASSWORDS.contains(&*lower_case) || policy.dictionary.contains(&lower_case))
    {
        Some(PasswordIssue::Common)
    } else if !email.is_empty() && lower_case == email.trim().to_lowercase() {
        Some(PasswordIssue::IsEmail)
    } else {
        None
    }
}

fn has_three_in_a_row(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    characters.windows(3).any(|three| three[0] == three[1] && three[1] == three[2])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn under(options: &Value, password: &str) -> Option<PasswordIssue> {
        find_issue(&Policy::of(options.as_object().unwrap()), password, "someone@b.example")
    }

    #[test]
    fn each_policy_requires_what_auth0_documents() {
        let cases = [
            ("none", "x", None),
            ("none", "", Some(PasswordIssue::TooShort(1))),
            ("low", "abcde", Some(PasswordIssue::TooShort(6))),
            ("low", "abcdef", None),
            ("fair", "abcdefgh", Some(PasswordIssue::NeedsLowerUpperDigit)),
            ("fair", "Abcdefg1", None),
            ("good", "abcdefg1", Some(PasswordIssue::NeedsThreeKinds)),
            ("good", "abcdef1!", None),
            ("excellent", "abcdef12!", Some(PasswordIssue::TooShort(10))),
            ("excellent", "abcddd12!x", Some(PasswordIssue::RepeatsCharacter)),
            ("excellent", "abcdde12!x", None),
        ];
        for (policy, password, expected) in cases {
            assert_eq!(under(&json!({"passwordPolicy": policy}), password), expected, "{policy} {password}");
        }
    }

    #[test]
    fn a_connection_may_set_the_minimum_length() {
        let options = json!({"passwordPolicy": "low", "password_complexity_options": {"min_length": 12}});
        assert_eq!(under(&options, "elevenchars"), Some(PasswordIssue::TooShort(12)));
        assert_eq!(under(&options, "twelve chars"), None);
        for nonsense in [json!(0), json!(-1), json!(129), json!("9"), json!(null)] {
            let options = json!({"password_complexity_options": {"min_length": nonsense}});
            assert_eq!(under(&options, "abcde"), Some(PasswordIssue::TooShort(6)), "{nonsense}");
        }
    }

    #[test]
    fn common_passwords_are_refused_if_the_connection_enables_it() {
        let on = json!({"password_dictionary": {"enable": true, "dictionary": ["Hausmarke"]}});
        assert_eq!(under(&on, "PassWord123"), Some(PasswordIssue::Common));
        assert_eq!(under(&on, "hausMARKE"), Some(PasswordIssue::Common));
        assert_eq!(under(&on, "tessera-demo-2"), None);
        assert_eq!(under(&on, DEMO_PASSWORD), Some(PasswordIssue::Common));
        let off = json!({"password_dictionary": {"enable": false, "dictionary": ["hausmarke"]}});
        assert_eq!(under(&off, "password123"), None);
        assert_eq!(under(&off, DEMO_PASSWORD), Some(PasswordIssue::Common), "it would sign nobody in");
        assert_eq!(under(&off, "hausmarke"), None);
    }

    #[test]
    fn an_address_or_a_very_long_text_is_no_password() {
        assert_eq!(under(&json!({}), "Someone@B.example"), Some(PasswordIssue::IsEmail));
        assert_eq!(under(&json!({}), &"x1".repeat(129)), Some(PasswordIssue::TooLong));
    }

    #[test]
    fn common_passwords_are_in_lower_case() {
        assert!(COMMON_PASSWORDS.len() > 500);
        for password in COMMON_PASSWORDS.iter() {
            assert_eq!(*password, password.trim().to_lowercase());
        }
    }
}
