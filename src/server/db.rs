//! The application's database.
//!
//! Data of an organization is only reachable through an [`OrgTx`]; data outside of organizations (people, browser sessions,
//! pending logins) through a [`PlatformTx`].

mod announcements;
mod handle;
mod proof;
mod tx;

pub use self::{
    announcements::{Announcement, CHANNEL},
    handle::{Db, schema},
    proof::ProvenOrg,
    tx::{OrgTx, PlatformTx, Rights},
};

pub(in crate::server) use crate::kernel::database::{
    Driver, Mode, Single,
    query::{execute, exists, fetch_all, fetch_one, fetch_optional, scalar_all, scalar_one, scalar_optional},
};
pub use crate::kernel::database::{OpenError, Pools};
