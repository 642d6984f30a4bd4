//! Brings the schema up to date, at every start.

use sqlx::{ConnectOptions as _, Connection as _, SqlitePool, migrate::MigrateError, postgres::PgConnectOptions};

pub(super) enum Failure {
    Connect(sqlx::Error),
    Migrate(MigrateError),
}

pub(super) async fn sqlite(writer: &SqlitePool) -> Result<(), MigrateError> {
    sqlx::migrate!("migrations/sqlite").run(writer).await
}

/// Runs as the user of the address, who owns the tables; the application itself works as another role.
pub(super) async fn postgres(options: &PgConnectOptions) -> Result<(), Failure> {
    let mut connection = options.connect().await.map_err(Failure::Connect)?;
    sqlx::migrate!("migrations/postgres").run(&mut connection).await.map_err(Failure::Migrate)?;
    connection.close().await.map_err(Failure::Connect)
}
