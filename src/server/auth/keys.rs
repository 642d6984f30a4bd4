//! Cache of the provider's signing keys. Keys are fetched again when they expire, and when a token names an unknown
//! key; a rate limit keeps forged tokens from causing endless fetches.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

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

/// How long a good key set shows that the provider answers, and how long a failed fetch shows that it does not. Anyone may
/// ask, and each question would be a request to the provider.
const GOOD_FOR: TimeDelta = TimeDelta::seconds(10);
const BAD_FOR: TimeDelta = TimeDelta::seconds(2);

/// Maximum number of fetches within [`WINDOW`].
const MAX_FETCHES: usize = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Whether `at` is less than `duration` ago. A time in the future is of before the clock was set back, and does not count.
pub fn is_within(at: DateTime<Utc>, duration: TimeDelta, now: DateTime<Utc>) -> bool {
    at <= now && now < at + duration
}

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// The provider's keys for signatures.
#[derive(Debug)]
pub struct KeySet {
    /// As they were fetched.
    fetched: Vec<Value>,
    /// By id; `None` for a key of a kind that is not supported.
    by_id: HashMap<String, Option<DecodingKey>>,
    /// The key, if there is one only, with or without an id.
    only: Option<DecodingKey>,
    /// The access tokens that these keys have verified.
    pub verified_tokens: VerifiedTokens,
}

impl KeySet {
    fn new(document: Document) -> Self {
        let keys = document.keys.iter().map(|key| {
            let kid = key.get("kid").and_then(Value::as_str).map(str::to_owned);
            (kid, Jwk::deserialize(key).ok().filter(is_supported).and_then(|key| DecodingKey::from_jwk(&key).ok()))
        });
        let keys: Vec<_> = keys.collect();
        let mut usable = keys.iter().filter_map(|(_, key)| key.as_ref());
        let only = match (usable.next(), usable.next()) {
            (Some(key), None) => Some(key.clone()),
            _ => None,
        };
        let mut by_id = HashMap::new();
        for (kid, key) in keys {
            // If two keys have the same id, the first counts.
            if let Some(kid) = kid {
                by_id.entry(kid).or_insert(key);
            }
        }
        Self { fetched: document.keys, by_id, only, verified_tokens: VerifiedTokens::default() }
    }

    /// Returns the key with this id.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&DecodingKey> {
        self.by_id.get(kid)?.as_ref()
    }

    /// Returns the key, if there is one only.
    #[must_use]
    pub const fn only(&self) -> Option<&DecodingKey> {
        self.only.as_ref()
    }

    fn has(&self, kid: &str) -> bool {
        self.by_id.contains_key(kid)
    }
}

/// Whether `key` verifies signatures with RS256. Keys of other kinds are skipped (section 5), and so are those for encryption
/// (section 4.2).
const fn is_supported(key: &Jwk) -> bool {
    matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
        && matches!(key.algorithm, AlgorithmParameters::RSA(_))
}

#[derive(Debug, Default)]
struct Cache {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    fetches: VecDeque<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
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
    pub async fn find(&self, address: &Url, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
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
        // Stale keys are better than failing every sign-in.
        self.fetch(&mut cache, address, now).await.or_else(|down| stale.ok_or(down))
    }

    /// Returns the cached keys if they are fresh.
    pub async fn known(&self) -> Option<Arc<KeySet>> {
        let now = self.clock.now();
        let cache = self.cache.lock().await;
        cache
            .keys
            .as_ref()
            .filter(|(_, fetched_at)| is_within(*fetched_at, LIFETIME, now))
            .map(|(keys, _)| keys.clone())
    }

    /// Checks that keys are at `address` now, whatever is cached for longer than [`GOOD_FOR`].
    pub async fn check(&self, address: &Url) -> Result<(), ProviderDown> {
        // The lock is held during the fetch, so concurrent questions cause one.
        let mut cache = self.cache.lock().await;
        let now = self.clock.now();
        if cache.keys.as_ref().is_some_and(|(_, fetched_at)| is_within(*fetched_at, GOOD_FOR, now)) {
            return Ok(());
        }
        if cache.failed_at.is_some_and(|failed_at| is_within(failed_at, BAD_FOR, now)) {
            return Err(ProviderDown);
        }
        self.fetch(&mut cache, address, now).await.map(drop)
    }

    async fn fetch(&self, cache: &mut Cache, address: &Url, now: DateTime<Utc>) -> Result<Arc<KeySet>, ProviderDown> {
        let call = provider_answer::document::<Document>(self.http.get(address.clone()));
        match self.metrics.measure_call("keys", call, answered).await {
            Ok(document) => {
                // The same keys keep their memory of verified tokens.
                let same = cache.keys.take().map(|(keys, _)| keys).filter(|keys| keys.fetched == document.keys);
                let keys = same.unwrap_or_else(|| Arc::new(KeySet::new(document)));
                cache.keys = Some((keys.clone(), now));
                cache.failed_at = None;
                Ok(keys)
            }
            Err(error) => {
                tracing::warn!(%error, %address, "could not fetch the provider's keys");
                cache.failed_at = Some(now);
                Err(ProviderDown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        sync::watch,
    };

    use super::*;

    /// Serves a set with keys of these ids to every request.
    async fn serve(kids: watch::Receiver<Vec<&'static str>>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                _ = stream.read(&mut request).await.unwrap();
                let key = |kid: &&str| {
                    format!(r#"{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{kid}","n":"AQAB","e":"AQAB"}}"#)
                };
                let body = format!(r#"{{"keys":[{}]}}"#, kids.borrow().iter().map(key).collect::<Vec<_>>().join(","));
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
                stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
            }
        });
        address.parse().unwrap()
    }

    #[tokio::test]
    async fn a_made_up_key_id_does_not_make_remembered_tokens_start_anew() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let keys = Keys::new(oauth2::reqwest::Client::new(), clock.clone(), Metrics::default());
        let (sender, kids) = watch::channel(vec!["first"]);
        let address = serve(kids).await;
        let first = keys.find(&address, Some("first")).await.unwrap();
        for kid in ["made-up", "another"] {
            assert!(Arc::ptr_eq(&first, &keys.find(&address, Some(kid)).await.unwrap()), "{kid}");
        }
        // Nor does the end of the cached keys, if the provider has no others.
        clock.advance(LIFETIME);
        assert!(Arc::ptr_eq(&first, &keys.find(&address, None).await.unwrap()));
        assert!(Arc::ptr_eq(&first, &keys.find(&address, None).await.unwrap()));
        // A key that is new, and one that is gone, do.
        sender.send_replace(vec!["first", "second"]);
        let both = keys.find(&address, Some("second")).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &both));
        sender.send_replace(vec!["second"]);
        clock.advance(WINDOW);
        let second = keys.find(&address, Some("made-up")).await.unwrap();
        assert!(!Arc::ptr_eq(&both, &second) && second.find("first").is_none());
    }
}
