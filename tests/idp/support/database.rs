//! A database for each test.
//!
//! Each is a copy of a template that is migrated and seeded once, so that one RSA key serves all tests. Generating a
//! key takes as long as a whole test.

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

/// The provider's role, which owns nothing.
const LOGIN: &str = "tessera_idp";

/// A type that can be read from a row of either kind of database.
pub trait AnyRow: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> AnyRow for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Database of one test.
pub struct Database {
    /// Address of the database, as in `IDP_DATABASE_URL`.
    pub url: String,
    location: Location,
}

enum Location {
    Folder(PathBuf),
    Postgres { name: String, owner: String },
}

impl Database {
    /// Creates a copy of the template. The first call creates the template: an empty database that `seed`, given its
    /// address and on `PostgreSQL` that of its owner, fills.
    pub async fn create(seed: impl AsyncFnOnce(&str, Option<&str>)) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let Some(server) = postgres::server() else {
            let make = async || {
                let (folder, url) = folder();
                seed(&url, None).await;
                // The checkpoint writes the write-ahead log into the file that is copied.
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
            // The seed depends on the compiled program, so each run of the tests creates its own template.
            let template = unique("tessera_idp_template");
            postgres::template(&server, &template, LOGIN, async |url: &str, owner: &str| seed(url, Some(owner)).await)
                .await;
            template
        };
        let template = TEMPLATE.get_or_init(make).await;
        let name = unique("tessera_idp");
        postgres::copy(&server, template, &name).await;
        let owner = postgres::address(&server, postgres::OWNER, &name);
        Self { url: postgres::address(&server, LOGIN, &name), location: Location::Postgres { name, owner } }
    }

    /// The address of the owner, who migrates; `None` on `SQLite`.
    pub fn migration_url(&self) -> Option<String> {
        match &self.location {
            Location::Folder(_) => None,
            Location::Postgres { owner, .. } => Some(owner.clone()),
        }
    }

    /// Runs a statement directly, without a provider.
    pub async fn execute(&self, statement: &'static str) {
        match &self.location {
            Location::Folder(_) => {
                let mut connection = self.sqlite().await;
                connection.execute(statement).await.unwrap();
                connection.close().await.unwrap();
            }
            Location::Postgres { owner, .. } => {
                let mut connection = postgres(owner).await;
                connection.execute(statement).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }

    /// Returns the rows of a query that runs directly, without a provider.
    pub async fn rows<T: AnyRow>(&self, query: &'static str) -> Vec<T> {
        match &self.location {
            Location::Folder(_) => sqlx::query_as(query).fetch_all(&mut self.sqlite().await).await.unwrap(),
            Location::Postgres { owner, .. } => {
                sqlx::query_as(query).fetch_all(&mut postgres(owner).await).await.unwrap()
            }
        }
    }

    async fn sqlite(&self) -> SqliteConnection {
        SqliteConnectOptions::from_str(&self.url).unwrap().foreign_keys(true).connect().await.unwrap()
    }
}

async fn postgres(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url).unwrap();
    options.options([("search_path", "identity_provider")]).connect().await.unwrap()
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.location {
            Location::Folder(folder) => _ = std::fs::remove_dir_all(folder),
            Location::Postgres { name, .. } => postgres::remove(name),
        }
    }
}

/// Creates a folder and returns it with the address of a database file in it.
fn folder() -> (PathBuf, String) {
    let folder = std::env::temp_dir().join(unique("tessera-idp"));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}", folder.join("idp.db").display());
    (folder, url)
}

/// Returns a name that begins with `prefix` and that no other test uses.
fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
