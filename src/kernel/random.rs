//! Injectable randomness: the operating system's generator, or a seeded one in tests.

use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{Rng as _, RngCore, SeedableRng as _, rngs::StdRng};

/// A source of random values. Clones share the same generator.
#[derive(Clone)]
pub struct Random(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    /// Returns the operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Returns a deterministic generator for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// Returns `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with_rng(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// Returns 256 random bits in base64url (43 characters), for secrets that must not be guessed.
    #[must_use]
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// Returns `length` random characters of `A-Za-z0-9`.
    #[must_use]
    pub fn alphanumeric(&self, length: usize) -> String {
        self.with_rng(|rng| (0..length).map(|_| char::from(rng.sample(rand::distributions::Alphanumeric))).collect())
    }

    /// Returns a time-ordered UUID (version 7, RFC 9562 section 5.7) for the millisecond of `now`.
    #[must_use]
    pub fn uuid(&self, now: chrono::DateTime<chrono::Utc>) -> uuid::Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    fn with_rng<T>(&self, draw: impl FnOnce(&mut dyn RngCore) -> T) -> T {
        match &self.0 {
            Source::System => draw(&mut rand::rngs::OsRng),
            Source::Seeded(rng) => draw(&mut *rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner)),
        }
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}
