//! The built-in identity provider over HTTP, as browsers and applications use it. Files mirror its endpoints.
#![cfg(feature = "ssr")]

#[path = "idp/support.rs"]
mod support;

#[path = "idp/token.rs"]
mod token;
