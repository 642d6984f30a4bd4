//! Evaluates queries on the JSON of users.

use std::cmp::Ordering;

use serde_json::Value;

use crate::idp::management::users::query::ast::{Bound, Query, Test};

/// Fields that are searched by a value without a field.
const NAME_FIELDS: [&str; 7] = ["email", "name", "nickname", "username", "given_name", "family_name", "phone_number"];

impl Query {
    /// Whether the query matches the user.
    pub fn matches(&self, user: &Value) -> bool {
        match self {
            Self::All(queries) => queries.iter().all(|query| query.matches(user)),
            Self::Any(queries) => queries.iter().any(|query| query.matches(user)),
            Self::Not(query) => !query.matches(user),
            Self::Exists(field) => !values_of(user, field).is_empty(),
            Self::Term(Some(field), test) => values_of(user, field).iter().any(|value| test.passes(value)),
            Self::Term(None, test) => {
                NAME_FIELDS.iter().any(|field| values_of(user, field).iter().any(|value| test.passes(value)))
            }
        }
    }
}

impl Test {
    fn passes(&self, value: &Value) -> bool {
        let Some(text) = text_of(value) else { return false };
        match self {
            Self::Is(expected) => text == *expected,
            Self::Like(pattern) => is_like(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>()),
            Self::Between { low, high } => {
                low.as_ref().is_none_or(|low| is_above(&text, low))
                    && high.as_ref().is_none_or(|high| is_below(&text, high))
            }
        }
    }
}

fn is_above(text: &str, bound: &Bound) -> bool {
    match compare(text, &bound.value) {
        Ordering::Greater => true,
        Ordering::Equal => bound.inclusive,
        Ordering::Less => false,
    }
}

/// Whether `text` is below the upper bound. A range that ends with a month includes all days of that month.
fn is_below(text: &str, bound: &Bound) -> bool {
    match compare(text, &bound.value) {
        Ordering::Less => true,
        Ordering::Equal => bound.inclusive,
        Ordering::Greater => bound.inclusive && text.starts_with(&bound.value),
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    }
}

/// Whether `text` matches the pattern: `*` is any text, `?` is one character, and a backslash escapes them. The running
/// time is at most proportional to the product of both lengths.
fn is_like(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut from) = (0, 0);
    // Position of the last `*`, and the length of the text that it matched.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        let (width, fits) = match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
                continue;
            }
            Some('?') => (1, true),
            Some('\\') => (2, pattern.get(at + 1) == Some(&text[from])),
            Some(character) => (1, *character == text[from]),
            None => (0, false),
        };
        if fits {
            at += width;
            from += 1;
        } else if let Some((place, taken)) = star {
            star = Some((place, taken + 1));
            at = place + 1;
            from = taken + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|character| *character == '*')
}

/// Collects the values at a dotted path. A name selects a property of an object, or of every object in a list.
fn values_of<'a>(user: &'a Value, path: &str) -> Vec<std::borrow::Cow<'a, Value>> {
    use std::borrow::Cow;

    match path {
        "email.domain" => {
            let domain = user["email"].as_str().and_then(|email| email.rsplit_once('@'));
            return domain.map(|(_, domain)| Cow::Owned(domain.into())).into_iter().collect();
        }
        // The JSON contains `blocked` only if it is true.
        "blocked" => return vec![Cow::Owned((user["blocked"] == true).into())],
        _ => {}
    }
    let mut values = vec![user];
    for name in path.split('.') {
        values = values.into_iter().flat_map(items).filter_map(|value| value.get(name)).collect();
    }
    values.into_iter().flat_map(items).filter(|value| !value.is_null()).map(Cow::Borrowed).collect()
}

/// Returns the items of a list, or the value itself.
fn items(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns the first value at `path` as text, for sorting.
pub fn value_of(user: &Value, path: &str) -> Option<String> {
    values_of(user, path).first().and_then(|value| text_of(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn somebody_is_found_by_what_they_are() {
        let user = json!({
            "email": "Ann@x.example", "name": "Ann Lee", "user_id": "auth0|1", "email_verified": true,
            "identities": [{"connection": "db"}], "logins_count": 12, "created_at": "2026-03-09T10:00:00.000Z",
            "app_metadata": {"plan": "Pro", "tags": ["a", "b"], "deep": {"er": 7}, "none": null},
        });
        for (text, expected) in [
            ("email:\"ann@x.example\"", true),
            ("email:ann@*", true),
            ("email:*@x.example", true),
            ("email:bob*", false),
            ("name:A?n*", true),
            ("name:Ann", false),
            ("ann@x.example", true),
            ("user_id:auth0|1", true),
            ("blocked:true", false),
            ("blocked:false", true),
            ("email_verified:true", true),
            ("email.domain:x.example", true),
            ("identities.connection:db", true),
            ("app_metadata.plan:pro", true),
            ("app_metadata.tags:b", true),
            ("app_metadata.tags:c", false),
            ("app_metadata.deep.er:7", true),
            ("app_metadata.deep:7", false),
            ("_exists_:app_metadata.plan", true),
            ("_exists_:app_metadata.none", false),
            ("NOT _exists_:picture", true),
            ("logins_count:[9 TO 12]", true),
            ("logins_count:>12", false),
            ("created_at:[2026-01 TO 2026-03]", true),
            ("created_at:[2026-01 TO 2026-03}", false),
            ("created_at:[2026-04 TO *]", false),
            ("email:bob* OR name:ann*", true),
            ("email:bob* AND name:ann*", false),
        ] {
            assert_eq!(Query::parse(text).unwrap().matches(&user), expected, "{text}");
        }
    }

    #[test]
    fn a_pattern_with_many_stars_takes_no_time() {
        let pattern: Vec<char> = "*a".repeat(200).chars().chain(['b']).collect();
        assert!(!is_like(&pattern, &"a".repeat(300).chars().collect::<Vec<_>>()));
    }
}
