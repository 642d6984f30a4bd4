//! The error of parsing a name from a fixed list, such as the roles, the priorities or the lanes.

/// The text matches none of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name")]
pub struct UnknownName;
