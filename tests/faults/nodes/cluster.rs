//! Two nodes on one `PostgreSQL`, and the proxy in front of them.

use std::{collections::BTreeSet, time::Instant};

use super::{browser::Browser, proxy::Proxy};
use crate::support::{Options, PATIENCE, Postgres, Program, free_ports};

/// The names of the nodes in the proxy's configuration.
pub const ONE: &str = "node1";
pub const TWO: &str = "node2";

/// The name of the connection on which the second node hears of others. The first node uses one of its pool.
pub const LISTENER: &str = "listener";

/// What both nodes know.
const SHARED: [(&str, &str); 4] = [
    ("SESSION_SECRET", "a secret that both nodes of the tests know"),
    ("AUTH0_CLIENT_SECRET", "what both nodes show the provider"),
    ("AUTH0_MANAGEMENT_CLIENT_ID", "tessera-management"),
    ("AUTH0_MANAGEMENT_CLIENT_SECRET", "what both nodes show its Management API"),
];

/// The running parts. Fields are dropped from the first to the last.
pub struct Cluster {
    pub proxy: Proxy,
    /// Also runs the provider, which has its own port and is not behind the proxy.
    pub one: Program,
    pub two: Program,
    pub postgres: Postgres,
    url: String,
}

impl Cluster {
    /// Starts everything, and waits until the proxy uses both nodes. They keep serving for `shutdown_delay` seconds when
    /// they are asked to stop.
    pub async fn start(shutdown_delay: u32) -> Self {
        Self::start_with(shutdown_delay, [&[], &[]]).await
    }

    /// Starts everything, with further variables of each node.
    pub async fn start_with(shutdown_delay: u32, variables: [&[(&'static str, &str)]; 2]) -> Self {
        let postgres = Postgres::start().await;
        let [port] = free_ports();
        let url = format!("http://localhost:{port}");
        let options = |further: &[(&'static str, &str)]| {
            let own = [("APP_BASE_URL", url.as_str())];
            let all = SHARED.iter().chain(&own).chain(further);
            let variables = all.map(|(name, value)| (*name, (*value).to_owned())).collect();
            Options { postgres: Some(postgres.urls()), shutdown_delay, variables }
        };
        let one = Program::start(options(variables[0])).await;
        let further = [
            ("LISTEN_DATABASE_URL", format!("{}?application_name={LISTENER}", postgres.urls().0)),
            ("AUTH0_ISSUER_URL", one.issuer()),
            ("AUTH0_CLIENT_ID", "tessera".to_owned()),
            ("AUTH0_AUDIENCE", "https://api.tessera.example/".to_owned()),
        ];
        let mut second = options(variables[1]);
        second.variables.extend(further);
        let two = Program::start(second).await;
        let proxy = Proxy::start(port, [&one, &two]);
        let cluster = Self { proxy, one, two, postgres, url };
        cluster.until_served_by(&[ONE, TWO]).await;
        cluster
    }

    /// The address of the proxy, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until each of ten requests in a row is answered by one of these nodes, and by all of them.
    pub async fn until_served_by(&self, nodes: &[&str]) {
        let expected: BTreeSet<_> = nodes.iter().map(|node| Some((*node).to_owned())).collect();
        let (browser, started) = (Browser::new(&self.url), Instant::now());
        let mut seen = BTreeSet::new();
        while started.elapsed() < PATIENCE {
            seen.clear();
            for _ in 0..10 {
                seen.insert(browser.try_get("/healthz").await.and_then(|page| page.node));
            }
            if seen == expected {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{seen:?} instead of {expected:?}: {}", self.proxy.log());
    }
}
