//! The keys that sign tokens. They are generated on the first start, stored, published, and rotated with an overlap.
//!
//! - `ring`: the keys at one moment; signing and verifying
//! - `cache`: the keys that this process has loaded
//! - `rotation`: rotates and revokes keys, and detects when another process did

pub mod cache;
pub mod ring;
pub mod rotation;
