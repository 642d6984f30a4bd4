//! Attributes of users that join rules compare.

use serde_json::{Map, Value};

/// Splits a path such as `app_metadata.company` and drops its first part. Refuses all other attributes, because the
/// user or the issuer chooses their values.
pub fn attribute_names(path: &str) -> Option<Vec<&str>> {
    Some(path.strip_prefix("app_metadata.")?.split('.').collect())
}

pub fn has_attribute(app_metadata: &Map<String, Value>, path: &str, expected: &str) -> bool {
    let Some(names) = attribute_names(path) else { return false };
    let (Some(first), rest) = (names.first(), names.get(1..).unwrap_or_default()) else { return false };
    let first = app_metadata.get(*first);
    match rest.iter().fold(first, |value, name| value?.get(*name)) {
        Some(Value::Array(list)) => list.iter().any(|value| is(value, expected)),
        Some(value) => is(value, expected),
        None => false,
    }
}

fn is(value: &Value, expected: &str) -> bool {
    match value {
        Value::String(text) => text == expected,
        Value::Number(number) => number.to_string() == expected,
        Value::Bool(yes) => yes.to_string() == expected,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_attribute_is_found_by_its_path() {
        let Value::Object(metadata) = json!({"company": "ABC", "hr": {"unit": 7}, "groups": ["a", "b"], "no": null})
        else {
            unreachable!()
        };
        for (path, value) in [("company", "ABC"), ("hr.unit", "7"), ("groups", "b")] {
            assert!(has_attribute(&metadata, &format!("app_metadata.{path}"), value), "{path}");
        }
        for (path, value) in [("company", "abc"), ("hr", "7"), ("hr.unit.x", "7"), ("groups", "c"), ("no", "null")] {
            assert!(!has_attribute(&metadata, &format!("app_metadata.{path}"), value), "{path}");
        }
        assert!(!has_attribute(&metadata, "user_metadata.company", "ABC"));
    }
}
