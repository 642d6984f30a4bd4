//! Faults of what the application stands on: the program itself is killed or stopped, its database goes away, its disk is
//! full. Each test runs the real program with its built-in provider, as `tessera serve` does.
//!
//! The tests on `PostgreSQL` start a server of their own, because they stop it. `TEST_POSTGRES_BIN` names the folder with
//! `initdb` and `pg_ctl`.
//!
//! `nodes` has two nodes behind a proxy, also while nothing fails.
#![cfg(all(feature = "ssr", unix))]

mod site {
    include!("../support/site.rs");
}
mod support;

mod outages {
    mod database_restart;
    #[cfg(target_os = "linux")]
    mod disk_full;
    mod kill;
    mod shutdown;
}

mod nodes {
    mod browser;
    #[cfg(target_os = "linux")]
    mod client_address;
    mod cluster;
    mod drain;
    mod proxy;
    mod sign_in;
    mod streams;
}
