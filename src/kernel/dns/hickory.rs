//! The DNS resolver for production, which uses `hickory-resolver`.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RData,
};

use super::resolver::{LookupError, TxtResolver};

/// Timeout for the response of one name server.
const SERVER_TIMEOUT: Duration = Duration::from_secs(2);

/// Timeout for a whole lookup, including further servers and TCP for long responses.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// Resolver that uses the name servers of the system, or a given name server.
#[derive(Clone)]
pub struct Hickory(Result<TokioResolver, String>);

impl std::fmt::Debug for Hickory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hickory")
    }
}

impl Hickory {
    /// Creates a resolver for `server`, or for the name servers of the system. If the system's configuration cannot be
    /// read, all lookups fail with the reason.
    #[must_use]
    pub fn new(server: Option<SocketAddr>) -> Self {
        Self(resolver(server).map_err(|error| {
            tracing::warn!(%error, "cannot read the DNS configuration");
            error.to_string()
        }))
    }
}

fn resolver(server: Option<SocketAddr>) -> Result<TokioResolver, hickory_resolver::net::NetError> {
    let mut builder = match server {
        Some(server) => {
            let at = |mut connection: ConnectionConfig| {
                connection.port = server.port();
                connection
            };
            let connections = vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())];
            let server = NameServerConfig::new(server.ip(), true, connections);
            let config = ResolverConfig::from_name_servers(vec![server]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
        None => TokioResolver::builder_tokio()?,
    };
    let options = builder.options_mut();
    options.timeout = SERVER_TIMEOUT;
    options.attempts = 2;
    // A cached “not found” would hide a record that an administrator has just created.
    options.cache_size = 0;
    builder.build()
}

#[async_trait]
impl TxtResolver for Hickory {
    async fn txt(&self, name: &str) -> Result<Vec<String>, LookupError> {
        let resolver = self.0.as_ref().map_err(|error| LookupError(error.clone()))?;
        // The final dot keeps the resolver from appending the system's search domain.
        let answer = tokio::time::timeout(LOOKUP_TIMEOUT, resolver.txt_lookup(format!("{name}.")))
            .await
            .map_err(|_| LookupError("too slow".to_owned()))?;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(LookupError(error.to_string())),
        };
        let texts = answer.answers().iter().filter_map(|record| match &record.data {
            // A long text is split into strings of at most 255 bytes (RFC 1035 section 3.3).
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        });
        Ok(texts.collect())
    }
}
