//! Code shared by the application and the built-in identity provider: clock, randomness, cookies, database pools, DNS and
//! email domains.

pub mod clock;
pub mod cookies;
pub mod database;
pub mod dns;
pub mod email_domain;
pub mod ids;
pub mod random;
pub mod secret;
pub mod unix_time;
