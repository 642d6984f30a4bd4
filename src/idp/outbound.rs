//! HTTP requests to addresses that people configure: issuers of connections, and logout addresses of clients.
//!
//! Such an address could lead to services that only this machine or its network can reach (server-side request
//! forgery). So the IP address is judged, not the name, and the connection goes to the judged address, so that a second
//! answer of DNS cannot differ. Redirects are not followed and proxies are not used, because both would connect to
//! addresses that were not judged.

use std::{
    error::Error as _,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use openidconnect::reqwest::{
    self, Client, Request, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::{Host, Url};

use crate::kernel::client_address::NetworkList;

/// Addresses that are not public: of this machine, of private networks, of documentation, of multicast and of
/// translation (IANA's special-purpose address registries).
static SPECIAL: LazyLock<NetworkList> = LazyLock::new(|| {
    let networks = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, \
                    192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, \
                    224.0.0.0/4, 240.0.0.0/4, 2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20";
    networks.parse().expect("the networks are valid")
});

/// The IPv6 addresses that are given out for use in the internet. All others are special.
static GLOBAL_UNICAST: LazyLock<NetworkList> = LazyLock::new(|| "2000::/3".parse().expect("the network is valid"));

/// First bits of an IPv6 address that stands for an IPv4 address (NAT64, RFC 6052 section 2.1).
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// Why a request was not sent or not answered.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("{0} is not a public address; the operator can allow it with IDP_OUTBOUND_ALLOW")]
    Forbidden(String),
    #[error("{0}")]
    Failed(reqwest::Error),
}

impl From<reqwest::Error> for OutboundError {
    fn from(error: reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(source) = cause {
            if let Some(ForbiddenName(name)) = source.downcast_ref() {
                return Self::Forbidden(name.clone());
            }
            cause = source.source();
        }
        Self::Failed(error)
    }
}

/// None of the addresses of a name may be called.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no public address")]
struct ForbiddenName(String);

/// HTTP client for addresses that people configure.
#[derive(Clone, Debug)]
pub struct Outbound {
    client: Client,
    rule: Rule,
    /// Client for [`Self::own`].
    own_client: Client,
    /// Addresses that the operator configured, such as the application beside this provider.
    own: Arc<[String]>,
}

/// Which IP addresses may be called.
#[derive(Clone, Debug)]
struct Rule {
    /// Addresses that the operator allows although they are not public.
    allowed: Arc<NetworkList>,
}

impl Outbound {
    /// Creates the client. `allowed` lists addresses that may be called although they are not public; `own` lists
    /// addresses that the operator configured, which are not judged.
    ///
    /// # Panics
    ///
    /// If TLS cannot be set up on this machine.
    pub fn new(allowed: NetworkList, own: impl IntoIterator<Item = String>) -> Self {
        let rule = Rule { allowed: Arc::new(allowed) };
        let build = || {
            Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .connect_timeout(Duration::from_secs(3))
                .timeout(Duration::from_secs(8))
                .user_agent("tessera-idp")
        };
        let client = build().dns_resolver(Arc::new(rule.clone())).build().expect("TLS is available");
        let own_client = build().build().expect("TLS is available");
        Self { client, rule, own_client, own: own.into_iter().collect() }
    }

    /// Sends the request, unless its host has no IP address that may be called.
    pub async fn execute(&self, request: Request) -> Result<Response, OutboundError> {
        // The HTTP client does not ask its resolver about a host that is an IP address.
        if let Some(address) = literal(request.url())
            && !self.rule.permits(address)
        {
            return Err(OutboundError::Forbidden(address.to_string()));
        }
        Ok(self.client.execute(request).await?)
    }

    /// Posts a form to an address of a client.
    pub async fn post(&self, address: &str, form: &[(&str, &str)]) -> Result<Response, OutboundError> {
        if self.own.iter().any(|own| own == address) {
            return Ok(self.own_client.post(address).form(form).send().await?);
        }
        self.execute(self.client.post(address).form(form).build()?).await
    }
}

impl Rule {
    fn permits(&self, address: IpAddr) -> bool {
        self.allowed.contains(address) || is_public(address)
    }
}

impl Resolve for Rule {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> = found.filter(|found| rule.permits(found.ip())).collect();
            if permitted.is_empty() {
                return Err(ForbiddenName(name.as_str().to_owned()).into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Returns the host of `url` if it is an IP address, in whichever notation.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Whether anyone in the internet may have this address.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V6(address) if address.segments().starts_with(&NAT64) => is_public(embedded(address)),
        address @ IpAddr::V6(_) => GLOBAL_UNICAST.contains(address) && !SPECIAL.contains(address),
        address @ IpAddr::V4(_) => !SPECIAL.contains(address),
    }
}

/// Returns the IPv4 address in the last 32 bits.
fn embedded(address: Ipv6Addr) -> IpAddr {
    let [.., a, b, c, d] = address.octets();
    [a, b, c, d].into()
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn only_public_addresses_may_be_called() {
        let is_public = |text: &str| is_public(text.parse().unwrap());
        for public in ["1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2606:4700::1111"] {
            assert!(is_public(public), "{public}");
        }
        assert!(is_public("64:ff9b::1.1.1.1") && is_public("::ffff:1.1.1.1"));
        for special in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.9.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1.1.1.1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "4000::1",
        ] {
            assert!(!is_public(special), "{special}");
        }
    }

    #[test]
    fn an_ip_address_is_found_in_every_notation() {
        for url in ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1./"] {
            assert_eq!(literal(&url.parse().unwrap()), Some(IpAddr::from([127, 0, 0, 1])), "{url}");
        }
        assert_eq!(literal(&"http://[::1]/".parse().unwrap()), Some(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(literal(&"http://localhost/".parse().unwrap()), None);
    }

    /// Listens on a port of this machine.
    async fn listen() -> (TcpListener, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    /// Answers one request with a redirect.
    async fn answer(listener: &TcpListener) {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        let redirect = b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(redirect).await.unwrap();
    }

    #[tokio::test]
    async fn the_address_that_a_name_resolves_to_is_judged() {
        let (listener, port) = listen().await;
        let strict = Outbound::new(NetworkList::default(), []);
        for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"] {
            let error = strict.post(&format!("http://{host}:{port}/"), &[]).await.unwrap_err();
            assert!(matches!(error, OutboundError::Forbidden(_)), "{host}: {error}");
        }
        let open = Outbound::new("127.0.0.1".parse().unwrap(), []);
        for host in ["localhost", "127.0.0.1"] {
            let url = format!("http://{host}:{port}/");
            let (response, ()) = tokio::join!(open.post(&url, &[]), answer(&listener));
            assert_eq!(response.unwrap().status(), 302, "a redirect is not followed");
        }
        let error = open.post(&format!("http://127.0.0.2:{port}/"), &[]).await.unwrap_err();
        assert!(matches!(error, OutboundError::Forbidden(_)), "{error}");
    }

    #[tokio::test]
    async fn an_address_of_the_operator_is_called_exactly_as_configured() {
        let (listener, port) = listen().await;
        let own = format!("http://127.0.0.1:{port}/logout");
        let outbound = Outbound::new(NetworkList::default(), [own.clone()]);
        let (response, ()) = tokio::join!(outbound.post(&own, &[]), answer(&listener));
        assert_eq!(response.unwrap().status(), 302);
        let error = outbound.post(&format!("http://127.0.0.1:{port}/other"), &[]).await.unwrap_err();
        assert!(matches!(error, OutboundError::Forbidden(_)), "{error}");
    }
}
