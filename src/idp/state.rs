//! The state that every handler of the provider shares.

use std::{
    ops::Deref,
    sync::{Arc, Weak},
};

use crate::{
    idp::{
        background::Background,
        config::DemoTenant,
        cookies::Cookies,
        federation::issuers::Issuers,
        keys::{cache::Keys, ring::KeyRing},
        mail::outbox::Outbox,
        management::limits::Limits,
        password::Passwords,
        time::Timestamp,
    },
    kernel::{clock::Clock, database::Database, random::Random},
};

/// A running provider. Cloning is cheap and clones share everything.
#[derive(Clone)]
pub struct Idp(Arc<State>);

/// Read through [`Idp`], which dereferences to it.
#[derive(Clone)]
pub struct State {
    pub(super) issuer: url::Url,
    pub(super) demo: Option<Arc<DemoTenant>>,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) database: Database,
    pub(super) keys: Arc<Keys>,
    pub(super) passwords: Passwords,
    pub(super) cookies: Cookies,
    pub(super) limits: Arc<Limits>,
    pub(super) issuers: Arc<Issuers>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) background: Arc<Background>,
}

impl Idp {
    pub(super) fn new(state: State) -> Self {
        Self(Arc::new(state))
    }

    /// The shared state, for a background task that must not keep the provider alive.
    pub(super) fn downgrade(&self) -> Weak<State> {
        Arc::downgrade(&self.0)
    }

    pub(super) fn upgrade(state: &Weak<State>) -> Option<Self> {
        state.upgrade().map(Self)
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now(&self.clock)
    }

    /// The keys of the moment.
    pub(super) fn keys(&self) -> Arc<KeyRing> {
        self.keys.current()
    }

    /// The audience of access tokens for the Management API, with Auth0's trailing slash.
    pub(super) fn management_audience(&self) -> String {
        format!("{}api/v2/", self.issuer)
    }

    /// The absolute address of a path of this provider.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Host and port as the browser's address bar shows them.
    pub(super) fn host(&self) -> &str {
        &self.issuer[url::Position::BeforeHost..url::Position::AfterPort]
    }
}

impl Deref for Idp {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl std::fmt::Debug for Idp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idp").field("issuer", &self.issuer.as_str()).finish_non_exhaustive()
    }
}
