//! Cache of the provider's signing keys. Keys are fetched again when they expire, and when a token names an unknown
//! key; a rate limit keeps forged tokens from causing endless fetches.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use openidconnect::{JsonWebKeySetUrl, core::CoreJsonWebKeySet};
use tokio::sync::Mutex;

use super::{provider_down::ProviderDown, verified_tokens::VerifiedTokens};
use crate::{
    kernel::{
        clock::Clock,
        metrics::{Metrics, answered},
    },
    server::provider_answer,
};

/// How long keys are cached.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Maximum number of fetches within [`WINDOW`].
const MAX_FETCHES: usize = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Whether `at` is less than `duration` ago. A time in the future is of before the clock was set back, and does not count.
pub fn is_within(at: DateTime<Utc>, duration: TimeDelta, now: DateTime<Utc>) -> bool {
    at <= now && now < at + duration
}

/// The keys in the types of the two libraries that verify with them.
#[derive(Debug)]
pub struct KeySet {
    pub for_id_tokens: CoreJsonWebKeySet,
    /// By id; `None` for a key of a kind that is not supported.
    for_access_tokens: HashMap<String, Option<DecodingKey>>,
    /// The access tokens that these keys have verified.
    pub verified_tokens: VerifiedTokens,
}

impl KeySet {
    fn new(for_id_tokens: CoreJsonWebKeySet) -> Result<Self, serde_json::Error> {
        let JwkSet { keys } = serde_json::to_value(&for_id_tokens).and_then(serde_json::from_value)?;
        let mut for_access_tokens = HashMap::new();
        for key in keys {
            let decoding = DecodingKey::from_jwk(&key).ok();
            // If two keys have the same id, the first counts.
            if let Some(kid) = key.common.key_id {
                for_access_tokens.entry(kid).or_insert(decoding);
            }
        }
        Ok(Self { for_id_tokens, for_access_tokens, verified_tokens: VerifiedTokens::default() })
    }

    /// Returns the key with this id that verifies access tokens.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&DecodingKey> {
        self.for_access_tokens.get(kid)?.as_ref()
    }

    fn has(&self, kid: &str) -> bool {
        self.for_access_tokens.contains_key(kid)
    }
}

#[derive(Debug, Default)]
struct Cache {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    fetches: VecDeque<DateTime<Utc>>,
}

/// The key cache of one provider.
#[derive(Debug)]
pub struct Keys {
    http: oauth2::reqwest::Client,
    clock: Clock,
    metrics: Metrics,
    cache: Mutex<Cache>,
}

impl Keys {
    #[must_use]
    pub fn new(http: oauth2::reqwest::Client, clock: Clock, metrics: Metrics) -> Self {
        Self { http, clock, metrics, cache: Mutex::default() }
    }

    /// Returns the keys at `address`, including the one with the id `kid` if the provider has it. Stale keys are used
    /// while the provider is down.
    pub async fn find(&self, address: &JsonWebKeySetUrl, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
        // The lock is held during the fetch, so concurrent requests with a new key cause one fetch.
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let cached = cache.keys.clone();
        if let Some((keys, fetched_at)) = &cached
            && is_within(*fetched_at, LIFETIME, now)
            && kid.is_none_or(|kid| keys.has(kid))
        {
            return Ok(keys.clone());
        }
        let stale = cached.map(|(keys, _)| keys);
        cache.fetches.retain(|fetch| is_within(*fetch, WINDOW, now));
        if cache.fetches.len() >= MAX_FETCHES {
            return stale.ok_or(ProviderDown);
        }
        cache.fetches.push_back(now);
        match self.fetch(address).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                cache.keys = Some((keys.clone(), now));
                Ok(keys)
            }
            // Stale keys are better than failing every sign-in.
            Err(error) => {
                tracing::warn!(%error, %address, "could not fetch the provider's keys");
                stale.ok_or(ProviderDown)
            }
        }
    }

    /// Checks that keys are at `address` now, whatever is cached.
    pub async fn check(&self, address: &JsonWebKeySetUrl) -> Result<(), ProviderDown> {
        match self.fetch(address).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, %address, "the provider does not answer");
                Err(ProviderDown)
            }
        }
    }

    async fn fetch(&self, address: &JsonWebKeySetUrl) -> Result<KeySet, String> {
        let http = |request| provider_answer::call(self.http.clone(), request);
        let call = CoreJsonWebKeySet::fetch_async(address, &http);
        let for_id_tokens =
            self.metrics.measure_call("keys", call, answered).await.map_err(|error| format!("{error:?}"))?;
        KeySet::new(for_id_tokens).map_err(|error| error.to_string())
    }
}
