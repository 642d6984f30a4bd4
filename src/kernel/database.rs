//! A database: `SQLite` in a file, or `PostgreSQL`.
//!
//! The type for both is an enum of pools, not a trait: each statement is one SQL text with `$1` placeholders that both
//! databases understand, and the macros of [`query`] choose the driver. The application and the built-in identity
//! provider each open their own database.

mod availability;
mod durability;
#[cfg(test)]
mod fake_postgres;
mod gate;
mod open_tx;
mod pools;
mod postgres;
mod postgres_tx;
pub mod query;
mod recent;
mod schema;
mod single;
mod usage;

pub use self::{
    availability::is_unavailable,
    durability::Durability,
    pools::{Database, Mode, Pools, open_sqlite_file, sqlite_options},
    postgres::{OwnerTx, connect as connect_postgres},
    query::{Connection, Driver, Tx},
    schema::{OpenError, Schema, Tenants, quoted, without_password},
    single::{Single, SingleFuture},
};
