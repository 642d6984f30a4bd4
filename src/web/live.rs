//! Live updates: the event feed of an organization, and who else has the page open.

mod connection;
pub mod feed;
pub mod presence;
pub mod refresh;
