//! Code shared by the application and the built-in identity provider: clock, randomness, cookies, client addresses,
//! private files, metrics, signatures, sealed values, hosts, time zones, database pools, backups, DNS and email domains.

pub mod backup;
pub mod client_address;
pub mod clock;
pub mod cookies;
pub mod database;
pub mod dns;
pub mod email_address;
pub mod email_domain;
pub mod ids;
pub mod metrics;
pub mod private_files;
pub mod random;
pub mod request_host;
pub mod rs256;
pub mod sealer;
pub mod secret;
pub mod time_zone;
pub mod unix_time;
pub mod visible;
