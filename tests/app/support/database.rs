//! A database for each test: a `SQLite` file, or a copy of a migrated `PostgreSQL` database.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{
    AssertSqlSafe, Executor as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tessera::testing::{
    domain::{ids::BrowserId, tasks::event::Event},
    server::db::Db,
};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use super::wire;
use crate::postgres;

/// Why a test fails on `SQLite`. Such tests are `#[ignore]`d, so that a run on `SQLite` reports them as ignored; with
/// `--include-ignored`, a run on `PostgreSQL` has them too.
pub const NEEDS_POSTGRES: &str = "this test needs PostgreSQL: set TEST_DATABASE_URL";

/// The application's role on `PostgreSQL`, which owns nothing.
pub const APPLICATION: &str = "tessera_app";

/// The database of one test.
pub struct Database {
    /// The connection URL, as in `DATABASE_URL`.
    pub url: String,
    direct: Direct,
}

/// A connection that bypasses the application, to inspect and change rows.
pub enum Direct {
    Sqlite {
        pool: SqlitePool,
        file: PathBuf,
    },
    /// A connection of the superuser, whom no policy binds.
    Postgres {
        pool: PgPool,
        name: String,
    },
}

impl Database {
    pub async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("tessera_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        match postgres::server() {
            None => {
                let file = std::env::temp_dir().join(format!("{name}.db"));
                let url = format!("sqlite://{}", file.display());
                let options = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true).foreign_keys(true);
                let pool = SqlitePoolOptions::new().connect_lazy_with(options);
                Self { url, direct: Direct::Sqlite { pool, file } }
            }
            Some(server) => {
                postgres::copy(&server, template(&server).await, &name).await;
                let options = PgConnectOptions::from_str(server.as_str()).unwrap().database(&name);
                let pool = PgPoolOptions::new().max_connections(4).connect_lazy_with(options);
                let mut url = postgres::address(&server, APPLICATION, &name);
                if std::env::var_os(wire::VARIABLE).is_some() {
                    url = wire::without_org_condition(&url).await;
                }
                Self { url, direct: Direct::Postgres { pool, name } }
            }
        }
    }

    /// The name of the database on the `PostgreSQL` server.
    pub fn name(&self) -> &str {
        let Direct::Postgres { name, .. } = &self.direct else { panic!("a file has no name on a server") };
        name
    }

    /// The address for migrations, as in `MIGRATION_DATABASE_URL`; `None` on `SQLite`.
    pub fn migration_url(&self) -> Option<String> {
        let Direct::Postgres { name, .. } = &self.direct else { return None };
        Some(postgres::address(&postgres::server()?, postgres::OWNER, name))
    }

    /// The connection that bypasses the application.
    pub const fn direct(&self) -> &Direct {
        &self.direct
    }

    /// Runs a statement that bypasses the application, on a table without row-level security.
    pub async fn execute(&self, sql: &'static str) {
        match &self.direct {
            Direct::Sqlite { pool, .. } => drop(sqlx::query(sql).execute(pool).await.unwrap()),
            Direct::Postgres { pool, .. } => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        }
    }

    /// Counts the rows that a query with the clause `FROM {from}` returns.
    pub async fn count(&self, from: &str) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
        match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Direct::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Returns a browser in which `person` is signed in to the organization `slug`.
    pub async fn browser_of(&self, person: &str, slug: &str) -> BrowserId {
        let sql = AssertSqlSafe(format!(
            "SELECT s.browser_id FROM seat s JOIN person p ON p.id = s.person_id JOIN organization o ON o.id = s.org_id
             WHERE p.subject = '{person}' AND o.slug = '{slug}' LIMIT 1"
        ));
        match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Direct::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Returns the id that a query selects.
    pub async fn id(&self, sql: &str) -> Uuid {
        let query = AssertSqlSafe(sql);
        match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_scalar(query).fetch_one(pool).await,
            Direct::Postgres { pool, .. } => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Reads all values of a binary column and concatenates them.
    pub async fn bytes_of(&self, table: &str, column: &str) -> Vec<u8> {
        let sql = AssertSqlSafe(format!("SELECT {column} FROM {table}"));
        let values: Vec<Vec<u8>> = match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
            Direct::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        };
        values.concat()
    }

    /// Lists the events of the organization `slug` after the event numbered `after`: number, task and event.
    pub async fn events(&self, slug: &str, after: i64) -> Vec<(i64, Option<i64>, Event)> {
        self.read_events(&format!("o.slug = '{slug}' AND e.number > {after}")).await
    }

    /// Lists the events of a project in the organization `slug`.
    pub async fn events_of(&self, slug: &str, project: &str) -> Vec<(i64, Option<i64>, Event)> {
        self.read_events(&format!("o.slug = '{slug}' AND p.key = '{project}'")).await
    }

    /// Returns the batch of the last event in the organization `slug`.
    pub async fn batch_of_last_event(&self, slug: &str) -> Uuid {
        let sql = AssertSqlSafe(format!(
            "SELECT e.batch_id FROM event e JOIN organization o ON o.id = e.org_id
             WHERE o.slug = '{slug}' ORDER BY e.number DESC LIMIT 1"
        ));
        match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Direct::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    async fn read_events(&self, condition: &str) -> Vec<(i64, Option<i64>, Event)> {
        let sql = AssertSqlSafe(format!(
            "SELECT e.number, e.task, e.body, e.texts FROM event e JOIN organization o ON o.id = e.org_id
             JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id WHERE {condition} ORDER BY e.number"
        ));
        let rows: Vec<(i64, Option<i64>, String, Option<String>)> = match &self.direct {
            Direct::Sqlite { pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
            Direct::Postgres { pool, .. } => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
        };
        let whole = |(number, task, body, texts): (i64, Option<i64>, String, Option<String>)| {
            let mut event: Event = serde_json::from_str(&body).unwrap();
            event.put_texts(texts.map_or_else(Vec::new, |texts| serde_json::from_str(&texts).unwrap()));
            (number, task, event)
        };
        rows.into_iter().map(whole).collect()
    }

    /// Runs a statement; returns the number of changed rows.
    pub async fn change(&self, sql: &str) -> u64 {
        self.try_change(&[sql]).await.unwrap()
    }

    /// Runs statements in one transaction; returns the number of changed rows.
    pub async fn try_change(&self, statements: &[&str]) -> Result<u64, sqlx::Error> {
        let mut changed = 0;
        match &self.direct {
            Direct::Sqlite { pool, .. } => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                for sql in statements {
                    changed += tx.execute(AssertSqlSafe(*sql)).await?.rows_affected();
                }
                tx.commit().await?;
            }
            Direct::Postgres { pool, .. } => {
                let mut tx = pool.begin().await?;
                for sql in statements {
                    changed += tx.execute(AssertSqlSafe(*sql)).await?.rows_affected();
                }
                tx.commit().await?;
            }
        }
        Ok(changed)
    }

    /// Makes every task change in the organization `slug` fail by inserting a row with the number of its next event.
    pub async fn block(&self, slug: &str) {
        let sql = format!(
            "INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, body)
             SELECT e.org_id, h.number + 1, e.batch_id, e.at, e.person_id, e.project_id, e.body
             FROM organization o
             JOIN event_head h ON h.org_id = o.id
             JOIN event e ON e.org_id = o.id AND e.number = (SELECT MIN(number) FROM event WHERE org_id = o.id)
             WHERE o.slug = '{slug}'"
        );
        assert_eq!(self.change(&sql).await, 1);
    }

    /// Undoes [`Self::block`].
    pub async fn unblock(&self, slug: &str) {
        let sql = format!(
            "DELETE FROM event WHERE org_id = (SELECT id FROM organization WHERE slug = '{slug}')
               AND number > (SELECT number FROM event_head WHERE org_id = event.org_id)"
        );
        assert_eq!(self.change(&sql).await, 1);
    }

    /// Reads all bytes of the database files; returns `None` on `PostgreSQL`.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let Direct::Sqlite { file, .. } = &self.direct else { return None };
        let files = ["", "-wal"].map(|suffix| std::fs::read(format!("{}{suffix}", file.display())).unwrap_or_default());
        Some(files.concat())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.direct {
            Direct::Sqlite { file, .. } => {
                for suffix in ["", "-wal", "-shm"] {
                    _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
                }
            }
            Direct::Postgres { name, .. } => postgres::remove(name),
        }
    }
}

/// Returns the name of a migrated database. The first test creates it, and later runs with the same migrations reuse
/// it.
async fn template(server: &Url) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = async || {
        // PostgreSQL truncates names after 63 bytes.
        let mut checksums = DefaultHasher::new();
        sqlx::migrate!("migrations/postgres").iter().for_each(|it| it.checksum.hash(&mut checksums));
        let name = format!("tessera_template_{:016x}", checksums.finish());
        let migrate = async |url: &str, owner: &str| Db::open(url, Some(owner)).await.unwrap().close().await;
        postgres::template(server, &name, APPLICATION, migrate).await;
        name
    };
    TEMPLATE.get_or_init(make).await
}
