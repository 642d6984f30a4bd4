//! Metrics that are read when they are asked for: pools, streams, and the queue of commands.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::ConstGauge},
    registry::Registry,
};

use crate::{
    idp::Idp,
    kernel::{
        database::Database,
        metrics::{Labels, Metrics, gauges},
    },
    server::{
        error::Error,
        repo::{organization_setups, provider_changes},
        state::AppState,
    },
};

/// How long the queue may take to be counted. A scrape must not wait for a database that does not answer.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What the metrics are read from.
#[derive(Clone)]
pub struct Sources {
    pub metrics: Metrics,
    pub app: AppState,
    /// The built-in provider, if it runs.
    pub provider: Option<Idp>,
    pub started_at: DateTime<Utc>,
}

/// Adds the values of this moment.
pub async fn register(registry: &mut Registry, sources: &Sources) {
    let application = ("application", sources.app.db.database());
    let provider = sources.provider.as_ref().map(|provider| ("provider", provider.database()));
    let databases: Vec<_> = [application].into_iter().chain(provider).collect();
    pools(registry, &databases);
    transactions(registry, &databases);
    live(registry, &sources.app);
    // What is unknown is left out: an old value would look like a good one.
    if let Ok(Ok(queue)) = tokio::time::timeout(TIMEOUT, Queue::count(&sources.app)).await {
        queue.register(registry);
    }
}

fn pools(registry: &mut Registry, databases: &[(&'static str, &Database)]) {
    let states = databases.iter().flat_map(|(name, database)| {
        database.pool_states().into_iter().map(|pool| ([("database", *name), ("pool", pool.name)], pool))
    });
    let states: Vec<_> = states.collect();
    let in_use = gauges(states.iter().map(|(labels, pool)| (*labels, pool.in_use)));
    registry.register("database_connections_in_use", "Connections in use", in_use);
    let idle = gauges(states.iter().map(|(labels, pool)| (*labels, pool.idle)));
    registry.register("database_connections_idle", "Open connections that are not in use", idle);
    let max = gauges(states.iter().map(|(labels, pool)| (*labels, pool.max)));
    registry.register("database_connections_max", "Maximum number of connections", max);
}

fn transactions(registry: &mut Registry, databases: &[(&'static str, &Database)]) {
    let (started, waited) = (Family::<Labels<1>, Counter>::default(), Family::<Labels<1>, Counter<f64>>::default());
    let (commits, failures) = (Family::<Labels<1>, Counter>::default(), Family::<Labels<2>, Counter>::default());
    for (name, database) in databases {
        let (used, label) = (database.used(), ("database", *name));
        started.get_or_create(&[label]).inc_by(used.transactions());
        waited.get_or_create(&[label]).inc_by(used.begin_time().as_secs_f64());
        commits.get_or_create(&[label]).inc_by(used.commits());
        failures.get_or_create(&[label, ("step", "begin")]).inc_by(used.begin_failures());
        failures.get_or_create(&[label, ("step", "commit")]).inc_by(used.commit_failures());
    }
    registry.register("database_transactions", "Started transactions", started);
    let help = "Time that starting transactions took, mostly waiting for a connection";
    registry.register("database_begin_seconds", help, waited);
    registry.register("database_commits", "Committed transactions", commits);
    registry.register("database_failures", "Transactions that could not be started or committed", failures);
}

fn live(registry: &mut Registry, app: &AppState) {
    let count = |count: usize| ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX));
    registry.register("live_streams", "Open event streams", count(app.open_streams.count()));
    let presence = count(app.presence.count_local());
    registry.register("live_presence", "Open pages on which presence is shown", presence);
    let received = Counter::<u64>::default();
    received.inc_by(app.db.announcements.received());
    registry.register("live_announcements", "Announcements of commits that PostgreSQL delivered", received);
}

/// Work that waits for the provider.
struct Queue {
    commands: i64,
    oldest_age: i64,
    setups: i64,
}

impl Queue {
    async fn count(app: &AppState) -> Result<Self, Error> {
        let mut tx = app.db.read().await?;
        let setups = organization_setups::count_unfinished(&mut tx).await?;
        let pending = provider_changes::pending(&mut tx).await?;
        let now = app.clock.now();
        let oldest_age = pending.oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
        Ok(Self { commands: pending.count, oldest_age, setups })
    }

    fn register(&self, registry: &mut Registry) {
        let commands = ConstGauge::new(self.commands);
        registry.register("provider_commands_waiting", "Commands that wait for the provider", commands);
        let age = ConstGauge::new(self.oldest_age);
        registry.register("provider_command_oldest_age_seconds", "Age of the oldest waiting command", age);
        let setups = ConstGauge::new(self.setups);
        registry.register("organization_setups_waiting", "Organizations that are being created", setups);
    }
}
