//! Views that people have saved: a filter and an arrangement under a name, for oneself or for everybody in the project.

pub mod functions;
