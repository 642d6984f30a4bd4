//! The least that a board page and a guarded endpoint cost: written by hand with axum, on one thread, from SQLite.
//!
//! Environment: `PORT`, `DATABASE` (the file), `ISSUER`, `AUDIENCE`, `JWKS` (a file with the issuer's keys). The endpoint
//! verifies each token anew. The page has no frame and asks nobody to sign in.

mod board;
mod projects;

use std::{env, error::Error, sync::Arc};

use axum::{Router, routing::get};
use rusqlite::{Connection, OpenFlags};
use tokio::net::TcpListener;
use tower_http::{CompressionLevel, compression::CompressionLayer};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

thread_local! {
    /// The only thread has the only connection.
    static DATABASE: Connection = open().expect("the database opens");
}

fn open() -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(variable("DATABASE"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.set_prepared_statement_cache_capacity(16);
    Ok(connection)
}

/// Runs `read` on the database.
fn with_database<T>(read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    DATABASE.with(read)
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is set"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let guard = Arc::new(projects::Guard::new(&variable("JWKS"), variable("ISSUER"), &variable("AUDIENCE"))?);
    let app = Router::new()
        .route("/api/v1/projects", get(projects::list).with_state(guard))
        .route("/o/{org}/projects/{key}/board", get(board::page))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", variable("PORT").parse::<u16>()?)).await?;
        Ok(axum::serve(listener, app).await?)
    })
}
