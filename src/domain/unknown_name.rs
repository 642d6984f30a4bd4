//! The error of parsing a name of a fixed list, such as a role, a priority or a lane.

/// The text matches none of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name")]
pub struct UnknownName;
