//! Whether the built-in provider runs as a demo: `IDP_DEMO`.
//!
//! In the demo everyone who reaches a port can sign in as anyone and read everyone's mail. So it runs only where nobody
//! but the users of this machine can reach a port.

use std::net::SocketAddr;

use url::{Host, Url};

use super::{error::ConfigError, variables::boolean};

/// Addresses that decide who can reach the application and the built-in provider, each with its variable.
pub(super) struct Reach<'a> {
    pub listeners: Vec<(&'static str, SocketAddr)>,
    pub origins: Vec<(&'static str, &'a Url)>,
    /// `IDP_ALLOW_PUBLIC`.
    pub may_be_public: bool,
}

impl Reach<'_> {
    /// Says why others than the users of this machine may reach a port; `None` if they cannot.
    fn beyond_this_machine(&self) -> Option<String> {
        if self.may_be_public {
            return Some("IDP_ALLOW_PUBLIC is true as well".to_owned());
        }
        let listener = self.listeners.iter().find(|(_, address)| !address.ip().is_loopback());
        if let Some((name, address)) = listener {
            return Some(format!("{name} makes it listen on {address}, which others can reach"));
        }
        let origin = self.origins.iter().find(|(_, origin)| !is_this_machine(origin));
        origin.map(|(name, origin)| format!("{name} is {origin}, which others can reach"))
    }
}

/// Decides whether the built-in provider runs as a demo. Without `IDP_DEMO`, it does if only this machine reaches it.
pub(super) fn is_demo(variable: &impl Fn(&str) -> Option<String>, reach: &Reach<'_>) -> Result<bool, ConfigError> {
    match (boolean(variable, "IDP_DEMO")?, reach.beyond_this_machine()) {
        (Some(false), _) | (None, Some(_)) => Ok(false),
        (Some(true) | None, None) => Ok(true),
        (Some(true), Some(reason)) => Err(ConfigError(format!(
            "IDP_DEMO is true, but {reason}. In the demo everyone who reaches a port can sign in as anyone and read \
             everyone’s mail. Remove IDP_DEMO to serve real people, or let only this machine reach it."
        ))),
    }
}

/// Whether browsers reach `origin` on their own machine only.
pub(super) fn is_this_machine(origin: &Url) -> bool {
    match origin.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
