//! The handle of the application's database.

use std::sync::Arc;

use super::announcements::Announcements;
use crate::{
    kernel::database::{
        Database, Durability, Mode, OpenError, Schema, Single, SingleFuture, Tenants, Tx, query::execute,
    },
    server::error::Error,
};

/// The application's database. Clones share its pools.
#[derive(Clone, Debug)]
pub struct Db {
    database: Database,
    /// Announces commits to open streams.
    pub announcements: Arc<Announcements>,
}

impl Db {
    /// Opens and migrates the database at `url`. Creates a missing `SQLite` file. On `PostgreSQL`, `migration_url` is the
    /// address of the owner; without it, the database must be up to date.
    ///
    /// # Errors
    /// [`OpenError`] with a hint for the operator.
    pub async fn open(url: &str, migration_url: Option<&str>) -> Result<Self, OpenError> {
        Self::open_with(url, migration_url, Durability::default()).await
    }

    /// Opens and migrates the database at `url` like [`Self::open`], with a durability that is not the default.
    ///
    /// # Errors
    /// [`OpenError`] with a hint for the operator.
    pub async fn open_with(url: &str, migration_url: Option<&str>, durability: Durability) -> Result<Self, OpenError> {
        let database = Database::open(url, migration_url, &schema(), durability).await?;
        Ok(Self { database, announcements: Arc::default() })
    }

    /// The underlying database, for inspection.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub(super) async fn begin(&self, mode: Mode) -> Result<Tx, Error> {
        Ok(match mode {
            Mode::Read => self.database.read().await?,
            Mode::Write => self.database.write().await?,
        })
    }

    /// Runs one statement that only reads, without a transaction around it.
    pub async fn single<T>(
        &self,
        statement: impl for<'a> Fn(&'a mut Single) -> SingleFuture<'a, T, Error> + Send,
    ) -> Result<T, Error> {
        self.database.single(Error::of_database, statement).await
    }

    /// Sends notifications to all nodes, without a transaction around them: `PostgreSQL` serializes the commits of transactions
    /// that notify. One that is sent twice does no harm.
    pub async fn notify(&self, channel: &'static str, notifications: &[String]) -> Result<(), Error> {
        let notifications = serde_json::to_string(notifications).map_err(|_| Error::Corrupt("notification"))?;
        let database = self.database.uncounted();
        let sent = database.single(Error::of_database, |single| {
            let notifications = notifications.clone();
            Box::pin(async move { notify(single, channel, &notifications).await })
        });
        sent.await
    }

    /// Commits a small write to check that the database can be written.
    pub async fn check_write(&self) -> Result<(), Error> {
        Ok(self.database.check_write().await?)
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

async fn notify(single: &mut Single, channel: &str, notifications: &str) -> Result<(), Error> {
    let sql = "SELECT pg_notify($1, value) FROM json_array_elements_text($2::json)";
    execute!(single, sql, channel, notifications)?;
    Ok(())
}

/// The schema of the application's database.
#[must_use]
pub fn schema() -> Schema {
    Schema {
        variable: "DATABASE_URL",
        migration_variable: "MIGRATION_DATABASE_URL",
        application_name: "tessera",
        sqlite: sqlx::migrate!("migrations/sqlite"),
        postgres: sqlx::migrate!("migrations/postgres"),
        before_migrating: &[],
        // The migrations grant the rest, to the same role.
        after_migrating: &["GRANT SELECT ON _sqlx_migrations TO tessera_app"],
        on_connect: None,
        // Triggers fill them from projects, tasks and comments, and the program writes the words that these note.
        derived: &["project_task_count", "search_document", "search_index", "search_pending"],
        tenants: Some(Tenants {
            setting: "app.org_id",
            function: "app_org_id()",
            ids: "SELECT id::text FROM organization",
        }),
        roles: "CREATE ROLE tessera_app LOGIN PASSWORD 'first secret';\n\
                CREATE ROLE tessera_owner LOGIN CREATEROLE PASSWORD 'second secret' IN ROLE tessera_app;\n\
                CREATE DATABASE tessera OWNER tessera_owner;",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn open_explains_invalid_addresses() {
        for url in ["mysql://host/db", "tessera.db", "", "sqlite::memory:"] {
            let error = Db::open(url, None).await.expect_err("not an address");
            assert!(matches!(error, OpenError::Address { .. }), "{url}: {error}");
        }
        let error = Db::open("postgres://nobody@127.0.0.1:1/none", None).await.expect_err("nothing listens there");
        assert!(matches!(error, OpenError::Connect { .. }), "{error}");
    }
}
