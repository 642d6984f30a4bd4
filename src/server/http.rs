//! HTTP: the router, what surrounds every request, and the pages that are not Leptos'.

pub mod assets;
pub mod forms;
pub mod health;
pub mod live_stream;
pub mod message;
pub mod pages;
pub mod router;
pub mod security;
pub mod sign_in;
pub mod vanity;
