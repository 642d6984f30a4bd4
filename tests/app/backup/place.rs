//! A place for an installation: a folder for its files and, on `PostgreSQL`, a database without tables.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tessera::testing::{
    kernel::{clock::Clock, random::Random},
    serve::{Server, read_config},
    server::config::Config,
};
use tokio::net::TcpListener;
use url::Url;

use crate::{postgres, support::APPLICATION};

/// The built-in provider's role on `PostgreSQL`, which owns nothing.
const PROVIDER: &str = "tessera_idp";

/// The value of `SESSION_SECRET`.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The ports of the application and of the built-in provider. They are part of what the databases store.
#[derive(Clone, Copy, Debug)]
pub struct Ports(u16, u16);

impl Ports {
    /// Returns ports that are free.
    pub async fn free() -> Self {
        let listeners =
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        Self(listeners.0.local_addr().unwrap().port(), listeners.1.local_addr().unwrap().port())
    }

    /// The base URL of the application.
    pub fn application(self) -> Url {
        Url::parse(&format!("http://localhost:{}/", self.0)).unwrap()
    }

    /// The issuer of the built-in provider.
    pub fn issuer(self) -> String {
        format!("http://localhost:{}/", self.1)
    }
}

/// Where an installation has its data. Dropping it deletes everything.
pub struct Place {
    pub folder: PathBuf,
    /// The name of the database on the `PostgreSQL` server.
    database: Option<String>,
    variables: BTreeMap<String, String>,
}

impl Place {
    /// Creates an empty place on the kind of database that the tests run with.
    pub async fn create(ports: Ports) -> Self {
        let place = Self::with_files(ports);
        match postgres::server() {
            None => place,
            Some(server) => place.on_postgres(&server).await,
        }
    }

    /// Creates an empty place for `SQLite` files.
    pub fn with_files(ports: Ports) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("tessera_place_{}_{number}", std::process::id()));
        _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let variables = [
            ("SESSION_SECRET", SECRET.to_owned()),
            ("DATA_DIR", folder.display().to_string()),
            ("LEPTOS_SITE_ROOT", crate::site::folder().display().to_string()),
            ("PORT", ports.0.to_string()),
            ("IDP_ADDR", format!("127.0.0.1:{}", ports.1)),
        ];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { folder, database: None, variables }
    }

    /// Adds an empty `PostgreSQL` database, with roles as docs/postgresql.md has them.
    async fn on_postgres(mut self, server: &Url) -> Self {
        let name = self.folder.file_name().unwrap().to_str().unwrap().to_owned();
        let mut admin = PgConnection::connect(server.as_str()).await.unwrap();
        sqlx::query("SELECT pg_advisory_lock($1)").bind(postgres::LOCK).execute(&mut admin).await.unwrap();
        for (role, options) in [(APPLICATION, ""), (PROVIDER, ""), (postgres::OWNER, "CREATEROLE")] {
            let exists = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)";
            if !sqlx::query_scalar::<_, bool>(exists).bind(role).fetch_one(&mut admin).await.unwrap() {
                admin.execute(AssertSqlSafe(format!("CREATE ROLE {role} LOGIN {options}"))).await.unwrap();
            }
        }
        for sql in [
            format!("GRANT {APPLICATION} TO {}", postgres::OWNER),
            format!("CREATE DATABASE {name} OWNER {}", postgres::OWNER),
        ] {
            admin.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        admin.close().await.unwrap();
        for (variable, role) in [
            ("DATABASE_URL", APPLICATION),
            ("MIGRATION_DATABASE_URL", postgres::OWNER),
            ("IDP_DATABASE_URL", PROVIDER),
            ("IDP_MIGRATION_DATABASE_URL", postgres::OWNER),
        ] {
            self.set(variable, &postgres::address(server, role, &name));
        }
        self.database = Some(name);
        self
    }

    pub fn set(&mut self, variable: &str, value: &str) {
        self.variables.insert(variable.to_owned(), value.to_owned());
    }

    pub const fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    pub fn config(&self) -> Config {
        read_config(&self.variables).unwrap()
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts the server, with the demo if it is new.
    pub async fn serve(&self) -> Server {
        Server::start(self.config(), Clock::system(), Random::system()).await.unwrap()
    }

    /// Returns the rows of a query that returns texts, read as a user whom no policy binds.
    pub async fn texts(&self, database: &str, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql);
        if self.database.is_some() {
            return sqlx::query_scalar(sql).fetch_all(&mut self.superuser(database).await).await.unwrap();
        }
        let mut file = self.sqlite(database).await;
        sqlx::query_scalar(sql).fetch_all(&mut file).await.unwrap()
    }

    /// Runs a statement as a user whom no policy binds.
    pub async fn execute(&self, database: &str, sql: &str) {
        let sql = AssertSqlSafe(sql);
        if self.database.is_some() {
            self.superuser(database).await.execute(sql).await.unwrap();
        } else {
            let mut file = self.sqlite(database).await;
            file.execute(sql).await.unwrap();
            file.close().await.unwrap();
        }
    }

    async fn sqlite(&self, database: &str) -> sqlx::SqliteConnection {
        let name = if database == "provider" { "idp.db" } else { "tessera.db" };
        sqlx::SqliteConnection::connect(&format!("sqlite://{}", self.file(name).display())).await.unwrap()
    }

    async fn superuser(&self, database: &str) -> PgConnection {
        let mut url = postgres::server().unwrap();
        url.set_path(self.database.as_ref().unwrap());
        let mut connection = PgConnection::connect(url.as_str()).await.unwrap();
        if database == "provider" {
            connection.execute("SET search_path TO identity_provider").await.unwrap();
        }
        connection
    }

    /// Whether the place has `PostgreSQL` databases.
    pub const fn is_postgres(&self) -> bool {
        self.database.is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
        if let Some(name) = &self.database {
            postgres::remove(name);
        }
    }
}
