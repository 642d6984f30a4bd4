//! Hashes and verifies passwords.

pub mod policy;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{Output, SaltString},
};

use tokio::sync::Semaphore;

use crate::{
    idp::{config::PasswordCost, error::Error},
    kernel::random::Random,
};

/// Maximum number of passwords that are hashed in parallel. Each takes 19 MiB of memory.
const MAX_CONCURRENT: usize = 4;

/// Hashes and verifies passwords with Argon2id on threads for blocking work.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// A hash of no password. It is verified if the account does not exist, so that both cases take the same time.
    dummy_hash: String,
}

impl Passwords {
    pub fn new(cost: PasswordCost, random: &Random) -> Result<Self, Error> {
        let params = match cost {
            PasswordCost::Interactive => Params::DEFAULT,
            PasswordCost::Minimal => Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None)
                .map_err(|error| Error::Password(error.to_string()))?,
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy_hash = dummy_hash(&argon2, random).map_err(|error| Error::Password(error.to_string()))?;
        Ok(Self { argon2, permits: Arc::new(Semaphore::new(MAX_CONCURRENT)), dummy_hash })
    }

    /// Returns the hash of `password` as a PHC string to store.
    pub async fn hash(&self, password: &str, random: &Random) -> Result<String, Error> {
        let (argon2, password, salt) = (self.argon2.clone(), password.to_owned(), random.bytes::<16>());
        let hashed = self.run_blocking(move || {
            let salt = SaltString::encode_b64(&salt)?;
            Ok(argon2.hash_password(password.as_bytes(), &salt)?.to_string())
        });
        hashed.await.map_err(|error: argon2::password_hash::Error| Error::Password(error.to_string()))
    }

    /// Verifies `password` against `hash`. Without a hash, it takes the same time and returns false.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        let stored = hash.unwrap_or(&self.dummy_hash).to_owned();
        let matches = self.run_blocking(move || {
            PasswordHash::new(&stored).is_ok_and(|stored| argon2.verify_password(password.as_bytes(), &stored).is_ok())
        });
        matches.await && hash.is_some()
    }

    /// Runs `work`, which computes for tens of milliseconds, on a thread for blocking work and with limited
    /// parallelism.
    async fn run_blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.permits.acquire().await.expect("the semaphore is never closed");
        match tokio::task::spawn_blocking(work).await {
            Ok(value) => value,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Returns random bytes as a hash, with the parameters of `argon2`. Hashing a password instead would delay each start.
fn dummy_hash(argon2: &Argon2<'_>, random: &Random) -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::encode_b64(&random.bytes::<16>())?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: argon2.params().try_into()?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&random.bytes::<{ Params::DEFAULT_OUTPUT_LEN }>())?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_hash_only() {
        let random = Random::seeded(1);
        let passwords = Passwords::new(PasswordCost::Minimal, &random).unwrap();
        let hash = passwords.hash("correct horse", &random).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse", Some(&hash)).await);
        assert!(!passwords.verify("correct horsf", Some(&hash)).await);
        assert!(!passwords.verify("correct horse", None).await);
    }

    #[test]
    fn the_hash_for_unknown_accounts_takes_the_same_work() {
        let random = Random::seeded(1);
        let passwords = Passwords::new(PasswordCost::Interactive, &random).unwrap();
        let of = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            (hash.algorithm.to_string(), hash.version, Params::try_from(&hash).unwrap(), hash.hash.unwrap().len())
        };
        let salt = SaltString::encode_b64(b"a salt of a test").unwrap();
        let real = passwords.argon2.hash_password(b"correct horse", &salt).unwrap().to_string();
        assert_eq!(of(&passwords.dummy_hash), of(&real));
        let other = Passwords::new(PasswordCost::Interactive, &random).unwrap();
        assert_ne!(passwords.dummy_hash, other.dummy_hash);
    }
}
