//! The commands that copy the databases of the application and of the built-in provider.

use std::{fmt, path::Path};

use crate::{
    idp,
    kernel::{
        backup::{self, BackupError, Part, Report},
        database::{Driver, Schema},
        random::Random,
        sealer::Sealer,
    },
    server::{config::Config, db},
};

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The names of the databases in files and messages.
const APPLICATION: &str = "application";
const PROVIDER: &str = "provider";

/// The outcome of a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    pub report: Report,
    /// Whether the backup was made with the `SESSION_SECRET` of this configuration, which opens its sealed values.
    pub has_same_secret: bool,
}

/// The outcome of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub report: Report,
    /// Whether the configuration leaves the built-in provider in its file.
    pub provider_stays: bool,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { tables, rows } = self.report;
        write!(f, "Restored {rows} rows of {tables} tables, and compared each with the file.")?;
        if self.has_same_secret {
            return Ok(());
        }
        f.write_str(
            "\nThe backup was made with another SESSION_SECRET. Before you start the server, set that one or, if it was \
             generated, copy the file session-secret of that system into DATA_DIR. If it is lost, everyone must sign in \
             again, and the built-in provider needs: tessera forget-secrets",
        )
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { tables, rows } = self.report;
        write!(
            f,
            "Copied {rows} rows of {tables} tables, and compared each with its source. Start the server with this \
             configuration. The SQLite files are as they were: keep them until all is well, then delete them."
        )?;
        if self.provider_stays {
            f.write_str("\nThe built-in provider stays in its file, because IDP_DATABASE_URL is not set.")?;
        }
        Ok(())
    }
}

/// The schemas of both databases.
struct Schemas {
    application: Schema,
    provider: Schema,
}

impl Schemas {
    fn new() -> Self {
        Self { application: db::schema(), provider: idp::schema() }
    }

    /// Returns the databases of the configuration.
    fn parts(&self, config: &Config) -> Vec<Part<'_>> {
        let application = Part {
            name: APPLICATION,
            schema: &self.application,
            url: config.database_url.clone(),
            owner_url: config.migration_database_url.clone(),
            is_exclusive: false,
        };
        let provider = config.built_in.as_ref().map(|built_in| Part {
            name: PROVIDER,
            schema: &self.provider,
            url: built_in.database_url.clone(),
            owner_url: built_in.migration_database_url.clone(),
            is_exclusive: false,
        });
        [application].into_iter().chain(provider).collect()
    }
}

/// Returns a value from which nobody can compute `SESSION_SECRET`, and which is the same for the same secret.
fn key_check(config: &Config) -> String {
    Sealer::new(&config.session_secret, Random::system()).derive("check of a backup")
}

/// Writes the databases of the configuration into a new file at `file`, while they may be in use. `replaces` allows an
/// existing file.
///
/// # Errors
/// [`BackupError`] with a hint for the operator.
pub async fn back_up(config: &Config, file: &Path, replaces: bool) -> Result<Report, BackupError> {
    let schemas = Schemas::new();
    backup::back_up(&schemas.parts(config), file, replaces, (VERSION, key_check(config))).await
}

/// Fills the empty databases of the configuration from a file of [`back_up`].
///
/// # Errors
/// [`BackupError`] with a hint for the operator. The databases are still empty then.
pub async fn restore(config: &Config, file: &Path) -> Result<Restored, BackupError> {
    let schemas = Schemas::new();
    let (header, report) = backup::restore(&schemas.parts(config), file).await?;
    Ok(Restored { report, has_same_secret: header.key_check == key_check(config) })
}

/// Fills the empty `PostgreSQL` databases of the configuration from `SQLite` files, by default those in `DATA_DIR`. The
/// files stay as they are.
///
/// # Errors
/// [`BackupError`] with a hint for the operator. The `PostgreSQL` databases are still empty then.
pub async fn move_to_postgres(
    config: &Config,
    from: Option<String>,
    from_provider: Option<String>,
) -> Result<Moved, BackupError> {
    let schemas = Schemas::new();
    let mut to = schemas.parts(config);
    if let Some(part) = to.iter().find(|part| part.name == APPLICATION && part.driver() == Driver::Sqlite) {
        return Err(BackupError::NotPostgres { variable: part.schema.variable });
    }
    let all = to.len();
    to.retain(|part| part.driver() == Driver::Postgres);
    let default = |name: &str| format!("sqlite://{}/{name}", config.data_dir.display());
    let source = |part: &Part<'_>| match part.name {
        APPLICATION => from.clone().unwrap_or_else(|| default("tessera.db")),
        _ => from_provider.clone().unwrap_or_else(|| default("idp.db")),
    };
    let as_source = |part: &Part<'_>| {
        let schema = if part.name == APPLICATION { &schemas.application } else { &schemas.provider };
        Part { name: part.name, schema, url: source(part), owner_url: None, is_exclusive: true }
    };
    let sources: Vec<_> = to.iter().map(as_source).collect();
    let report = backup::copy(&sources, &to, VERSION).await?;
    Ok(Moved { report, provider_stays: to.len() < all })
}
