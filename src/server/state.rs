//! The application state: created once at start and shared by every request.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    auth::{provider::Provider, token_organizations::TokenOrganizations},
    boards::KeptBoards,
    built_files::BuiltFiles,
    config::Config,
    db::{Db, OpenError},
    error::Error,
    fair_queue::{FairQueue, Slot, SlotKind, Tenant},
    heavy::HeavyWork,
    live::{OpenStreams, Presence},
    provider::client::Management,
    readiness::Readiness,
    rendered::RenderedTexts,
    wake::Wake,
};
use crate::kernel::{
    clock::Clock,
    dns::{Hickory, TxtResolver},
    metrics::{Limit, Metrics, Service},
    random::Random,
    sealer::Sealer,
};

/// The application state. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<StateFields>);

/// The fields of [`AppState`].
pub struct StateFields {
    pub config: Config,
    pub db: Db,
    /// Counters for the operator, shared with the built-in provider.
    pub metrics: Metrics,
    pub clock: Clock,
    pub random: Random,
    pub sealer: Sealer,
    pub provider: Provider,
    /// Client of the provider's Management API, if configured.
    pub management: Option<Management>,
    /// Wakes the worker that executes provider commands.
    pub wake_provider_worker: Wake,
    /// Resolves the TXT records that verify domains.
    pub dns: Arc<dyn TxtResolver>,
    /// Wakes the worker that checks domains.
    pub wake_dns: Wake,
    /// The people who have each page open.
    pub presence: Arc<Presence>,
    /// Number of open event streams of each browser.
    pub open_streams: Arc<OpenStreams>,
    /// Shares the processor between organizations.
    pub fair_queue: Arc<FairQueue>,
    /// Runs work that needs the processor for long.
    pub heavy: Arc<HeavyWork>,
    pub rendered: RenderedTexts,
    pub boards: KeptBoards,
    pub token_organizations: TokenOrganizations,
    /// Whether this process should get requests.
    pub readiness: Readiness,
    pub leptos: LeptosOptions,
    /// Found at the start.
    pub files: BuiltFiles,
}

/// Returns where the files of the built site are.
pub fn leptos_options(config: &Config) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("tessera")
        .site_root(config.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .hash_files(config.hash_files)
        .build()
}

impl AppState {
    /// Opens the database and creates the state. The identity provider is not contacted yet.
    pub async fn open(config: Config, clock: Clock, random: Random, metrics: Metrics) -> Result<Self, OpenError> {
        let owner = config.migration_database_url.as_deref();
        let db = Db::open_with(&config.database_url, owner, config.durability).await?;
        let leptos = leptos_options(&config);
        let sealer = Sealer::new(&config.session_secret, random.clone());
        let provider = Provider::new(&config, clock.clone(), metrics.clone());
        let management = config.management.clone();
        let management = management.map(|config| Management::new(config, clock.clone(), metrics.clone()));
        let dns: Arc<dyn TxtResolver> = Arc::new(Hickory::new(config.dns_server));
        let files = BuiltFiles::find(&leptos);
        let (wake_provider_worker, wake_dns) = (Wake::default(), Wake::default());
        Ok(Self(Arc::new(StateFields {
            config,
            db,
            metrics,
            clock,
            random,
            sealer,
            provider,
            management,
            wake_provider_worker,
            dns,
            wake_dns,
            presence: Arc::default(),
            open_streams: Arc::default(),
            fair_queue: Arc::default(),
            heavy: Arc::default(),
            rendered: RenderedTexts::default(),
            boards: KeptBoards::default(),
            token_organizations: TokenOrganizations::default(),
            readiness: Readiness::default(),
            leptos,
            files,
        })))
    }

    /// Waits for a slot of `tenant`. The caller must hold neither a slot nor a transaction.
    ///
    /// # Errors
    /// [`Error::Busy`] if the turn of a request does not come in time.
    pub async fn slot(&self, tenant: Tenant, kind: SlotKind) -> Result<Slot, Error> {
        let slot = self.fair_queue.slot(tenant, kind).await;
        slot.inspect_err(|_| self.metrics.count_refusal(Service::Application, Limit::Slots))
    }
}

impl Deref for AppState {
    type Target = StateFields;

    fn deref(&self) -> &StateFields {
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
