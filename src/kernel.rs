//! What the application and the built-in identity provider share: time, randomness, ids, secrets, database pools, domain
//! names.

pub mod clock;
pub mod database;
pub mod dns;
pub mod email_domain;
pub mod ids;
pub mod random;
pub mod secret;
pub mod unix_time;
