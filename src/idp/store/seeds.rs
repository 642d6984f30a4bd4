//! Seeds that ran, so that each runs once.

use crate::kernel::{
    database::{Tx, query::execute},
    unix_time::UnixTime,
};

/// Name of the seed of the demo organizations and people.
pub const DEMO: &str = "demo";

/// Records that the seed `name` runs. Returns false if it ran before.
pub async fn record(tx: &mut Tx, name: &str, now: UnixTime) -> sqlx::Result<bool> {
    let inserted =
        execute!(tx, "INSERT INTO seeds (name, seeded_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, now)?;
    Ok(inserted == 1)
}
