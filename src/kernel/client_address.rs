//! The address of the client that sent a request, also behind reverse proxies, and the key that limits count it by.
//!
//! Only `X-Forwarded-For` is read, and only from a trusted proxy. A second header (`Forwarded`, `X-Real-IP`) would be a
//! hole: a proxy that sets one of them passes the others on as the client sent them.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header to which every proxy appends the address of its peer.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Number of leading bits of an IPv6 address that identify a client: providers give out whole networks of this size.
const IPV6_PREFIX: u8 = 64;

/// A list of IP addresses and CIDR ranges, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkList(Vec<IpNet>);

/// An entry of a [`NetworkList`] is neither an IP address nor a CIDR range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an IP address or a range like 10.0.0.0/8")]
pub struct InvalidNetwork(String);

impl NetworkList {
    /// Whether the address is in one of the ranges. An IPv4 address mapped to IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for NetworkList {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let parse = |entry: &str| {
            let network = match entry.parse::<IpAddr>() {
                Ok(address) => IpNet::from(address.to_canonical()),
                Err(_) => entry.parse().map_err(|_| InvalidNetwork(entry.to_owned()))?,
            };
            Ok(network)
        };
        entries.map(parse).collect::<Result<_, _>>().map(Self)
    }
}

/// The reverse proxies that are believed about the address of their peer. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(NetworkList);

/// A list of proxies is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxies {
    #[error("{0}")]
    Network(#[from] InvalidNetwork),
    /// Every client could name any address.
    #[error("“{0}” trusts every address; name the addresses of the proxies")]
    Everybody(IpNet),
}

impl FromStr for TrustedProxies {
    type Err = InvalidProxies;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let networks: NetworkList = text.parse()?;
        match networks.0.iter().find(|network| network.prefix_len() == 0) {
            Some(everybody) => Err(InvalidProxies::Everybody(*everybody)),
            None => Ok(Self(networks)),
        }
    }
}

impl TrustedProxies {
    /// Whether `peer` is one of the proxies.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.0.contains(peer)
    }

    /// Returns the address of the client whose request came over a connection from `peer`.
    ///
    /// Each proxy appends the address of its peer to `X-Forwarded-For`, so the entries are believed from the right, as
    /// long as they were written by a trusted proxy. The first address that is no trusted proxy is the client. What
    /// stands to its left was written by the client.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = ClientAddress::from(peer);
        let lines = headers.get_all(FORWARDED_FOR).into_iter().rev();
        // An unreadable line or entry ends the chain: the last trusted proxy counts as the client.
        let entries = lines.flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
        for entry in entries {
            if !self.trusts(client.0) {
                break;
            }
            match parse_entry(entry.trim()) {
                Some(address) => client = address.into(),
                None => break,
            }
        }
        client
    }
}

/// Parses an address, which some proxies write with a port.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// The address of a client. An IPv4 address is never in the form mapped to IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Returns the network of the client, for limits.
    #[must_use]
    pub fn network(self) -> ClientNetwork {
        ClientNetwork(match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let mask = u128::MAX << (Ipv6Addr::BITS - u32::from(IPV6_PREFIX));
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        })
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The network of a client: its IPv4 address, or the /64 network of its IPv6 address. Every limit per address counts
/// by this, because a client can choose any address within its /64 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(address) => write!(f, "{address}/{IPV6_PREFIX}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        proxies.parse::<TrustedProxies>().unwrap().client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_peer_is_the_client() {
        assert_eq!(client("", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.1", "10.0.0.2", &["198.51.100.1"]), "10.0.0.2");
        assert_eq!(client("", "127.0.0.1", &["198.51.100.1"]), "127.0.0.1");
    }

    #[test]
    fn entries_are_believed_from_the_right_until_the_first_untrusted_address() {
        let proxies = "10.0.0.0/8, 2001:db8:1::/48, 127.0.0.1";
        for (peer, lines, expected) in [
            ("10.1.2.3", &["198.51.100.1"][..], "198.51.100.1"),
            // The client wrote the left entry itself.
            ("10.1.2.3", &["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["192.0.2.66, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["192.0.2.66", "198.51.100.1,10.9.9.9"], "198.51.100.1"),
            ("2001:db8:1::5", &["198.51.100.1:4711"], "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8:2::7]:443"], "2001:db8:2::7"),
            ("127.0.0.1", &["[2001:db8:2::7]"], "2001:db8:2::7"),
            // Proxies only: the outermost is the client.
            ("10.1.2.3", &["10.0.0.9, 10.0.0.8"], "10.0.0.9"),
            ("10.1.2.3", &[], "10.1.2.3"),
            // An unreadable entry ends the chain.
            ("10.1.2.3", &["198.51.100.1, unknown"], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1, unknown, 10.0.0.8"], "10.0.0.8"),
            ("10.1.2.3", &["198.51.100.1", "\u{e9}"], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1,"], "10.1.2.3"),
            // A socket that accepts both families reports IPv4 peers in the mapped form.
            ("::ffff:10.1.2.3", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(client(proxies, peer, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_list_that_is_invalid_or_trusts_everybody_is_refused() {
        let parse = |text: &str| text.parse::<TrustedProxies>().map_err(|error| error.to_string());
        assert_eq!(parse(" , "), Ok(TrustedProxies::default()));
        for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.1 10.0.0.2"] {
            assert!(parse(&format!("127.0.0.1,{wrong}")).unwrap_err().contains(wrong), "{wrong}");
        }
        assert!(parse("0.0.0.0/0").is_err() && parse("::/0").is_err());
    }

    #[test]
    fn an_ipv6_client_counts_by_its_network_of_64_bits() {
        let network = |text: &str| ClientAddress::from(text.parse::<IpAddr>().unwrap()).network();
        assert_eq!(network("2001:db8:0:1::5"), network("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:0:1::5"), network("2001:db8:0:2::5"));
        assert_eq!(network("2001:db8:0:1::5").to_string(), "2001:db8:0:1::/64");
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network("192.0.2.1").to_string(), "192.0.2.1");
    }
}
