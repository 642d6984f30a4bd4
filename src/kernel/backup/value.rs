//! Values of rows in a form that both databases share: as `SQLite` stores them.
//!
//! `PostgreSQL` has more types. A UUID is its 16 bytes, a boolean is 0 or 1, a date is `2026-01-31`, and a time is written
//! as sqlx writes it to `SQLite`, so that texts sort as before.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound as _, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// The value of a column in a row. In a file: null, a number, a string, or `{"base64": "…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Blob),
}

/// Bytes, in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    #[serde(serialize_with = "encode", deserialize_with = "decode")]
    pub base64: Vec<u8>,
}

fn encode<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

/// The type of a column, as far as copies distinguish types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Text,
    Blob,
    /// On `PostgreSQL` only.
    Boolean,
    Uuid,
    Time,
    Date,
}

impl Kind {
    /// Finds the kind of a column by the name of its type, in lower case.
    pub fn of(type_name: &str) -> Option<Self> {
        Some(match type_name {
            "integer" | "bigint" => Self::Integer,
            "text" => Self::Text,
            "blob" | "bytea" => Self::Blob,
            "boolean" => Self::Boolean,
            "uuid" => Self::Uuid,
            "timestamp with time zone" => Self::Time,
            "date" => Self::Date,
            _ => return None,
        })
    }
}

impl Value {
    pub const fn blob(bytes: Vec<u8>) -> Self {
        Self::Blob(Blob { base64: bytes })
    }

    pub fn time(time: DateTime<Utc>) -> Self {
        Self::Text(time.to_rfc3339_opts(SecondsFormat::AutoSi, false))
    }

    /// Returns the value as a column of this kind returns it after it was stored: `PostgreSQL` keeps microseconds of a
    /// time.
    ///
    /// # Errors
    /// The reason why the column cannot store the value.
    pub fn stored_as(self, kind: Kind) -> Result<Self, String> {
        match (kind, self) {
            (_, Self::Null) => Ok(Self::Null),
            (Kind::Integer, value @ Self::Integer(_))
            | (Kind::Boolean, value @ Self::Integer(0 | 1))
            | (Kind::Text, value @ Self::Text(_))
            | (Kind::Blob, value @ Self::Blob(_)) => Ok(value),
            (Kind::Uuid, Self::Blob(blob)) if blob.base64.len() == 16 => Ok(Self::Blob(blob)),
            (Kind::Time, Self::Text(text)) => match DateTime::parse_from_rfc3339(&text) {
                Ok(time) => Ok(Self::time(time.to_utc().trunc_subsecs(6))),
                Err(_) => Err(format!("“{text}” is not a time")),
            },
            (Kind::Date, Self::Text(text)) => match text.parse::<NaiveDate>() {
                Ok(date) => Ok(Self::Text(date.to_string())),
                Err(_) => Err(format!("“{text}” is not a date")),
            },
            (kind, value) => Err(format!("{} is not of the type {kind:?}", value.description())),
        }
    }

    /// Returns about the number of bytes that the value takes.
    pub const fn size(&self) -> usize {
        match self {
            Self::Null | Self::Integer(_) => 8,
            Self::Text(text) => text.len(),
            Self::Blob(blob) => blob.base64.len(),
        }
    }

    pub fn into_integer(self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(number) } else { None }
    }

    pub fn into_text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn into_bytes(self) -> Option<Vec<u8>> {
        if let Self::Blob(blob) = self { Some(blob.base64) } else { None }
    }

    const fn description(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "a number",
            Self::Text(_) => "a text",
            Self::Blob(_) => "a blob",
        }
    }
}

/// Number of rows of a table and a checksum of them, whatever their order. Databases sort texts differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSum {
    pub rows: u64,
    /// The exclusive or of the rows' hashes. A table has a primary key, so no row cancels another.
    hash: [u8; 32],
}

impl TableSum {
    /// Adds a row. Its values are in the order of the columns' names.
    pub fn add(&mut self, row: &[Value]) {
        let line = serde_json::to_vec(row).expect("texts and numbers can be written as JSON");
        self.rows += 1;
        for (sum, byte) in self.hash.iter_mut().zip(Sha256::digest(line)) {
            *sum ^= byte;
        }
    }

    /// Returns the checksum in hexadecimal digits.
    pub fn sha256(&self) -> String {
        hex(&self.hash)
    }
}

/// Returns bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_type_in_json() {
        let row = [
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::Text("1".to_owned()),
            Value::Text("line\n\u{2028}\u{0}\"".to_owned()),
            Value::blob(vec![0, 255, 10]),
            Value::blob(Vec::new()),
        ];
        let line = serde_json::to_string(&row).unwrap();
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(serde_json::from_str::<Vec<Value>>(&line).unwrap(), row);
        for foreign in ["[1.5]", "[true]", "[{\"base64\":\"?\"}]", "[{}]", "[9223372036854775808]"] {
            serde_json::from_str::<Vec<Value>>(foreign).expect_err(foreign);
        }
    }

    #[test]
    fn a_time_keeps_its_microseconds_and_gets_one_form() {
        let stored = |text: &str| Value::Text(text.to_owned()).stored_as(Kind::Time);
        for (text, form) in [
            ("2026-01-31T10:00:00+00:00", "2026-01-31T10:00:00+00:00"),
            ("2026-01-31T10:00:00.1234567+00:00", "2026-01-31T10:00:00.123456+00:00"),
            ("2026-01-31T12:00:00.5+02:00", "2026-01-31T10:00:00.500+00:00"),
        ] {
            assert_eq!(stored(text), Ok(Value::Text(form.to_owned())));
        }
        assert!(stored("yesterday").unwrap_err().contains("yesterday"));
    }

    #[test]
    fn a_column_refuses_values_of_other_types() {
        let refused = [
            (Value::Integer(2), Kind::Boolean),
            (Value::blob(vec![0; 15]), Kind::Uuid),
            (Value::Text("1".to_owned()), Kind::Integer),
            (Value::Integer(1), Kind::Text),
            (Value::Text("2026-02-30".to_owned()), Kind::Date),
        ];
        for (value, kind) in refused {
            value.clone().stored_as(kind).expect_err(&format!("{value:?} as {kind:?}"));
        }
        assert_eq!(Value::Null.stored_as(Kind::Uuid), Ok(Value::Null));
    }

    #[test]
    fn a_checksum_depends_on_each_row_but_not_on_their_order() {
        let rows = [[Value::Integer(1)], [Value::Integer(2)], [Value::Text("2".to_owned())]];
        let sum = |order: &[usize]| {
            order.iter().fold(TableSum::default(), |mut sum, &index| {
                sum.add(&rows[index]);
                sum
            })
        };
        assert_eq!(sum(&[0, 1, 2]), sum(&[2, 0, 1]));
        assert_ne!(sum(&[0, 1]), sum(&[0, 2]));
        assert_ne!(sum(&[0]), sum(&[0, 1]));
    }
}
