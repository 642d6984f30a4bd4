//! A database: `SQLite` in a file, or `PostgreSQL`.
//!
//! An enum of pools rather than a trait covers both: SQL is one text that both understand, with `$1` placeholders, and the
//! macros of [`query`] pick the driver. The application and the built-in identity provider each open a database of their
//! own.

mod pools;
pub mod query;
mod usage;

pub use self::{
    pools::{Database, Mode, OpenError, Pools, Schema},
    query::{Connection, Driver, Tx},
};
