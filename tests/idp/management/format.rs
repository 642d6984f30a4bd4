//! String formats and patterns in the JSON Schemas of responses.

use chrono::DateTime;
use url::Url;

/// Whether `text` has the format `name`.
///
/// # Panics
///
/// If this format is not implemented here.
pub fn is(name: &str, text: &str) -> bool {
    match name {
        "organization-id" => is_id(text, "org_", 16),
        "connection-id" => is_id(text, "con_", 16),
        "role-id" => is_id(text, "rol_", 16),
        "user-invitation-id" => is_id(text, "uinv_", 16),
        "client-grant-id" => is_id(text, "cgr_", 16),
        "organization-discovery-domain-id" => is_id(text, "ord_", 22),
        "credential-id" => is_id(text, "cred_", 22),
        "ticket-id" => is_id(text, "", 32),
        "client-id" => !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
        "connection-realm" => !text.is_empty() && text.chars().count() <= 128,
        "organization-name" => {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
            (1..=50).contains(&text.len()) && text.bytes().all(fits)
        }
        "email" => {
            text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
                && !text.contains(char::is_whitespace)
        }
        "date-time" => DateTime::parse_from_rfc3339(text).is_ok(),
        "html-color" => {
            matches!(text.len(), 4 | 7) && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
        }
        "strict-https-uri" | "strict-https-uri-or-null" => has_scheme(text, "https"),
        "absolute-https-uri-or-empty" | "absolute-https-uri-with-placeholders-or-empty" => {
            text.is_empty() || has_scheme(text, "https")
        }
        "url" => Url::parse(text).is_ok(),
        other => panic!("unknown format {other}"),
    }
}

/// Whether `text` matches `pattern`.
///
/// # Panics
///
/// If this pattern is not implemented here.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        r"^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$" => {
            text.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
        }
        other => panic!("unknown pattern {other}"),
    }
}

fn is_id(text: &str, prefix: &str, length: usize) -> bool {
    let rest = text.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.len() == length && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn has_scheme(text: &str, scheme: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.scheme() == scheme)
}
