//! Presence on open pages, events of other nodes, and the limit of event streams.

pub mod listener;
pub mod presence;
pub mod stream_limit;

pub use self::{presence::Presence, stream_limit::OpenStreams};
