//! What is behind the @ of an e-mail address.

pub mod public;
