//! What Tessera does, for pages and other programs alike. Every function takes the `OrgContext` that it acts in.

pub mod projects;
pub mod tasks;
pub mod text;
pub mod workspace;
