//! Reads optional members of answers and tokens in the types that large providers send: numbers and booleans as text, a list
//! in place of words, null. A member in any other type counts as missing; it never makes the answer invalid.

use serde::{Deserialize as _, Deserializer, de::Error as _};
use serde_json::Value;

/// Deserializes a text; `None` if it is missing, empty or of another type.
///
/// # Errors
/// If the input is no JSON.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    })
}

/// Deserializes a text that may be missing, as an empty one.
///
/// # Errors
/// If the input is no JSON.
pub fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer).map(Option::unwrap_or_default)
}

/// Deserializes an integer from a number or its text; the fraction is cut off.
///
/// # Errors
/// If the input is no JSON.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(to_integer(&Value::deserialize(deserializer)?))
}

/// Deserializes a time in seconds since 1970 like [`integer`]. It decides whether a token is valid, so that nothing else counts
/// as missing but null.
///
/// # Errors
/// If the input is neither a number nor null.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        value => to_integer(&value).map(Some).ok_or_else(|| D::Error::custom("a time that is no number")),
    }
}

/// Deserializes a boolean from a boolean, its text, or 0 and 1.
///
/// # Errors
/// If the input is no JSON.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(value) => Some(value),
        Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => Some(false),
        Value::Number(number) if number.as_i64() == Some(1) => Some(true),
        Value::Number(number) if number.as_i64() == Some(0) => Some(false),
        _ => None,
    })
}

/// Deserializes words from a text that separates them by spaces (RFC 6749 section 3.3), or from a list.
///
/// # Errors
/// If the input is no JSON.
pub fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text.split_whitespace().map(str::to_owned).collect()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => None,
    })
}

fn to_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
        _ => None,
    }
}

/// Cuts the fraction off; `None` if the number is out of range.
#[expect(clippy::cast_possible_truncation, reason = "the range was checked, and the fraction does not matter")]
fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Answer {
        #[serde(deserialize_with = "super::text")]
        name: Option<String>,
        #[serde(deserialize_with = "super::integer")]
        expires_in: Option<i64>,
        #[serde(deserialize_with = "super::boolean")]
        email_verified: Option<bool>,
        #[serde(deserialize_with = "super::words")]
        scope: Option<Vec<String>>,
    }

    fn parse(value: serde_json::Value) -> Answer {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn members_are_read_in_the_types_that_providers_send() {
        for number in [json!(3600), json!("3600"), json!(3600.9), json!("3600.0"), json!(" 3600 ")] {
            assert_eq!(parse(json!({ "expires_in": number })).expires_in, Some(3600), "{number}");
        }
        for yes in [json!(true), json!("true"), json!("True"), json!(1), json!("1")] {
            assert_eq!(parse(json!({ "email_verified": yes })).email_verified, Some(true), "{yes}");
        }
        for no in [json!(false), json!("false"), json!("FALSE"), json!(0), json!("0")] {
            assert_eq!(parse(json!({ "email_verified": no })).email_verified, Some(false), "{no}");
        }
        for scope in [json!("openid email"), json!(["openid", "email"])] {
            assert_eq!(parse(json!({ "scope": scope })).scope.unwrap(), ["openid", "email"], "{scope}");
        }
    }

    #[test]
    fn other_types_count_as_missing() {
        assert_eq!(parse(json!({})), Answer::default());
        for other in [json!(null), json!({}), json!([[]]), json!("\u{a0}")] {
            let answer = parse(json!({ "name": other, "expires_in": other, "email_verified": other }));
            assert_eq!(answer, Answer::default(), "{other}");
        }
        assert_eq!(parse(json!({ "expires_in": 1e300, "scope": 7 })), Answer::default());
    }
}
