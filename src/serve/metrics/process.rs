//! Metrics of the process, with the names that Prometheus clients share.

use std::fs;

use chrono::{DateTime, Utc};
use prometheus_client::{
    metrics::{gauge::ConstGauge, info::Info},
    registry::Registry,
};

/// Adds the version and the start of the process and, on Linux, its memory and its open files.
pub fn register(registry: &mut Registry, started_at: DateTime<Utc>) {
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("tessera_build", "Version of this program", version);
    let started = ConstGauge::new(started_at.timestamp());
    registry.register("process_start_time_seconds", "Start of the process, in seconds since 1970", started);
    if let Some(bytes) = resident_memory() {
        registry.register("process_resident_memory_bytes", "Resident memory", ConstGauge::new(bytes));
    }
    if let Some(files) = open_files() {
        registry.register("process_open_fds", "Open files, connections included", ConstGauge::new(files));
    }
}

/// Returns the resident memory in bytes (proc(5)); `None` on other systems.
fn resident_memory() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    kilobytes.trim().parse::<i64>().ok()?.checked_mul(1_024)
}

/// Returns the number of open files; `None` on other systems.
fn open_files() -> Option<i64> {
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}
