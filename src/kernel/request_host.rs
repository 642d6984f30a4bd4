//! The host that a request is for.
//!
//! A page of another site can have its own name resolve to this machine (DNS rebinding) and then read answers as if they
//! were its own. Its requests name its host, so answering only requests for the right host keeps it out.

use axum::http::{Request, header, uri::Authority};
use url::Url;

/// Host and port that the client named (RFC 9110 section 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHost {
    /// In lower case.
    name: String,
    port: Option<u16>,
}

impl RequestHost {
    /// Returns the host of a request; `None` if the request names none, more than one, or an invalid one.
    pub fn of<B>(request: &Request<B>) -> Option<Self> {
        let mut headers = request.headers().get_all(header::HOST).iter();
        let named = headers.next().and_then(|host| Authority::try_from(host.as_bytes()).ok())?;
        let is_ambiguous = headers.next().is_some()
            || named.as_str().contains('@')
            // A request line with an absolute address names the host a second time (RFC 9112 section 3.2.2).
            || request.uri().authority().is_some_and(|other| *other != named);
        (!is_ambiguous).then(|| Self { name: named.host().to_ascii_lowercase(), port: named.port_u16() })
    }

    /// Returns the name or the IP address, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the host of `origin`, port included.
    pub fn is_of(&self, origin: &Url) -> bool {
        let default = if origin.scheme() == "https" { 443 } else { 80 };
        origin.host_str() == Some(&self.name) && Some(self.port.unwrap_or(default)) == origin.port_or_known_default()
    }

    /// Returns the labels in front of the host of `origin`: `acme` for `acme.tessera.example`.
    pub fn subdomain_of(&self, origin: &Url) -> Option<&str> {
        self.name.strip_suffix(origin.host_str()?)?.strip_suffix('.')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Option<RequestHost> {
        RequestHost::of(&Request::builder().uri("/").header(header::HOST, text).body(()).unwrap())
    }

    #[test]
    fn a_host_is_compared_with_its_port_and_without_case() {
        for (origin, same, different) in [
            (
                "http://localhost:4400/",
                &["localhost:4400", "LOCALHOST:4400"][..],
                &["localhost", "localhost:4401", "127.0.0.1:4400", "localhost.:4400", "evil.example:4400"][..],
            ),
            ("https://id.example/", &["id.example", "id.example:443"], &["id.example:80", "x.id.example", "example"]),
            ("http://id.example/", &["id.example", "id.example:80"], &["id.example:443"]),
            ("http://[::1]:4400/", &["[::1]:4400"], &["[::2]:4400", "::1"]),
        ] {
            let origin = Url::parse(origin).unwrap();
            let is_same = |text: &&str| host(text).is_some_and(|host| host.is_of(&origin));
            assert!(same.iter().all(is_same), "{origin}");
            assert!(!different.iter().any(is_same), "{origin}");
        }
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        for wrong in ["", "a b", "me@localhost:4400", "localhost:4400/x", "localhost:port"] {
            assert_eq!(host(wrong).filter(|host| host.port.is_some()), None, "{wrong:?}");
        }
        let request = |uri: &str, hosts: &[&str]| {
            let request = Request::builder().uri(uri);
            let request = hosts.iter().fold(request, |request, host| request.header(header::HOST, *host));
            RequestHost::of(&request.body(()).unwrap())
        };
        assert_eq!(request("/", &[]), None);
        assert_eq!(request("/", &["localhost", "evil.example"]), None);
        assert_eq!(request("http://evil.example/", &["localhost"]), None);
        assert!(request("http://localhost/", &["localhost"]).is_some());
    }

    #[test]
    fn a_subdomain_is_what_precedes_the_host() {
        let origin = Url::parse("http://localhost:3000/").unwrap();
        let label = |text| host(text).and_then(|host| host.subdomain_of(&origin).map(str::to_owned));
        assert_eq!(label("ACME.localhost:3000").as_deref(), Some("acme"));
        assert_eq!(label("a.b.localhost").as_deref(), Some("a.b"));
        for none in ["localhost:3000", "evillocalhost", "acme.localhost.evil.example"] {
            assert_eq!(label(none), None, "{none}");
        }
    }
}
