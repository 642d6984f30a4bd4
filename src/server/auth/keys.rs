//! The provider's signing keys, cached: fetched again after a while, and at once when a token names a key that is not
//! among them, but not as often as whoever sends made-up tokens would like.

use std::{collections::VecDeque, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use openidconnect::{JsonWebKeySetUrl, core::CoreJsonWebKeySet};
use tokio::sync::Mutex;

use super::provider::ProviderDown;
use crate::kernel::clock::Clock;

/// How long keys are used without asking again.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// The most fetches within [`WINDOW`].
const MOST_FETCHES: usize = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// The keys in the shapes of the two libraries that verify with them.
#[derive(Clone, Debug)]
pub struct KeySet {
    pub for_id_tokens: CoreJsonWebKeySet,
    pub for_access_tokens: JwkSet,
}

impl KeySet {
    fn has(&self, kid: &str) -> bool {
        self.for_access_tokens.find(kid).is_some()
    }
}

#[derive(Debug, Default)]
struct Cache {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    fetches: VecDeque<DateTime<Utc>>,
}

/// The cache.
#[derive(Debug)]
pub struct Keys {
    http: oauth2::reqwest::Client,
    clock: Clock,
    cache: Mutex<Cache>,
}

impl Keys {
    #[must_use]
    pub fn new(http: oauth2::reqwest::Client, clock: Clock) -> Self {
        Self { http, clock, cache: Mutex::default() }
    }

    /// The keys at `address`, among them the one called `kid` if the provider has it.
    ///
    /// # Errors
    /// [`ProviderDown`] when there are none and none can be fetched.
    pub async fn find(&self, address: &JsonWebKeySetUrl, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
        // One at a time: a crowd of requests with a new key makes one fetch.
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        let known = cache.keys.clone();
        if let Some((keys, fetched_at)) = &known
            && *fetched_at + LIFETIME > now
            && kid.is_none_or(|kid| keys.has(kid))
        {
            return Ok(keys.clone());
        }
        let stale = known.map(|(keys, _)| keys);
        while cache.fetches.front().is_some_and(|fetch| *fetch + WINDOW <= now) {
            cache.fetches.pop_front();
        }
        if cache.fetches.len() >= MOST_FETCHES {
            return stale.ok_or(ProviderDown);
        }
        cache.fetches.push_back(now);
        match self.fetch(address).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                cache.keys = Some((keys.clone(), now));
                Ok(keys)
            }
            // Keys that were good a while ago are better than nobody signed in.
            Err(error) => {
                tracing::warn!(%error, %address, "the provider's keys could not be fetched");
                stale.ok_or(ProviderDown)
            }
        }
    }

    async fn fetch(&self, address: &JsonWebKeySetUrl) -> Result<KeySet, String> {
        let for_id_tokens =
            CoreJsonWebKeySet::fetch_async(address, &self.http).await.map_err(|error| format!("{error:?}"))?;
        let for_access_tokens =
            serde_json::to_value(&for_id_tokens).and_then(serde_json::from_value).map_err(|error| error.to_string())?;
        Ok(KeySet { for_id_tokens, for_access_tokens })
    }
}
