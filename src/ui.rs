//! The design system: what pages are made of.

pub mod form;
