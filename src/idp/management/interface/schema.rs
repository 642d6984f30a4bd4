//! Rust types for JSON Schemas.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A schema, limited to the keywords of JSON Schema that the interface uses.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schema {
    #[serde(rename = "$ref", default)]
    pub reference: Option<String>,
    #[serde(rename = "type", default)]
    pub kinds: Kinds,
    #[serde(default)]
    pub properties: BTreeMap<String, Schema>,
    #[serde(default)]
    pub required: Required,
    #[serde(default)]
    pub additional_properties: Option<Additional>,
    #[serde(default)]
    pub items: Option<Box<Schema>>,
    #[serde(rename = "enum", default)]
    pub values: Option<Vec<Value>>,
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub pattern: Option<String>,
    #[serde(default)]
    pub min_length: Option<usize>,
    #[serde(default)]
    pub max_length: Option<usize>,
    #[serde(default)]
    pub minimum: Option<i64>,
    #[serde(default)]
    pub maximum: Option<i64>,
    #[serde(default)]
    pub min_items: Option<usize>,
    #[serde(default)]
    pub max_items: Option<usize>,
    #[serde(default)]
    pub min_properties: Option<usize>,
    #[serde(default)]
    pub max_properties: Option<usize>,
}

/// Allowed types: `"string"`, `["string", "null"]`, or any type if absent.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Kinds {
    #[default]
    Any,
    One(String),
    Several(Vec<String>),
}

/// Names of the required properties of an object, or whether a parameter is required.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Required {
    Names(Vec<String>),
    Itself(bool),
}

impl Default for Required {
    fn default() -> Self {
        Self::Itself(false)
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Additional {
    Allowed(bool),
    Like(Box<Schema>),
}

impl Kinds {
    /// Whether values of this type are allowed.
    pub fn allow(&self, kind: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == kind,
            Self::Several(several) => several.iter().any(|one| one == kind),
        }
    }

    /// Joins the names of the types for a message.
    pub fn names(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::One(one) => one.clone(),
            Self::Several(several) => several.join(","),
        }
    }
}

/// Schemas that other schemas reference, by name.
#[derive(Debug, Deserialize)]
pub struct Schemas(pub BTreeMap<String, Schema>);

impl Schemas {
    /// Returns the schema that `schema` references, directly or indirectly, or `schema` itself if it is no reference.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        schema.reference.as_ref().map_or(schema, |name| self.resolve(&self.0[name]))
    }
}
