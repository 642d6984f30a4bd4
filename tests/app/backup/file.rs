//! A backup file as a test reads it, without the code that writes it.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

/// The rows of each table, in the order of their texts.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows(pub BTreeMap<(String, String), Vec<Vec<Value>>>);

impl Rows {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut tables: BTreeMap<_, Vec<Vec<Value>>> = BTreeMap::new();
        let mut current = (String::new(), String::new());
        for line in text.lines().skip(1) {
            match serde_json::from_str(line).unwrap() {
                Value::Array(row) => tables.get_mut(&current).unwrap().push(row),
                line if line.get("table").is_some() => {
                    current = (text_of(&line, "database"), text_of(&line, "table"));
                    tables.insert(current.clone(), Vec::new());
                }
                _ => {}
            }
        }
        for rows in tables.values_mut() {
            rows.sort_by_key(|row| serde_json::to_string(row).unwrap());
        }
        Self(tables)
    }

    /// Fails with the name of the first table whose rows differ.
    pub fn assert_same(&self, other: &Self) {
        for (table, rows) in &self.0 {
            assert_eq!(Some(rows), other.0.get(table), "{table:?}");
        }
        assert_eq!(self.0.len(), other.0.len());
    }

    /// The number of rows of each table.
    pub fn counts(&self) -> BTreeMap<(String, String), usize> {
        self.0.iter().map(|(table, rows)| (table.clone(), rows.len())).collect()
    }
}

fn text_of(line: &Value, name: &str) -> String {
    line[name].as_str().unwrap().to_owned()
}
