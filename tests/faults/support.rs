//! Support code of the tests: the program as a process, a person who uses it, and a private `PostgreSQL`.

mod folder;
mod person;
mod postgres;
mod program;
mod store;

pub use self::{
    folder::Folder,
    person::Person,
    postgres::Postgres,
    program::{Options, Program, free_ports},
    store::Store,
};

/// More than anything takes here, also on a busy machine.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);
