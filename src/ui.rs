//! The design system: what pages are made of.

#[cfg(feature = "ssr")]
pub mod document;
pub mod form;
