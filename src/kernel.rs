//! What the application and the built-in identity provider share: clock, randomness, database pools, domain names.

pub mod clock;
pub mod database;
pub mod dns;
pub mod email_domain;
pub mod random;
