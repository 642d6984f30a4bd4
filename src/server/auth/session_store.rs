//! The session store of `tower-sessions` in the database.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::kernel::secret::fingerprint;
use crate::{
    kernel::clock::Clock,
    server::{
        db::{Db, PlatformTx},
        error,
        repo::sessions,
    },
};

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
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let mut tx = self.db.write().await.map_err(backend)?;
            let bytes = encode(record)?;
            if sessions::insert(&mut tx, &key(&record.id), &bytes, expiry(record)).await.map_err(backend)? {
                return tx.commit().await.map_err(backend);
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let mut tx = self.db.write().await.map_err(backend)?;
        sessions::update(&mut tx, &key(&record.id), &encode(record)?, expiry(record)).await.map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut tx = self.db.read().await.map_err(backend)?;
        let Some(bytes) = sessions::find(&mut tx, &key(id), self.clock.now()).await.map_err(backend)? else {
            return Ok(None);
        };
        let (data, expiry_date) = serde_json::from_slice(&bytes).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.db.write().await.map_err(backend)?;
        sessions::delete(&mut tx, &key(id)).await.map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

/// Updates the data of every session whose record contains `text`, and returns the number of updated sessions. `change`
/// returns whether it modified the data.
pub async fn change(
    tx: &mut PlatformTx,
    text: &str,
    change: impl Fn(&mut Map<String, Value>) -> bool,
) -> std::result::Result<u64, error::Error> {
    let mut changed = 0;
    for (id, bytes) in sessions::with_text(tx, text).await? {
        // Skip records that cannot be parsed: they are no valid sessions.
        let Ok((mut data, expiry)) = serde_json::from_slice::<(Map<String, Value>, Value)>(&bytes) else { continue };
        if change(&mut data) {
            let record = Value::from(vec![Value::Object(data), expiry]).to_string();
            sessions::update_record(tx, &id, record.as_bytes()).await?;
            changed += 1;
        }
    }
    Ok(changed)
}

fn key(id: &Id) -> String {
    fingerprint(&id.to_string())
}

/// Serializes the record without its id, which must not be stored.
fn encode(record: &Record) -> Result<Vec<u8>> {
    serde_json::to_vec(&(&record.data, &record.expiry_date)).map_err(|error| Error::Encode(error.to_string()))
}

fn expiry(record: &Record) -> DateTime<Utc> {
    DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}
