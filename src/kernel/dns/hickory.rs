//! The resolver that asks for real.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RData,
};

use super::{NoAnswer, TxtResolver};

/// How long one server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long a question may take in all: other servers are tried, and long answers are fetched over TCP.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the name servers of this machine, or the one it was made for.
#[derive(Clone)]
pub struct Hickory(Result<TokioResolver, String>);

impl std::fmt::Debug for Hickory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hickory")
    }
}

impl Hickory {
    /// A resolver that asks `server`, or those of the machine's own configuration. Where that cannot be read, every
    /// question goes unanswered, and says why.
    #[must_use]
    pub fn new(server: Option<SocketAddr>) -> Self {
        Self(resolver(server).map_err(|error| {
            tracing::warn!(%error, "the configuration of the domain name system cannot be read");
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
    options.timeout = TIMEOUT;
    options.attempts = 2;
    // Whoever has just added a record wants to see it found.
    options.cache_size = 0;
    builder.build()
}

#[async_trait]
impl TxtResolver for Hickory {
    async fn txt(&self, name: &str) -> Result<Vec<String>, NoAnswer> {
        let resolver = self.0.as_ref().map_err(|error| NoAnswer(error.clone()))?;
        // With a dot at its end it is not looked for in the machine's own domain.
        let answer = tokio::time::timeout(PATIENCE, resolver.txt_lookup(format!("{name}.")))
            .await
            .map_err(|_| NoAnswer("too slow".to_owned()))?;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(NoAnswer(error.to_string())),
        };
        let texts = answer.answers().iter().filter_map(|record| match &record.data {
            // A long text comes in pieces of at most 255 bytes.
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        });
        Ok(texts.collect())
    }
}
