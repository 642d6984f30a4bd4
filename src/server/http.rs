//! The HTTP server: router, middleware, sign-in handlers, event streams and static files.

pub mod assets;
mod client;
mod drafts;
pub mod forms;
pub mod health;
mod host;
pub mod live_stream;
pub mod message;
pub mod pages;
mod request_id;
pub mod router;
pub mod security;
pub mod sign_in;
pub mod vanity;
