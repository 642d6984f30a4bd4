//! The page to return to after a sign-in: a path of this site, never a URL of another site.

use url::{Position, Url, form_urlencoded};

/// Maximum length of a path in bytes.
const MAX_LENGTH: usize = 2_000;

/// A path of this site with its query and fragment, safe to redirect to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// Parses `text` as a path of the site at `base`; `None` if it is no path or leads to another site.
    #[must_use]
    pub fn parse(base: &Url, text: &str) -> Option<Self> {
        // Browsers drop tabs and line breaks and treat a backslash as a slash, and so does the URL parser below.
        let is_plain = text.len() <= MAX_LENGTH && !text.contains('\\') && !text.chars().any(char::is_control);
        if !is_plain || !text.starts_with('/') || text.starts_with("//") {
            return None;
        }
        let url = base.join(text).ok().filter(|url| url.origin() == base.origin())?;
        // Returning to one of these would start another sign-in or sign-out.
        if ["/login", "/callback", "/logout"].contains(&url.path()) {
            return None;
        }
        Some(Self(url[Position::BeforePath..].to_owned())).filter(|path| !path.0.starts_with("//"))
    }

    /// Parses `address` as an absolute URL of the site at `base`, and returns its path.
    #[must_use]
    pub fn of_address(base: &Url, address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| url.origin() == base.origin() && url.username().is_empty())?;
        Self::parse(base, &url[Position::BeforePath..])
    }

    /// The landing page.
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The page for a person without an organization.
    #[must_use]
    pub fn welcome() -> Self {
        Self("/welcome".to_owned())
    }

    /// The page for a person who may join an organization.
    #[must_use]
    pub fn join() -> Self {
        Self("/join".to_owned())
    }

    /// The home page of the organization with the name `slug`.
    #[must_use]
    pub fn organization(slug: &str) -> Self {
        Self(format!("/o/{slug}"))
    }

    /// The path with its query and fragment, in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let (path, fragment) = self.split();
        let separator = if path.contains('?') { '&' } else { '?' };
        let parameter = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        Self(format!("{path}{separator}{parameter}{fragment}"))
    }

    /// Removes the query parameter `name` if it has no value.
    #[must_use]
    pub fn without_flag(&self, name: &str) -> Self {
        let (address, fragment) = self.split();
        let Some((path, query)) = address.split_once('?') else { return self.clone() };
        let is_other = |pair: &&str| pair.strip_suffix('=').unwrap_or(pair) != name;
        let query: Vec<_> = query.split('&').filter(is_other).collect();
        let address = if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) };
        Self(address + fragment)
    }

    /// The path with its query, and the fragment with its sign, if any.
    fn split(&self) -> (&str, &str) {
        self.0.split_at(self.0.find('#').unwrap_or(self.0.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        let base = Url::parse("https://tessera.example/").unwrap();
        ReturnPath::parse(&base, text).map(|path| path.as_str().to_owned())
    }

    #[test]
    fn parses_paths_of_this_site() {
        assert_eq!(parse("/o/acme/projects/WEB/board?x=1"), Some("/o/acme/projects/WEB/board?x=1".to_owned()));
        assert_eq!(parse("/o/acme/ü"), Some("/o/acme/%C3%BC".to_owned()));
        assert_eq!(parse("/"), Some("/".to_owned()));
        assert_eq!(parse("/o/acme/tasks/WEB-1#comment-ü"), Some("/o/acme/tasks/WEB-1#comment-%C3%BC".to_owned()));
        assert_eq!(parse("/#//evil.example"), Some("/#//evil.example".to_owned()));
    }

    #[test]
    fn rejects_other_sites() {
        for text in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
            "evil",
            "",
            "/.//evil.example",
            "/x/..//evil.example",
            "/%0d%0aSet-Cookie:x\r\n",
            " //evil.example",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("/{}", "a".repeat(3000))), None);
    }

    #[test]
    fn parses_urls_of_this_site() {
        let of = |address: &str| {
            let base = Url::parse("https://tessera.example/").unwrap();
            ReturnPath::of_address(&base, address).map(|path| path.as_str().to_owned())
        };
        assert_eq!(of("https://tessera.example/o/acme?x=1#y"), Some("/o/acme?x=1#y".to_owned()));
        assert_eq!(of("https://tessera.example"), Some("/".to_owned()));
        for address in [
            "https://evil.example/o/acme",
            "https://tessera.example.evil.example/",
            "https://tessera.example:444/",
            "http://tessera.example/",
            "https://tessera.example@evil.example/",
            "https://evil@tessera.example/",
            "https://tessera.example//evil.example",
            "https://tessera.example/login?x",
            "javascript:alert(1)",
            "/o/acme",
            "",
        ] {
            assert_eq!(of(address), None, "{address:?}");
        }
    }

    #[test]
    fn a_parameter_stays_one_parameter() {
        let base = Url::parse("https://tessera.example/").unwrap();
        let path = ReturnPath::parse(&base, "/o/acme?x=1").unwrap();
        assert_eq!(path.with("draft", "abc-_1").as_str(), "/o/acme?x=1&draft=abc-_1");
        assert_eq!(ReturnPath::home().with("draft", "a&b=c#d\r\n/ü").as_str(), "/?draft=a%26b%3Dc%23d%0D%0A%2F%C3%BC");
    }

    #[test]
    fn a_fragment_stays_at_the_end() {
        let base = Url::parse("https://tessera.example/").unwrap();
        let path = |text| ReturnPath::parse(&base, text).unwrap();
        assert_eq!(path("/o/acme#a?b").with("draft", "1").as_str(), "/o/acme?draft=1#a?b");
        assert_eq!(path("/o/acme?x=1#a").with("draft", "1").as_str(), "/o/acme?x=1&draft=1#a");
        assert_eq!(path("/o/acme?new&x=1#a?new").without_flag("new").as_str(), "/o/acme?x=1#a?new");
        assert_eq!(path("/o/acme#a?new").without_flag("new").as_str(), "/o/acme#a?new");
    }

    #[test]
    fn rejects_sign_in_and_sign_out_paths() {
        assert_eq!(parse("/login?return_to=/login"), None);
        assert_eq!(parse("/logout"), None);
    }
}
