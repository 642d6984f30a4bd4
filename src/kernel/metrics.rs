//! Counters for the operator, in the data model of Prometheus.
//!
//! A process has one [`Metrics`], which application and provider share. It is passed along instead of being global,
//! because tests run many applications in one process. No label identifies a person or an organization, and every label
//! has a fixed set of values.

mod http;
mod shared;

use std::time::Instant;

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use self::{
    http::HttpMetrics,
    shared::{Durations, durations, seconds},
};

pub use self::{
    http::count_request,
    shared::{Labels, Service},
};

/// A limit that refuses requests or connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Connections of one address.
    Connections,
    /// Event streams.
    Streams,
    /// Work that needs the processor for long.
    HeavyWork,
    /// Slots of requests.
    Slots,
    /// Sessions of an address in which nobody has signed in.
    Sessions,
    /// Attempts to enter a password.
    Passwords,
    SignUps,
    /// Mails that others than the recipient request.
    Mails,
    /// Calls of the Management API.
    ManagementCalls,
}

impl Limit {
    /// The limits of each service.
    const ALL: [(Service, &[Self]); 2] = [
        (Service::Application, &[Self::Connections, Self::Streams, Self::HeavyWork, Self::Slots, Self::Sessions]),
        (Service::Provider, &[Self::Connections, Self::Passwords, Self::SignUps, Self::Mails, Self::ManagementCalls]),
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Streams => "streams",
            Self::HeavyWork => "heavy_work",
            Self::Slots => "slots",
            Self::Sessions => "sessions",
            Self::Passwords => "passwords",
            Self::SignUps => "sign_ups",
            Self::Mails => "mails",
            Self::ManagementCalls => "management_calls",
        }
    }
}

/// How something ended that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Refused; a retry would be refused too.
    Refused,
    /// Refused by a rate limit.
    Limited,
    /// No answer, or an error of the other side.
    Failed,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Failed => "failed",
        }
    }
}

/// The counters of one process. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics {
    http: HttpMetrics,
    refusals: Family<Labels<2>, Counter>,
    sign_ins: Family<Labels<2>, Counter>,
    refused_actions: Counter,
    provider_calls: Family<Labels<2>, Counter>,
    provider_call_duration: Durations<Labels<1>>,
    command_attempts: Family<Labels<1>, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            http: HttpMetrics::default(),
            refusals: Family::default(),
            sign_ins: Family::default(),
            refused_actions: Counter::default(),
            provider_calls: Family::default(),
            provider_call_duration: Family::new_with_constructor(durations),
            command_attempts: Family::default(),
        };
        // A counter that is exported from the start shows its first increase.
        for (service, limits) in Limit::ALL {
            for limit in limits {
                _ = metrics.refusal_counter(service, *limit);
            }
            for outcome in [Outcome::Done, Outcome::Refused] {
                drop(metrics.sign_ins.get_or_create(&sign_in_labels(service, outcome)));
            }
        }
        drop(metrics.sign_ins.get_or_create(&sign_in_labels(Service::Application, Outcome::Failed)));
        for outcome in [Outcome::Done, Outcome::Refused, Outcome::Failed] {
            drop(metrics.command_attempts.get_or_create(&[("outcome", outcome.as_str())]));
        }
        metrics
    }
}

impl Metrics {
    /// Returns the counter of what `limit` refuses.
    #[must_use]
    pub fn refusal_counter(&self, service: Service, limit: Limit) -> Counter {
        self.refusals.get_or_create_owned(&[("service", service.as_str()), ("limit", limit.as_str())])
    }

    /// Counts a refusal by a limit.
    pub fn count_refusal(&self, service: Service, limit: Limit) {
        self.refusal_counter(service, limit).inc();
    }

    /// Counts a sign-in that ended.
    pub fn count_sign_in(&self, service: Service, outcome: Outcome) {
        self.sign_ins.get_or_create(&sign_in_labels(service, outcome)).inc();
    }

    /// Counts an action that a person was not allowed to do.
    pub fn count_refused_action(&self) {
        self.refused_actions.inc();
    }

    /// Counts an attempt to execute a command at the provider.
    pub fn count_command_attempt(&self, outcome: Outcome) {
        self.command_attempts.get_or_create(&[("outcome", outcome.as_str())]).inc();
    }

    /// Runs a call of the identity provider, and counts its outcome and its duration. `endpoint` is one of a fixed set.
    pub async fn measure_call<T, E>(
        &self,
        endpoint: &'static str,
        call: impl Future<Output = Result<T, E>>,
        outcome: impl FnOnce(&Result<T, E>) -> Outcome,
    ) -> Result<T, E> {
        let started = Instant::now();
        let result = call.await;
        let outcome = outcome(&result).as_str();
        self.provider_calls.get_or_create(&[("endpoint", endpoint), ("outcome", outcome)]).inc();
        self.provider_call_duration.get_or_create(&[("endpoint", endpoint)]).observe(seconds(started.elapsed()));
        result
    }

    /// Returns the state of [`count_request`] for a service.
    #[must_use]
    pub fn http(&self, service: Service) -> (HttpMetrics, Service) {
        (self.http.clone(), service)
    }

    /// Adds all counters to `registry`.
    pub fn register(&self, registry: &mut Registry) {
        self.http.register(registry);
        let refusals = self.refusals.clone();
        registry.register("refusals", "Requests and connections that a limit refused", refusals);
        registry.register("sign_ins", "Sign-ins by outcome", self.sign_ins.clone());
        let refused = self.refused_actions.clone();
        registry.register("refused_actions", "Actions that a person was not allowed to do", refused);
        let calls = self.provider_calls.clone();
        registry.register("provider_calls", "Calls of the identity provider by endpoint and outcome", calls);
        let durations = self.provider_call_duration.clone();
        registry.register("provider_call_duration_seconds", "Duration of calls of the identity provider", durations);
        let attempts = self.command_attempts.clone();
        registry.register("provider_command_attempts", "Attempts to execute a queued command by outcome", attempts);
    }
}

/// Returns the outcome of a call whose only error is that there is no proper answer.
pub const fn answered<T, E>(result: &Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(_) => Outcome::Failed,
    }
}

const fn sign_in_labels(service: Service, outcome: Outcome) -> Labels<2> {
    [("service", service.as_str()), ("outcome", outcome.as_str())]
}

/// Returns a family of gauges with these values.
pub fn gauges<const N: usize>(values: impl IntoIterator<Item = (Labels<N>, u64)>) -> Family<Labels<N>, Gauge> {
    let family = Family::<Labels<N>, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(i64::try_from(value).unwrap_or(i64::MAX));
    }
    family
}
