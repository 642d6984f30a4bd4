//! The HTTP server: router, middleware, sign-in handlers, event streams and static files.

pub mod assets;
mod canonical;
mod client;
mod drafts;
pub mod forms;
mod fragment;
pub mod health;
mod host;
pub mod live_stream;
pub mod message;
pub mod pages;
mod request_id;
pub mod router;
pub mod security;
mod sent_forms;
pub mod sign_in;
mod upload;
pub mod vanity;
