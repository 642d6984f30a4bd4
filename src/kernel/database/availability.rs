//! Whether the database can be used at the moment: which errors pass by themselves.

use sqlx::{Error, error::DatabaseError, sqlite::SqliteError};

/// Primary result codes of `SQLite` that say something about the machine, not about the statement: busy, out of memory,
/// read-only, input or output failed, full, cannot be opened. <https://sqlite.org/rescode.html>
const SQLITE_UNAVAILABLE: [i32; 6] = [5, 7, 8, 10, 13, 14];

/// The same for `PostgreSQL`, as the beginnings of its codes: connections, resources such as disk and memory, being shut
/// down, input or output failed, and a standby, which takes no writes.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_UNAVAILABLE: [&str; 5] = ["08", "53", "57P", "58", "25006"];

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

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_a_wrong_statement_is_not() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x); PRAGMA max_page_count = 2;").execute(&mut connection).await.unwrap();
        let fill = "INSERT INTO t VALUES (zeroblob(100000))";
        assert!(is_unavailable(&sqlx::query(fill).execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&sqlx::query("SELECT y FROM t").execute(&mut connection).await.unwrap_err()));
        assert!(!is_unavailable(&Error::RowNotFound));
    }
}
