//! Who has which page open, and how many streams each browser has.

pub mod listener;
pub mod presence;
pub mod stream_limit;

pub use self::{presence::Presence, stream_limit::OpenStreams};
