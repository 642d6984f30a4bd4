//! Counts the open connections, in all and of each client.

use std::{
    collections::{HashMap, hash_map::Entry},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::metrics::counter::Counter;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{
    kernel::client_address::{ClientAddress, ClientNetwork, TrustedProxies},
    server::config::ConnectionLimits,
};

/// Most connections that one server takes by default, if the process may open enough files. Each needs some 50 kB.
const DEFAULT_TOTAL: u64 = 10_000;

/// Fewest connections by default.
const LEAST: usize = 64;

/// Number of clients that are needed to use up all connections: a company's people often share one address.
const CLIENTS_TO_FILL: usize = 8;

/// The open connections of one server: the application or the built-in provider. Each server has connections of its
/// own, because the application calls the provider.
pub struct Clients {
    total: Arc<Semaphore>,
    max_per_client: usize,
    /// Their connections carry the requests of many clients, so only the total limits them.
    proxies: TrustedProxies,
    /// Counts the refused connections.
    refusals: Counter,
    open: Mutex<HashMap<ClientNetwork, usize>>,
}

impl Clients {
    /// Creates the count of one server.
    pub fn new(limits: &ConnectionLimits, proxies: TrustedProxies, refusals: Counter) -> Arc<Self> {
        let default = default_total();
        let total = limits.total.unwrap_or(default);
        let max_per_client = limits.per_client.unwrap_or_else(|| (total / CLIENTS_TO_FILL).max(LEAST));
        Arc::new(Self {
            total: Arc::new(Semaphore::new(total)),
            max_per_client,
            proxies,
            refusals,
            open: Mutex::default(),
        })
    }

    /// Accepts the next connection when fewer than the maximum are open. Returns `None` for a connection of a client that
    /// has too many, which is closed.
    pub async fn accept(self: &Arc<Self>, listener: &TcpListener) -> io::Result<Option<(TcpStream, ConnectionGuard)>> {
        // Clients wait in the queue of the operating system, so that the process never runs out of open files.
        let permit = self.total.clone().acquire_owned().await.map_err(io::Error::other)?;
        let (stream, peer) = listener.accept().await?;
        let client = if self.proxies.trusts(peer.ip()) { None } else { Some(ClientAddress::from(peer.ip()).network()) };
        if client.is_some_and(|client| !self.count(client)) {
            return Ok(None);
        }
        Ok(Some((stream, ConnectionGuard { clients: self.clone(), peer, client, _permit: permit })))
    }

    /// Counts a new connection of `client`; `false` if it has too many.
    fn count(&self, client: ClientNetwork) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(client).or_default();
        if *count >= self.max_per_client {
            self.refusals.inc();
            tracing::debug!(%client, "refused a connection: the client has too many");
            return false;
        }
        *count += 1;
        if *count == self.max_per_client {
            tracing::warn!(
                %client, connections = *count,
                "a client has reached its limit of connections; if it is a reverse proxy, name it in TRUSTED_PROXIES"
            );
        }
        true
    }
}

/// Guard of one open connection; dropping it frees the connection's place.
pub struct ConnectionGuard {
    clients: Arc<Clients>,
    peer: SocketAddr,
    /// The client that the connection counts for; `None` for a trusted proxy.
    client: Option<ClientNetwork>,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionGuard {
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Whether the peer is a trusted proxy.
    pub const fn is_proxy(&self) -> bool {
        self.client.is_none()
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut open = self.clients.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(client) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Raises the limit on open files as far as the system allows, and returns the number of connections for one of two
/// servers. A quarter of the files is left for the databases and for calls to other servers.
fn default_total() -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "could not raise the limit on open files");
        1_024
    });
    let connections = (files / 8 * 3).min(DEFAULT_TOTAL);
    usize::try_from(connections).unwrap_or(LEAST).max(LEAST)
}
