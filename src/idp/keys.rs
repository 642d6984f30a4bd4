//! The keys that sign tokens: generated on first start, stored, published, and rotated with an overlap.
//!
//! - `ring`: the keys at one moment; signing and verifying
//! - `cache`: the keys as this process knows them
//! - `rotation`: rotating and revoking, and noticing when another process did

pub mod cache;
pub mod ring;
pub mod rotation;
