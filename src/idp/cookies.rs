//! Cookies of the provider.
//!
//! All values are opaque. Browsers send the cookies of logins when a user follows a link from another site
//! (`SameSite=Lax`), but not the cookie of the console. Ports of a host share cookies, so the names must differ from
//! those of an application on the same host.

use chrono::TimeDelta;
use cookie::SameSite;

use crate::{idp::store, kernel::cookies::HostCookie};

/// How long the provider recognizes the browser that began a login.
const BROWSER_LIFETIME: TimeDelta = TimeDelta::days(1);

/// The cookies of the provider.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// Binds logins to the browser that began them. A form submitted from another site with the login of another
    /// browser is refused.
    pub browser: HostCookie,
    /// Session of a signed-in user at the provider.
    pub session: HostCookie,
    /// Recognizes a browser in which an account has signed in before, also after it signed out.
    pub known_browser: HostCookie,
    /// Session of an administrator. Browsers do not send this cookie with requests that another site causes.
    pub console: HostCookie,
}

impl Cookies {
    pub const fn new(https: bool) -> Self {
        Self {
            browser: HostCookie::new("idp_browser", https, SameSite::Lax, BROWSER_LIFETIME),
            session: HostCookie::new("idp_session", https, SameSite::Lax, store::sessions::LIFETIME),
            known_browser: HostCookie::new("idp_known_browser", https, SameSite::Lax, store::known_browsers::LIFETIME),
            console: HostCookie::new("idp_console", https, SameSite::Strict, store::administrators::LIFETIME),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_site_leads_into_the_console() {
        let line = Cookies::new(true).console.set("v");
        assert_eq!(line, "__Host-idp_console=v; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=28800");
    }

    #[test]
    fn on_https_a_cookie_is_secure() {
        let line = Cookies::new(true).session.set("v");
        assert_eq!(line, "__Host-idp_session=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=259200");
    }
}
