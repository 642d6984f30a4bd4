//! Properties that hold for any input. `tests/app/fuzz.rs` checks them for the kept inputs in `fuzz/corpus` and for random
//! ones, with every run of the tests. `script/fuzz` searches for inputs that break them, guided by coverage.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use cookie::{Cookie, SameSite};
use serde_json::Value;
use tessera::testing::{
    domain::{query::Query, tasks::merge::compose},
    kernel::cookies::{HostCookie, drop_disguised_names},
    server::{
        auth::{jws_header, return_path::ReturnPath},
        services::{markdown, text_merge},
    },
};
use url::Url;

/// Checks one input.
pub type Target = fn(&[u8]);

/// All targets, with the names of their folders in `fuzz/corpus`.
pub const TARGETS: [(&str, Target); 6] = [
    ("filter", filter),
    ("markdown", markdown),
    ("cookie", cookie),
    ("return_path", return_path),
    ("token", token),
    ("merge", merge),
];

/// A query string that was parsed and formatted is parsed to the same query again, without problems.
pub fn filter(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (query, _) = Query::parse(&text);
    let address = query.address();
    let (again, problems) = Query::parse(&address);
    assert!(problems.is_empty(), "{address}: {problems:?}");
    assert_eq!(again, query, "{address}");
}

/// Rendered Markdown holds allowed tags, and links that run no script.
pub fn markdown(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let known = ["Alice", "Alice Ace", "Bob O’Neil"];
    let names = known.into_iter().collect();
    let html = markdown::html("acme", &text, &names, &markdown::ProjectKeys::from(["WEB".to_owned()]));
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split_once('>').unwrap_or_else(|| panic!("an open tag in {html}")).0;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(markdown::TAGS.contains(&name), "<{name}> in {html}");
        if !["br", "hr", "input"].contains(&name) {
            open.push(name);
        }
        check_attributes(name, attributes);
    }
    assert!(open.is_empty(), "{open:?} stay open in {html}");
    let mentioned = markdown::mentions(&text, &names);
    assert!(mentioned.iter().all(|name| known.iter().any(|known| known.to_lowercase() == *name)), "{mentioned:?}");
    assert!(!markdown::plain(&text).contains(['\n', '\r']));
}

fn check_attributes(element: &str, attributes: &str) {
    let mut rest = attributes;
    while let Some((name, value)) = rest.split_once("=\"") {
        let (value, after) = value.split_once('"').expect("attributes are quoted");
        match (element, name.trim()) {
            ("a", "href") => {
                let schemes = ["http:", "https:", "mailto:", "/o/"];
                let lower = value.to_ascii_lowercase();
                assert!(schemes.iter().any(|scheme| lower.starts_with(scheme)), "{value}");
            }
            ("a", "rel") => assert_eq!(value, "noopener noreferrer nofollow ugc"),
            ("input", "type") => assert_eq!(value, "checkbox"),
            ("input", "checked" | "disabled") => assert_eq!(value, ""),
            ("ol", "start") | ("a", "title") => {}
            ("td" | "th", "align") => assert!(["left", "center", "right"].contains(&value)),
            (_, "dir") => assert_eq!(value, "auto"),
            other => panic!("attribute {other:?}"),
        }
        rest = after;
    }
    assert_eq!(rest.trim(), "", "{attributes}");
}

/// A `__Host-` cookie is found only under exactly its name, also by layers that decode names.
pub fn cookie(input: &[u8]) {
    const NAME: &str = "__Host-tessera";
    let Ok(line) = HeaderValue::from_bytes(input) else { return };
    let mut headers = HeaderMap::from_iter([(header::COOKIE, line)]);
    let names: Vec<_> = input
        .split(|byte| *byte == b';')
        .map(|pair| pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii())
        .collect();
    let is_there = names.contains(&NAME.as_bytes());
    let cookie = HostCookie::new("tessera", true, SameSite::Lax, TimeDelta::minutes(1));
    assert!(is_there || cookie.read(&headers).is_none());
    drop_disguised_names(&mut headers);
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let is_found = lines.flat_map(Cookie::split_parse_encoded).flatten().any(|cookie| cookie.name() == NAME);
    assert!(is_there || !is_found);
}

/// An accepted address to return to is a path of the site, and stays the same when it is parsed again.
pub fn return_path(input: &[u8]) {
    let base = Url::parse("https://tessera.example/").unwrap();
    let text = String::from_utf8_lossy(input);
    if let Some(path) = ReturnPath::parse(&base, &text) {
        let text = path.as_str();
        assert!(text.starts_with('/') && !text.starts_with("//") && !text.contains('\\'), "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
        assert_eq!(base.join(text).unwrap().origin(), base.origin(), "{text}");
        assert_eq!(ReturnPath::parse(&base, text).as_ref(), Some(&path), "{text}");
    }
}

/// The header of an accepted token names RS256 and no critical extension, however it is written.
pub fn token(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(header) = jws_header::parse(&text) else { return };
    assert_eq!(text.split('.').count(), 3, "{text}");
    let encoded = text.split('.').next().unwrap_or_default();
    let json: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap();
    assert_eq!(json["alg"], "RS256", "{json}");
    assert!(json.get("crit").is_none_or(Value::is_null), "{json}");
    assert_eq!(json["kid"].as_str(), header.kid.as_deref(), "{json}");
}

/// A merge keeps the only change, whoever made it, and conflicts in the same number of places if the sides are swapped.
pub fn merge(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut versions = text.splitn(3, '\0').map(|text| text.trim_end().replace('\r', ""));
    let [base, yours, theirs] = std::array::from_fn(|_| versions.next().unwrap_or_default());
    let deadline = Instant::now() + Duration::from_secs(5);
    let merge = |yours: &str, theirs: &str| text_merge::text(&base, yours, theirs, deadline);
    assert_eq!(compose(&merge(&yours, &base)), yours);
    assert_eq!(compose(&merge(&base, &theirs)), theirs);
    assert_eq!(compose(&merge(&yours, &yours)), yours);
    let conflicts = |yours, theirs| merge(yours, theirs).iter().filter(|part| part.is_clash()).count();
    assert_eq!(conflicts(&yours, &theirs), conflicts(&theirs, &yours));
}
