//! Cookies of the provider.
//!
//! All are opaque and `HttpOnly`. Those of logins are sent when another site links here (`SameSite=Lax`), that of the
//! console is not. Cookies are shared between ports, so the names must differ from those of an application on the same
//! host.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;

use crate::idp::store;

/// How long a browser is recognized as the one that began a login.
const BROWSER_LIFETIME: TimeDelta = TimeDelta::days(1);

/// Reads and writes the cookies.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

/// Which cookie.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Binds logins to the browser that began them. A form that another site submits carries a different browser's
    /// login and is refused.
    Browser,
    /// The session at the provider.
    Session,
    /// Session of an administrator, which no link from another site may use.
    Console,
}

impl Cookies {
    /// With `secure`, for https, the prefix `__Host-` also keeps subdomains and plain connections from setting the
    /// cookies.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    pub fn browser(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name(Kind::Browser))
    }

    pub fn session(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name(Kind::Session))
    }

    pub fn set_browser(self, value: &str) -> HeaderValue {
        self.set(Kind::Browser, value, BROWSER_LIFETIME)
    }

    pub fn set_session(self, value: &str) -> HeaderValue {
        self.set(Kind::Session, value, store::sessions::LIFETIME)
    }

    pub fn clear_session(self) -> HeaderValue {
        self.set(Kind::Session, "", TimeDelta::zero())
    }

    pub fn console(self, headers: &HeaderMap) -> Option<&str> {
        read(headers, self.name(Kind::Console))
    }

    pub fn set_console(self, value: &str) -> HeaderValue {
        self.set(Kind::Console, value, store::administrators::LIFETIME)
    }

    pub fn clear_console(self) -> HeaderValue {
        self.set(Kind::Console, "", TimeDelta::zero())
    }

    const fn name(self, kind: Kind) -> &'static str {
        match (kind, self.secure) {
            (Kind::Browser, true) => "__Host-idp_browser",
            (Kind::Browser, false) => "idp_browser",
            (Kind::Session, true) => "__Host-idp_session",
            (Kind::Session, false) => "idp_session",
            (Kind::Console, true) => "__Host-idp_console",
            (Kind::Console, false) => "idp_console",
        }
    }

    fn set(self, kind: Kind, value: &str, lifetime: TimeDelta) -> HeaderValue {
        let name = self.name(kind);
        let secure = if self.secure { "; Secure" } else { "" };
        let seconds = lifetime.num_seconds();
        let same_site = if matches!(kind, Kind::Console) { "Strict" } else { "Lax" };
        HeaderValue::try_from(format!(
            "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"
        ))
        .expect("names and random tokens are legal in a header")
    }
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; idp_session=xyz"));
        headers.append(header::COOKIE, HeaderValue::from_static("idp_browser=b=c"));
        let cookies = Cookies::new(false);
        assert_eq!(cookies.session(&headers), Some("xyz"));
        assert_eq!(cookies.browser(&headers), Some("b=c"));
        assert_eq!(Cookies::new(true).session(&headers), None);
    }

    #[test]
    fn no_other_site_leads_into_the_console() {
        let line = Cookies::new(true).set_console("v");
        assert_eq!(line, "__Host-idp_console=v; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure");
    }

    #[test]
    fn on_https_a_cookie_is_secure() {
        let line = Cookies::new(true).set_session("v");
        assert_eq!(line, "__Host-idp_session=v; Path=/; Max-Age=259200; HttpOnly; SameSite=Lax; Secure");
    }
}
