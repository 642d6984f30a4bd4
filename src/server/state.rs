//! The parts of the application, put together once at start and shared by every request.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    auth::provider::Provider,
    config::Config,
    crypto::Sealer,
    db::{Db, OpenError},
    live::{OpenStreams, Presence},
    provider::client::Management,
    wake::Wake,
};
use crate::kernel::{
    clock::Clock,
    dns::{Hickory, TxtResolver},
    random::Random,
};

/// The application's parts. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// What [`AppState`] holds.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    pub sealer: Sealer,
    pub provider: Provider,
    /// The provider's Management API, where we may use it.
    pub management: Option<Management>,
    pub wake: Wake,
    /// Where the records that prove domains are looked for.
    pub dns: Arc<dyn TxtResolver>,
    /// Wakes whoever looks for them.
    pub wake_dns: Wake,
    /// Who has which page open.
    pub presence: Arc<Presence>,
    /// How many streams each browser has open.
    pub open_streams: Arc<OpenStreams>,
    pub leptos: LeptosOptions,
}

impl AppState {
    /// Opens the database and puts the parts together. The identity provider is not asked for anything yet.
    ///
    /// # Errors
    /// When the database cannot be opened; the error says what to do.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, OpenError> {
        let db = Db::open(&config.database_url).await?;
        let leptos = LeptosOptions::builder()
            .output_name("tessera")
            .site_root(config.site_root.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .hash_files(config.hash_files)
            .build();
        let sealer = Sealer::new(&config.session_secret, random.clone());
        let provider = Provider::new(&config, clock.clone());
        let management = config.management.clone().map(|management| Management::new(management, clock.clone()));
        let dns: Arc<dyn TxtResolver> = Arc::new(Hickory::new(config.dns_server));
        let (wake, wake_dns) = (Wake::default(), Wake::default());
        Ok(Self(Arc::new(Parts {
            config,
            db,
            clock,
            random,
            sealer,
            provider,
            management,
            wake,
            dns,
            wake_dns,
            presence: Arc::default(),
            open_streams: Arc::default(),
            leptos,
        })))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
