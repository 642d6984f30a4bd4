//! The session store of `tower-sessions` in the database.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::session_record::SessionOwner;
use crate::kernel::secret::fingerprint;
use crate::{
    kernel::clock::Clock,
    server::{
        db::{Db, PlatformTx},
        error,
        repo::sessions,
    },
};

/// How long a session lasts in which nobody has signed in: as long as a sign-in may take.
const STRANGER_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Stores session records. The database holds only the fingerprint of a session's id, so a leaked database does not
/// contain usable session cookies.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    clock: Clock,
}

impl Store {
    #[must_use]
    pub const fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    fn expiry(&self, record: &Record, owner: &SessionOwner) -> DateTime<Utc> {
        let expires_at = DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0);
        let expires_at = expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if owner.was_signed_in { expires_at } else { expires_at.min(self.clock.now() + STRANGER_LIFETIME) }
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let mut tx = self.db.write().await.map_err(backend)?;
            let bytes = encode(record)?;
            let owner = SessionOwner::of(&record.data);
            let expires_at = self.expiry(record, &owner);
            if sessions::insert(&mut tx, &key(&record.id), &bytes, owner.row(), expires_at).await.map_err(backend)? {
                return tx.commit().await.map_err(backend);
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let mut tx = self.db.write().await.map_err(backend)?;
        let owner = SessionOwner::of(&record.data);
        let expires_at = self.expiry(record, &owner);
        sessions::update(&mut tx, &key(&record.id), &encode(record)?, owner.row(), expires_at)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (key, now) = (key(id), self.clock.now());
        let found = self.db.single(|single| {
            let key = key.clone();
            Box::pin(async move { sessions::find(single, &key, now).await })
        });
        let Some(bytes) = found.await.map_err(backend)? else { return Ok(None) };
        let (data, expiry_date) = serde_json::from_slice(&bytes).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.db.write().await.map_err(backend)?;
        sessions::delete(&mut tx, &key(id)).await.map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

/// Changes the data of the sessions `found`, and keeps their expiry.
pub async fn change(
    tx: &mut PlatformTx,
    found: Vec<(String, Vec<u8>)>,
    change: impl Fn(&mut HashMap<String, Value>),
) -> std::result::Result<(), error::Error> {
    for (id, bytes) in found {
        // Skip records that cannot be parsed: they are no valid sessions.
        let Ok((mut data, expiry)) = serde_json::from_slice::<(HashMap<String, Value>, Value)>(&bytes) else {
            continue;
        };
        change(&mut data);
        let bytes = json!((&data, expiry)).to_string().into_bytes();
        sessions::update_record(tx, &id, &bytes, SessionOwner::of(&data).row()).await?;
    }
    Ok(())
}

fn key(id: &Id) -> String {
    fingerprint(&id.to_string())
}

/// Serializes the record without its id, which must not be stored.
fn encode(record: &Record) -> Result<Vec<u8>> {
    serde_json::to_vec(&(&record.data, &record.expiry_date)).map_err(|error| Error::Encode(error.to_string()))
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}
