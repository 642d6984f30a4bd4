//! Seeds that ran, so that each runs once.

use chrono::{DateTime, Utc};

use crate::server::{
    db::{PlatformTx, execute, exists},
    error::Error,
};

/// Name of the seed of the demo organizations and people.
pub const DEMO: &str = "demo";

/// Whether the seed `name` ran.
pub async fn is_recorded(tx: &mut PlatformTx, name: &str) -> Result<bool, Error> {
    Ok(exists!(tx, "SELECT 1 FROM seed WHERE name = $1", name)?)
}

/// Records that the seed `name` ran.
pub async fn record(tx: &mut PlatformTx, name: &str, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(tx, "INSERT INTO seed (name, seeded_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, now)?;
    Ok(())
}
