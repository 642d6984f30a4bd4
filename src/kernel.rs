//! Code shared by the application and the built-in identity provider: clock, randomness, database pools, DNS and email
//! domains.

pub mod clock;
pub mod database;
pub mod dns;
pub mod email_domain;
pub mod random;
