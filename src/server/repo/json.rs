//! Rows as JSON. Several queries run as one statement, each with its rows as JSON: on `SQLite` a further statement would cost
//! more than its work, and on `PostgreSQL` a round trip. Statements also read the rows that they are given from JSON.

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::server::{db::Driver, error::Error};

/// The SQL expression for the rows of `query`, in its order, as a JSON array with an array of `columns` for each row.
pub fn rows(driver: Driver, columns: &str, query: &str) -> String {
    match driver {
        Driver::Sqlite => format!("(SELECT json_group_array(json_array({columns})) FROM ({query}))"),
        Driver::Postgres => {
            format!("(SELECT COALESCE(json_agg(json_build_array({columns})), '[]')::text FROM ({query}) AS found)")
        }
    }
}

/// The SQL expression for an id in JSON. `SQLite` stores ids as binary data.
pub fn id(driver: Driver, column: &str) -> String {
    match driver {
        Driver::Sqlite => format!("hex({column})"),
        Driver::Postgres => column.to_owned(),
    }
}

/// An id in JSON that a statement reads, on both databases.
pub fn id_text(id: Uuid) -> String {
    id.simple().to_string()
}

/// Rows as JSON that a statement reads.
pub fn text(rows: &(impl Serialize + ?Sized)) -> Result<String, Error> {
    serde_json::to_string(rows).map_err(|_| Error::Corrupt("rows as JSON"))
}

/// Parses rows that a statement has returned.
pub fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|_| Error::Corrupt("rows as JSON"))
}
