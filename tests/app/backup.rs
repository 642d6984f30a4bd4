//! `tessera backup`, `tessera restore` and `tessera move-to-postgres`, with the server that works on their databases.

mod damage;
mod drill;
mod file;
mod migrations;
mod moving;
mod place;
mod visitor;
