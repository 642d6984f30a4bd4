//! What Tessera does, for pages and other programs alike. What happens in an organization takes
//! the `OrgContext` that it acts in.

pub mod choosing;
pub mod projects;
pub mod tasks;
pub mod text;
pub mod workspace;
