//! Copies of whole databases: into a file, from a file into an empty database, and from one database into another.
//!
//! `docs/backup.md` describes the file. Tables and columns come from the catalogue of the database, so a table that a
//! later migration adds is copied too. Tables that the database derives from others are left out; [`Schema`] names them.
//!
//! [`Schema`]: crate::kernel::database::Schema

mod catalogue;
mod error;
mod file_reader;
mod file_writer;
mod format;
mod part;
mod postgres_source;
mod postgres_target;
mod run;
mod source;
mod sqlite_target;
mod target;
mod value;

pub use self::{
    error::BackupError,
    format::Report,
    part::Part,
    run::{back_up, copy, restore},
};
