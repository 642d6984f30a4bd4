//! Cookies that only this host can set and no script can read.
//!
//! Another host of the same domain can set a cookie whose name becomes `__Host-name` only when percent signs are
//! decoded or Unicode white space is trimmed. So names are compared without decoding. The cookie jars of axum-extra and
//! tower-cookies decode them.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;
use cookie::{Cookie, SameSite, time::Duration};

/// Binds a cookie to this host: browsers accept it only over a secure connection, without `Domain` and for the path `/`
/// (RFC 6265bis section 4.1.3.2).
const PREFIX: &str = "__Host-";

/// Returns the name of a cookie, with the prefix if the address uses https.
#[must_use]
pub fn name(name: &'static str, https: bool) -> Cow<'static, str> {
    if https { format!("{PREFIX}{name}").into() } else { name.into() }
}

/// Returns the value of the cookie `name` in a request, as it was sent; `None` if it is empty.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name && !cookie.value().is_empty())?.value_raw()
}

/// A cookie that only this host can set.
#[derive(Clone, Copy, Debug)]
pub struct HostCookie {
    /// Name of the cookie without the prefix.
    name: &'static str,
    https: bool,
    same_site: SameSite,
    lifetime: TimeDelta,
}

impl HostCookie {
    #[must_use]
    pub const fn new(name: &'static str, https: bool, same_site: SameSite, lifetime: TimeDelta) -> Self {
        Self { name, https, same_site, lifetime }
    }

    /// Returns the value of the cookie in a request; `None` if it is empty.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, &name(self.name, self.https))
    }

    /// Returns the `Set-Cookie` header that sets the cookie to `value`, which must be a token.
    #[must_use]
    pub fn set(self, value: &str) -> HeaderValue {
        self.header(value, self.lifetime)
    }

    /// Returns the `Set-Cookie` header that deletes the cookie.
    #[must_use]
    pub fn clear(self) -> HeaderValue {
        self.header("", TimeDelta::zero())
    }

    fn header(self, value: &str, lifetime: TimeDelta) -> HeaderValue {
        let cookie = Cookie::build((name(self.name, self.https), value))
            .path("/")
            .http_only(true)
            .secure(self.https)
            .same_site(self.same_site)
            .max_age(Duration::seconds(lifetime.num_seconds()));
        HeaderValue::try_from(cookie.to_string()).expect("names and tokens are legal in a header")
    }
}

/// Removes cookies whose names contain percent signs or non-ASCII characters from a request. For layers that decode and
/// trim names.
pub fn drop_disguised_names(headers: &mut HeaderMap) {
    let is_disguised = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        name.iter().any(|byte| *byte == b'%' || !byte.is_ascii())
    };
    let mut lines: Vec<HeaderValue> = headers.get_all(header::COOKIE).iter().cloned().collect();
    for line in &mut lines {
        let kept: Vec<_> = line.as_bytes().split(|byte| *byte == b';').filter(|pair| !is_disguised(pair)).collect();
        *line = HeaderValue::from_bytes(&kept.join(&b';')).unwrap_or(HeaderValue::from_static(""));
    }
    headers.remove(header::COOKIE);
    headers.extend(lines.into_iter().map(|line| (header::COOKIE, line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(name: &'static str, https: bool) -> HostCookie {
        HostCookie::new(name, https, SameSite::Lax, TimeDelta::minutes(1))
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; =; empty=; session=xyz;session=later"));
        headers.append(header::COOKIE, HeaderValue::from_static("browser=b=c%20d"));
        let read = |name, https| cookie(name, https).read(&headers);
        assert_eq!(read("session", false), Some("xyz"));
        assert_eq!(read("browser", false), Some("b=c%20d"));
        assert_eq!(read("empty", false), None);
        assert_eq!(read("session", true), None);
    }

    #[test]
    fn a_disguised_name_has_no_prefix() {
        let disguised = ["%5F_Host-session=planted", "\u{2000}__Host-session=planted", "%5F_Host-session"];
        for line in disguised {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
            assert_eq!(cookie("session", true).read(&headers), None, "{line}");
            let line = format!("a=%5F\u{e9};{line}; b=2; {line}");
            headers.append(header::COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
            drop_disguised_names(&mut headers);
            assert_eq!(headers.get_all(header::COOKIE).iter().collect::<Vec<_>>(), ["", "a=%5F\u{e9}; b=2"], "{line}");
        }
    }

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host() {
        let line = cookie("session", true).set("v");
        assert_eq!(line, "__Host-session=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
        let line = cookie("session", false).clear();
        assert_eq!(line, "session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }
}
