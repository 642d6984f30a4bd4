//! Support code of the tests: the application, its provider, people, projects and tasks.

mod app;
mod browser;
mod database;
mod dns;
pub mod domains;
pub mod functions;
mod garbage;
pub mod ids;
mod keys;
mod management;
mod member;
mod process;
mod project;
mod provider;
mod stream;
mod task;
mod tokens;
pub mod wire;

pub use app::{Node, Settings, TestApp, config};
pub use browser::{Answer, Authorization, Browser};
pub use database::{APPLICATION, Database, Direct, NEEDS_POSTGRES};
pub use dns::{Dns, Records};
pub use garbage::Garbage;
pub use keys::Key;
pub use management::Fault;
pub use member::{Member, Outcome};
pub use process::Process;
pub use project::{BoardExt, Project};
pub use provider::Refusal;
pub use stream::Stream;
pub use task::Task;
pub use tokens::{CLIENT_ID, Grant, JWT_START, MISSING, Signing, Token};

pub use crate::log::Log;

/// A demo organization: its id at the provider and its slug.
#[derive(Clone, Copy, Debug)]
pub struct Organization {
    pub id: &'static str,
    pub slug: &'static str,
}

pub const ACME: Organization = Organization { id: "org_AcmeCorp00000001", slug: "acme" };
pub const BETA: Organization = Organization { id: "org_BetaLlc000000001", slug: "beta" };
pub const ABC: Organization = Organization { id: "org_AbcInc0000000001", slug: "abc-inc" };
pub const XYZ: Organization = Organization { id: "org_XyzTravel0000001", slug: "xyz-travel" };

/// A demo person's subject at the provider.
pub type Person = &'static str;

/// Owner of acme.
pub const ALICE: Person = "auth0|d00000000000000000000001";
/// Owner of beta.
pub const BOB: Person = "auth0|d00000000000000000000002";
/// Owner of abc-inc and xyz-travel.
pub const CAROL: Person = "auth0|d00000000000000000000003";
/// Admin of acme, member of beta.
pub const DANA: Person = "auth0|d00000000000000000000004";
/// Member of abc-inc, viewer of xyz-travel.
pub const JOE: Person = "auth0|d00000000000000000000005";
/// Member of no organization.
pub const NINA: Person = "auth0|d00000000000000000000006";

/// Runs `work` `count` times concurrently; returns the outcomes in no particular order.
pub async fn together<F>(count: usize, work: impl Fn(usize) -> F) -> Vec<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    (0..count).map(work).collect::<tokio::task::JoinSet<_>>().join_all().await
}

/// Waits until a transaction of the application waits for an advisory lock.
pub async fn waiting_for_a_lock(app: &TestApp) {
    let waiting = "pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    for _ in 0..2_000 {
        if app.count(waiting).await > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("nothing waits");
}
