//! What the counters share.

use std::time::Duration;

use prometheus_client::metrics::{family::Family, histogram::Histogram};

/// Upper bounds of the buckets of durations, in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// `N` labels, each with its value.
pub type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Histograms of durations, by labels.
pub(super) type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

/// One of the two systems of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    Application,
    Provider,
}

impl Service {
    /// Returns the value of the label `service`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Provider => "provider",
        }
    }
}

/// Creates a histogram of durations.
pub(super) fn durations() -> Histogram {
    Histogram::new(BUCKETS)
}

pub(super) fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
