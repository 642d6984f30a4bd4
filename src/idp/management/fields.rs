//! `fields` and `include_fields`: which properties of an answer the caller wants.

use serde::Serialize;
use serde_json::Value;

use super::guard::QueryText;

/// The properties that are wanted.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Empty for the usual ones.
    names: Vec<String>,
    /// Whether they are the ones that are wanted, not the ones that are not.
    include: bool,
}

impl Fields {
    /// What a query asks for.
    pub fn of(query: &QueryText) -> Self {
        let names = query.get("fields").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        Self { names: names.map(str::to_owned).collect(), include: query.get("include_fields") != Some("false") }
    }

    /// Whether a property that is left out unless it is asked for was asked for.
    pub fn ask_for(&self, name: &str) -> bool {
        self.include && self.names.iter().any(|asked| asked == name)
    }

    /// `value` as JSON with no more than the wanted properties.
    pub fn keep(&self, value: &impl Serialize) -> Value {
        // What is written here are objects of plain values, which always can be.
        let mut value = serde_json::to_value(value).unwrap_or_default();
        if !self.names.is_empty()
            && let Value::Object(object) = &mut value
        {
            object.retain(|name, _| self.names.contains(name) == self.include);
        }
        value
    }
}
