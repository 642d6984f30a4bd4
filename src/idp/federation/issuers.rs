//! Cache of the discovery documents and keys of issuers.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    JsonWebKey as _, JsonWebKeyId,
    core::{CoreJsonWebKeySet, CoreProviderMetadata},
};
use url::Url;

use crate::idp::{
    federation::{error::FederationError, http::Http, options::Options},
    outbound::Outbound,
};

/// How long a cached document is used.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Maximum number of fetches from one issuer within [`WINDOW`]. Tokens with forged key ids cannot cause more.
const MAX_FETCHES: usize = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Discovery document (OpenID Connect Discovery section 4) with the issuer's keys.
pub type Metadata = CoreProviderMetadata;

#[derive(Debug, Default)]
struct Entry {
    found: Option<(Arc<Metadata>, DateTime<Utc>)>,
    fetches: VecDeque<DateTime<Utc>>,
}

/// Cache of metadata, keyed by the address of the discovery document.
#[derive(Debug)]
pub struct Issuers {
    outbound: Outbound,
    entries: Mutex<HashMap<Url, Arc<tokio::sync::Mutex<Entry>>>>,
}

impl Issuers {
    pub fn new(outbound: Outbound) -> Self {
        Self { outbound, entries: Mutex::default() }
    }

    /// Creates the HTTP client for the issuer of `options`.
    pub fn http(&self, options: &Options) -> Http {
        Http::new(self.outbound.clone(), &options.discovery)
    }

    /// Returns the metadata of the issuer. Fetches it again if the key `kid` is missing.
    ///
    /// # Errors
    ///
    /// [`FederationError::Unreachable`], also if the document belongs to another issuer.
    pub async fn metadata(
        &self,
        options: &Options,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Metadata>, FederationError> {
        let entry = {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.entry(options.discovery.clone()).or_default().clone()
        };
        // Only one fetch runs per issuer at a time: concurrent logins share it, and a slow issuer delays no other
        // issuer.
        let mut entry = entry.lock().await;
        let fresh = entry.found.as_ref().filter(|(_, found_at)| *found_at + LIFETIME > now);
        let fresh = fresh.map(|(metadata, _)| metadata.clone());
        if let Some(metadata) = &fresh
            && kid.is_none_or(|kid| has_key(metadata, kid))
        {
            return Ok(metadata.clone());
        }
        while entry.fetches.front().is_some_and(|fetch| *fetch + WINDOW <= now) {
            entry.fetches.pop_front();
        }
        if entry.fetches.len() >= MAX_FETCHES {
            return fresh.ok_or_else(|| FederationError::Unreachable("fetched too recently to fetch again".to_owned()));
        }
        entry.fetches.push_back(now);
        match self.fetch(options).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                entry.found = Some((metadata.clone(), now));
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(error, discovery = %options.discovery, "discovery failed");
                fresh.ok_or(FederationError::Unreachable(error))
            }
        }
    }

    async fn fetch(&self, options: &Options) -> Result<Metadata, String> {
        let http = self.http(options);
        let metadata: Metadata = http.json(&options.discovery).await?;
        if !options.is_issuer(metadata.issuer()) {
            return Err(format!("the document is of {}", metadata.issuer().as_str()));
        }
        if !http.allows(metadata.authorization_endpoint().url()) {
            return Err(format!("{} is not an allowed address", metadata.authorization_endpoint().as_str()));
        }
        let keys: CoreJsonWebKeySet = http.json(metadata.jwks_uri().url()).await?;
        Ok(metadata.set_jwks(keys))
    }
}

fn has_key(metadata: &Metadata, kid: &str) -> bool {
    metadata.jwks().keys().iter().any(|key| key.key_id() == Some(&JsonWebKeyId::new(kid.to_owned())))
}
