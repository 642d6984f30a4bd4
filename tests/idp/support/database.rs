//! A database for each test: a copy of one that was migrated and seeded once, so that one RSA key serves all tests.
//! Making a key takes as long as all of a test.

use std::{
    path::PathBuf,
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, FromRow, PgConnection, SqliteConnection,
    postgres::{PgConnectOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tokio::sync::OnceCell;

use crate::postgres;

/// An ordinary user, who owns the databases.
const OWNER: &str = "tessera_owner";

/// What can be read from a row of either database.
pub trait AnyRow: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> AnyRow for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The database of one test.
pub struct Database {
    /// As `IDP_DATABASE_URL`.
    pub url: String,
    location: Location,
}

enum Location {
    Folder(PathBuf),
    Postgres { name: String },
}

impl Database {
    /// A copy of what `seed` makes of a new database, whose address it is given.
    pub async fn create(seed: impl AsyncFnOnce(&str)) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let Some(server) = postgres::server() else {
            let make = async || {
                let (folder, url) = folder();
                seed(&url).await;
                // What is still in the write-ahead log goes into the file that is copied.
                let mut connection = SqliteConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
                connection.close().await.unwrap();
                folder.join("idp.db").display().to_string()
            };
            let template = TEMPLATE.get_or_init(make).await;
            let (folder, url) = folder();
            std::fs::copy(template, folder.join("idp.db")).unwrap();
            return Self { url, location: Location::Folder(folder) };
        };
        let make = async || {
            // What is seeded is in the program, so that the template is good for this run of it alone.
            let template = unique("tessera_idp_template");
            postgres::template(&server, &template, OWNER, seed).await;
            template
        };
        let template = TEMPLATE.get_or_init(make).await;
        let name = unique("tessera_idp");
        postgres::copy(&server, template, &name, OWNER).await;
        Self { url: postgres::address(&server, OWNER, &name), location: Location::Postgres { name } }
    }

    /// Runs a statement without the provider.
    pub async fn execute(&self, statement: &'static str) {
        match &self.location {
            Location::Folder(_) => {
                let mut connection = self.sqlite().await;
                connection.execute(statement).await.unwrap();
                connection.close().await.unwrap();
            }
            Location::Postgres { .. } => {
                let mut connection = self.postgres().await;
                connection.execute(statement).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }

    /// The rows of a query without the provider.
    pub async fn rows<T: AnyRow>(&self, query: &'static str) -> Vec<T> {
        match &self.location {
            Location::Folder(_) => sqlx::query_as(query).fetch_all(&mut self.sqlite().await).await.unwrap(),
            Location::Postgres { .. } => sqlx::query_as(query).fetch_all(&mut self.postgres().await).await.unwrap(),
        }
    }

    async fn sqlite(&self) -> SqliteConnection {
        SqliteConnectOptions::from_str(&self.url).unwrap().foreign_keys(true).connect().await.unwrap()
    }

    async fn postgres(&self) -> PgConnection {
        let options = PgConnectOptions::from_str(&self.url).unwrap();
        options.options([("search_path", "identity_provider")]).connect().await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.location {
            Location::Folder(folder) => _ = std::fs::remove_dir_all(folder),
            Location::Postgres { name } => postgres::remove(name),
        }
    }
}

/// A new folder and the address of the file in it.
fn folder() -> (PathBuf, String) {
    let folder = std::env::temp_dir().join(unique("tessera-idp"));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}", folder.join("idp.db").display());
    (folder, url)
}

/// `prefix` with what no other test has.
fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
