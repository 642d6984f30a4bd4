//! Projects: a key, a name, and a board of tasks.

pub mod functions;
pub mod key;
pub mod model;
#[cfg(feature = "ssr")]
pub mod rank;
