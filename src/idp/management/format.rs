//! String formats and patterns of the interface.

use url::Url;

use crate::idp::form;

/// Whether `text` has the format `name`. An unknown format accepts all texts.
pub fn is(name: &str, text: &str) -> bool {
    match name {
        "organization-id" => has_prefix(text, "org_", 16),
        "connection-id" => has_prefix(text, "con_", 16),
        "role-id" => has_prefix(text, "rol_", 16),
        "client-grant-id" => has_prefix(text, "cgr_", 16),
        "client-id" => {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        }
        "user-id-with-max-length" => !text.is_empty() && text.len() <= 300,
        "organization-name" => form::organization_name_error(text).is_none(),
        "email" => form::email(text).is_some(),
        "html-color" => is_colour(text),
        "strict-uri" => matches!(scheme(text).as_deref(), Some("http" | "https")),
        "strict-https-uri-or-null" => scheme(text).as_deref() == Some("https"),
        _ => true,
    }
}

/// Whether `text` matches a pattern of the interface. Unknown patterns match nothing, so that a test detects them.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    match pattern {
        r"^\S*$" => !text.chars().any(char::is_whitespace),
        r"^[^<>]+$" => !text.is_empty() && !text.contains(['<', '>']),
        r"^\+[0-9]{1,15}$" => text
            .strip_prefix('+')
            .is_some_and(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())),
        "^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$" => {
            text.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        }
        DOMAIN => is_domain(text),
        _ => false,
    }
}

const DOMAIN: &str =
    r"^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$";

/// Whether `text` consists of labels of letters, digits and inner hyphens, separated by dots.
pub fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

fn has_prefix(text: &str, prefix: &str, length: usize) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == length && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn scheme(text: &str) -> Option<String> {
    Url::parse(text).ok().filter(Url::has_host).map(|url| url.scheme().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_interface_is_supported() {
        let interface: serde_json::Value = serde_json::from_str(include_str!("interface.json")).unwrap();
        let mut patterns = Vec::new();
        collect(&interface, &mut patterns);
        assert!(!patterns.is_empty());
        for pattern in patterns {
            assert!(["a", "+4911", "example"].iter().any(|text| matches_pattern(&pattern, text)), "{pattern}");
        }
    }

    fn collect(value: &serde_json::Value, patterns: &mut Vec<String>) {
        if let Some(pattern) = value.get("pattern").and_then(serde_json::Value::as_str) {
            patterns.push(pattern.to_owned());
        }
        match value {
            serde_json::Value::Object(object) => object.values().for_each(|value| collect(value, patterns)),
            serde_json::Value::Array(items) => items.iter().for_each(|value| collect(value, patterns)),
            _ => {}
        }
    }

    #[test]
    fn formats_accept_valid_and_refuse_invalid_values() {
        for (name, right, wrong) in [
            ("organization-id", "org_0123456789abcdEF", "org_1"),
            ("organization-name", "a-b_1", "Acme"),
            ("html-color", "#a1B2c3", "red"),
            ("strict-https-uri-or-null", "https://a.example/l.png", "http://a.example/l.png"),
            ("email", "ann@example.com", "ann"),
        ] {
            assert!(is(name, right) && !is(name, wrong), "{name}");
        }
        assert!(is_domain("a-b.example") && !is_domain("-a.example") && !is_domain("a..b") && !is_domain("a_b.c"));
    }
}
