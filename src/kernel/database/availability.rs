//! Whether the database can be used at the moment: which errors pass by themselves.

use std::io;

use sqlx::{Error, error::DatabaseError, sqlite::SqliteError};

/// Primary result codes of `SQLite` that say something about the machine or about others, not about the statement: busy,
/// locked, out of memory, read-only, input or output failed, full, cannot be opened, locks that fail.
/// <https://sqlite.org/rescode.html>
const SQLITE_UNAVAILABLE: [i32; 8] = [5, 6, 7, 8, 10, 13, 14, 15];

/// The same for `PostgreSQL`, as the beginnings of its codes: connections, resources such as disk and memory, being shut
/// down, input or output failed, a standby, which takes no writes, and transactions that stood in the way of others: conflicts,
/// locks that were waited for too long, statements and transactions that the server ended.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_UNAVAILABLE: [&str; 10] = ["08", "53", "57P", "58", "25006", "40", "55P03", "57014", "25P03", "25P04"];

/// Whether `error` means that the database cannot be used at the moment. The same request may succeed later, and its
/// transaction was not committed, unless the connection was lost during the commit itself.
#[must_use]
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => true,
        Error::Database(error) => is_unavailable_code(&**error),
        _ => false,
    }
}

fn is_unavailable_code(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The low byte of an extended code is the primary code.
        return code.parse::<i32>().is_ok_and(|code| SQLITE_UNAVAILABLE.contains(&(code & 0xff)));
    }
    POSTGRES_UNAVAILABLE.iter().any(|prefix| code.starts_with(prefix))
}

/// The error of a database that does not answer.
pub fn no_answer() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database does not answer"))
}

/// Whether the database did not answer: it will not do so on another connection either.
pub fn is_timeout(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

    use super::*;
    use crate::kernel::random::Random;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_a_wrong_statement_is_not() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x); PRAGMA max_page_count = 2;").execute(&mut connection).await.unwrap();
        let fill = "INSERT INTO t VALUES (zeroblob(100000))";
        assert!(is_unavailable(&sqlx::query(fill).execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&sqlx::query("SELECT y FROM t").execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&Error::RowNotFound));
    }

    #[tokio::test]
    async fn a_lock_that_another_connection_holds_is_unavailable() {
        let file = std::env::temp_dir().join(format!("tessera-locked-{}", Random::system().alphanumeric(12)));
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true).busy_timeout(Duration::ZERO);
        let mut connections = [options.connect().await.unwrap(), options.connect().await.unwrap()];
        sqlx::raw_sql("CREATE TABLE t (x); BEGIN EXCLUSIVE;").execute(&mut connections[0]).await.unwrap();
        let refused = sqlx::query("INSERT INTO t VALUES (1)").execute(&mut connections[1]).await.unwrap_err();
        assert!(is_unavailable(&refused), "{refused}");
        std::fs::remove_file(file).unwrap();
    }
}
