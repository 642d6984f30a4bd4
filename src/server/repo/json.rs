//! The rows of several queries in one statement, each as JSON: on `SQLite` a further statement would cost more than its
//! work, and on `PostgreSQL` a round trip.

use serde::de::DeserializeOwned;

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

/// Parses rows that a statement has returned.
pub fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|_| Error::Corrupt("rows as JSON"))
}
