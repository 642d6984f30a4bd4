//! Opening a `PostgreSQL` database: migrations run as its owner, requests as a role that owns nothing.
//!
//! Row-level security does not bind superusers and roles with BYPASSRLS, and an owner can disable it. `SET ROLE` on an
//! owner's connection is no protection, because one `RESET ROLE` ends it. Therefore the login role itself is checked.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Postgres, Transaction,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::schema::{OpenError, Schema, quoted, without_password};

/// Number of connections of a pool.
const CONNECTIONS: u32 = 16;

/// Time limit for getting a connection. Short, so that people soon learn that the database is away.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A connection that was idle for longer is tested before it is used again. Testing each one would be a round trip for every
/// transaction; BEGIN on a lost connection is tried again on another ([`super::gate`]).
const TESTED_AFTER: Duration = Duration::from_secs(1);

/// Key of the advisory lock that one process holds while it migrates: concurrent GRANTs on one table fail.
const MIGRATION_LOCK: i64 = 7_305_114_280;

/// The login role, and the reason why row-level security does not bind it, if there is one. Membership counts without
/// regard to its options: a member can `SET ROLE`, or grant itself the missing option.
const LOGIN: &str = "
    SELECT session_user::text, CASE
        WHEN EXISTS (SELECT 1 FROM pg_roles WHERE rolsuper AND pg_has_role(session_user, oid, 'MEMBER'))
            THEN 'is a superuser, or a member of one'
        WHEN EXISTS (SELECT 1 FROM pg_shdepend d JOIN pg_database b ON b.datname = current_database()
                WHERE (d.dbid = b.oid OR d.dbid = 0 AND d.classid = 'pg_database'::regclass AND d.objid = b.oid)
                AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
                AND pg_has_role(session_user, d.refobjid, 'MEMBER'))
            THEN 'owns the database or something in it, or is a member of a role that does'
        WHEN EXISTS (SELECT 1 FROM pg_roles WHERE rolbypassrls AND pg_has_role(session_user, oid, 'MEMBER'))
            THEN 'has BYPASSRLS, or is a member of a role that has it'
        WHEN EXISTS (SELECT 1 FROM pg_roles WHERE (rolcreaterole OR rolreplication)
                AND pg_has_role(session_user, oid, 'MEMBER'))
            THEN 'has CREATEROLE or REPLICATION, or is a member of a role that has it'
        WHEN EXISTS (SELECT 1 FROM pg_roles
                WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
                AND pg_has_role(session_user, oid, 'MEMBER'))
            THEN 'may use files or programs of the database server'
    END";

/// An address of the database, for connecting and for error messages.
struct Address {
    variable: &'static str,
    /// The address without its password.
    url: String,
    options: PgConnectOptions,
}

impl Address {
    fn parse(variable: &'static str, url: &str, schema: &Schema) -> Result<Self, OpenError> {
        let options = Some(url)
            .filter(|url| url.starts_with("postgres:") || url.starts_with("postgresql:"))
            .and_then(|url| PgConnectOptions::from_str(url).ok())
            .ok_or_else(|| OpenError::Address { variable, url: without_password(url) })?
            .application_name(schema.application_name);
        Ok(Self { variable, url: without_password(url), options })
    }

    async fn connect(&self) -> Result<PgConnection, OpenError> {
        PgConnection::connect_with(&self.options).await.map_err(|error| self.failure(error))
    }

    fn failure(&self, source: sqlx::Error) -> OpenError {
        OpenError::Connect { variable: self.variable, url: self.url.clone(), source }
    }

    fn migration_failure(&self, source: MigrateError) -> OpenError {
        OpenError::Migrate { variable: self.variable, url: self.url.clone(), source }
    }
}

/// Opens the database at `url`, after migrating it at `migration_url`, if that is given.
pub(super) async fn open(url: &str, migration_url: Option<&str>, schema: &Schema) -> Result<PgPool, OpenError> {
    let address = Address::parse(schema.variable, url, schema)?;
    let login = checked_login(&address, schema).await?;
    if let Some(url) = migration_url {
        migrate(&Address::parse(schema.migration_variable, url, schema)?, &login, schema).await?;
    }
    let on_connect = schema.on_connect;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for > TESTED_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if let Some(statement) = on_connect {
                    connection.execute(statement).await?;
                }
                Ok(())
            })
        })
        .connect_with(address.options.clone())
        .await
        .map_err(|error| address.failure(error))?;
    check_schema(&pool, &address, schema).await?;
    Ok(pool)
}

/// Returns the role that `address` logs in as.
///
/// # Errors
/// [`OpenError::Role`] if row-level security does not bind the role.
async fn checked_login(address: &Address, schema: &Schema) -> Result<String, OpenError> {
    let mut connection = address.connect().await?;
    let (login, reason): (String, Option<String>) =
        sqlx::query_as(LOGIN).fetch_one(&mut connection).await.map_err(|error| address.failure(error))?;
    connection.close().await.map_err(|error| address.failure(error))?;
    let Some(reason) = reason else { return Ok(login) };
    let Schema { variable, migration_variable, roles, .. } = *schema;
    Err(OpenError::Role { variable, migration_variable, login, reason, roles })
}

/// Migrates the database as its owner, and grants `login` the rights to use it.
async fn migrate(owner: &Address, login: &str, schema: &Schema) -> Result<(), OpenError> {
    let failure = |error| owner.failure(error);
    let mut connection = owner.connect().await?;
    let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK);
    lock.execute(&mut connection).await.map_err(failure)?;
    for statement in schema.before_migrating {
        connection.execute(*statement).await.map_err(failure)?;
    }
    schema.postgres.run(&mut connection).await.map_err(|error| owner.migration_failure(error))?;
    grant(&mut connection, login, schema).await.map_err(failure)?;
    // Ends the session and with it the lock.
    connection.close().await.map_err(failure)
}

/// Grants `login` the rights to use the database, as its owner.
async fn grant(connection: &mut PgConnection, login: &str, schema: &Schema) -> Result<(), sqlx::Error> {
    let login = quoted(login);
    for statement in schema.after_migrating {
        connection.execute(AssertSqlSafe(statement.replace("{login}", &login))).await?;
    }
    Ok(())
}

/// Opens one connection to the database at `url`, set up like those of the pool.
///
/// # Errors
/// [`OpenError`] with a hint for the operator.
pub async fn connect(url: &str, schema: &Schema) -> Result<PgConnection, OpenError> {
    let address = Address::parse(schema.variable, url, schema)?;
    let mut connection = address.connect().await?;
    if let Some(statement) = schema.on_connect {
        connection.execute(statement).await.map_err(|error| address.failure(error))?;
    }
    Ok(connection)
}

/// A transaction of the owner, in which no other process migrates the database.
#[derive(Debug)]
pub struct OwnerTx {
    pub tx: Transaction<'static, Postgres>,
    login: String,
}

impl OwnerTx {
    /// Starts the transaction at `owner_url` for a database that requests will use at `url`.
    ///
    /// # Errors
    /// [`OpenError`] with a hint for the operator, also if the role of `url` could get around row-level security.
    pub async fn begin(url: &str, owner_url: &str, schema: &Schema) -> Result<Self, OpenError> {
        let login = checked_login(&Address::parse(schema.variable, url, schema)?, schema).await?;
        let owner = Address::parse(schema.migration_variable, owner_url, schema)?;
        let failure = |error| owner.failure(error);
        let options = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = options.connect_with(owner.options.clone()).await.map_err(failure)?;
        let mut tx = pool.begin().await.map_err(failure)?;
        // Shared, because the databases of application and provider may be one.
        let lock = sqlx::query("SELECT pg_advisory_xact_lock_shared($1)").bind(MIGRATION_LOCK);
        lock.execute(&mut *tx).await.map_err(failure)?;
        for statement in schema.before_migrating {
            tx.execute(*statement).await.map_err(failure)?;
        }
        Ok(Self { tx, login })
    }

    /// Alters a table.
    ///
    /// # Errors
    /// `sqlx::Error` if the owner may not, or the table has no such thing.
    pub async fn alter(&mut self, table: &str, alteration: &str) -> Result<(), sqlx::Error> {
        self.tx.execute(AssertSqlSafe(format!("ALTER TABLE {} {alteration}", quoted(table)))).await.map(|_| ())
    }

    /// Grants the role that serves requests its rights, and commits.
    ///
    /// # Errors
    /// `sqlx::Error`, also if a deferred constraint is violated.
    pub async fn commit(mut self, schema: &Schema) -> Result<(), sqlx::Error> {
        grant(&mut self.tx, &self.login, schema).await?;
        self.tx.commit().await
    }
}

/// Checks that the migrations of the database are those of this program, and that its role may use the tables.
async fn check_schema(pool: &PgPool, address: &Address, schema: &Schema) -> Result<(), OpenError> {
    const UNDEFINED_TABLE: &str = "42P01";
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    let outdated = || OpenError::Outdated {
        variable: schema.variable,
        migration_variable: schema.migration_variable,
        url: address.url.clone(),
    };
    let sql = "SELECT version, checksum FROM _sqlx_migrations WHERE success";
    let applied: Vec<(i64, Vec<u8>)> = match sqlx::query_as(sql).fetch_all(pool).await {
        Ok(applied) => applied,
        Err(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some(UNDEFINED_TABLE | INSUFFICIENT_PRIVILEGE)) =>
        {
            return Err(outdated());
        }
        Err(error) => return Err(address.failure(error)),
    };
    for (version, checksum) in &applied {
        match schema.postgres.iter().find(|migration| migration.version == *version) {
            None => return Err(address.migration_failure(MigrateError::VersionMissing(*version))),
            Some(migration) if *migration.checksum != **checksum => {
                return Err(address.migration_failure(MigrateError::VersionMismatch(*version)));
            }
            Some(_) => {}
        }
    }
    if applied.len() < schema.postgres.iter().count() { Err(outdated()) } else { Ok(()) }
}
