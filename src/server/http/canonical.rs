//! One address for each page: `/o/ACME/tasks/crm-1/` leads to `/o/acme/tasks/CRM-1`.

use std::fmt::Write as _;

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

/// Middleware that redirects permanently to the canonical form of a path. The browser keeps the fragment.
///
/// Other methods than GET and HEAD keep their path: a browser would send the body a second time.
pub async fn redirect(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let is_page = [Method::GET, Method::HEAD].contains(request.method()) && !uri.path().starts_with("/fn/");
    let canonical = path(uri.path());
    if !is_page || canonical == uri.path() {
        return next.run(request).await;
    }
    let target = uri.query().map_or_else(|| canonical.clone(), |query| format!("{canonical}?{query}"));
    Redirect::permanent(&target).into_response()
}

/// Returns the canonical form of `path`: without empty segments and a slash at the end, without escapes that are not
/// needed, and below `/o/` in lower case, except for the keys of projects and tasks.
pub fn path(path: &str) -> String {
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut canonical = String::with_capacity(path.len());
    for (at, part) in segments.iter().enumerate() {
        canonical.push('/');
        push(&mut canonical, part, case(&segments, at));
    }
    if canonical.is_empty() { "/".to_owned() } else { canonical }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Kept,
    Lower,
    Upper,
}

/// How the segment `at` is written.
fn case(segments: &[&str], at: usize) -> Case {
    let is = |at: usize, name: &str| segments.get(at).is_some_and(|segment| segment.eq_ignore_ascii_case(name));
    if at == 0 || segments[0] != "o" {
        return Case::Kept;
    }
    let is_key = at == 3 && (is(2, "tasks") || (is(2, "projects") && segments[3] != "new"));
    if is_key { Case::Upper } else { Case::Lower }
}

/// Appends a segment. RFC 3986, section 6.2.2.2: an escape of an unreserved character is equivalent to the character. A dot
/// stays escaped, because a segment of dots would change the path.
fn push(target: &mut String, segment: &str, case: Case) {
    let mut rest = segment.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let escaped = if first == b'%' { digit(0).zip(digit(1)).map(|(high, low)| high * 16 + low) } else { None };
        let escaped = escaped.and_then(|value| u8::try_from(value).ok());
        rest = if escaped.is_some() { &after[2..] } else { after };
        let (byte, must_escape) = match escaped {
            Some(byte) => (byte, !(byte.is_ascii_alphanumeric() || b"-_~".contains(&byte))),
            // Browsers treat a backslash as a slash.
            None => (first, first == b'\\' || !first.is_ascii()),
        };
        if must_escape {
            _ = write!(target, "%{byte:02X}");
            continue;
        }
        target.push(char::from(match case {
            Case::Kept => byte,
            Case::Lower => byte.to_ascii_lowercase(),
            Case::Upper => byte.to_ascii_uppercase(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        for (typed, expected) in [
            ("/", "/"),
            ("", "/"),
            ("//", "/"),
            ("/o/acme", "/o/acme"),
            ("/o/acme/", "/o/acme"),
            ("//o///acme//", "/o/acme"),
            ("/join/", "/join"),
            ("/o/ACME/tasks/crm-1", "/o/acme/tasks/CRM-1"),
            ("/o/Abc-Inc/Projects/crm/Board/", "/o/abc-inc/projects/CRM/board"),
            ("/o/acme/projects/new", "/o/acme/projects/new"),
            ("/o/acme/projects/New", "/o/acme/projects/NEW"),
            ("/o/acme/settings/domains/Acme.Example", "/o/acme/settings/domains/acme.example"),
            ("/o/%61c%4De/tasks/WEB%2D1", "/o/acme/tasks/WEB-1"),
            ("/o/acme/%c3%bc", "/o/acme/%C3%BC"),
            ("/o/acme/a%2fb", "/o/acme/a%2Fb"),
            ("/o/acme/%2e%2e/x", "/o/acme/%2E%2E/x"),
            ("/o/acme/100%", "/o/acme/100%"),
            ("/o/acme/%zz", "/o/acme/%zz"),
            ("/Callback/", "/Callback"),
            ("/\\evil.example/", "/%5Cevil.example"),
            ("//evil.example/x", "/evil.example/x"),
        ] {
            let found = path(typed);
            assert_eq!(found, expected, "{typed:?}");
            assert_eq!(path(&found), found, "{typed:?} leads no further");
            assert!(!found.starts_with("//") && !found.contains('\\'), "{typed:?} stays on this site");
        }
    }
}
