//! The interface as data: which scopes an operation needs, and what its path, query and body must look like.
//!
//! `interface.json` holds the shapes that Auth0 publishes for its own API, as JSON Schema; this is the interpreter. The
//! objections are worded as Auth0 words them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::format;

/// Every operation, by method and path template: `GET /organizations/{id}`.
pub static INTERFACE: LazyLock<Interface> = LazyLock::new(|| {
    serde_json::from_str(include_str!("interface.json")).expect("interface.json is checked by a test")
});

#[derive(Debug, Deserialize)]
pub struct Interface {
    pub operations: BTreeMap<String, Operation>,
    schemas: BTreeMap<String, Schema>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Of these the caller needs one.
    pub scopes: Vec<String>,
    #[serde(default)]
    path: BTreeMap<String, Schema>,
    #[serde(default)]
    query: BTreeMap<String, Schema>,
    /// The name of a schema.
    #[serde(default)]
    pub body: Option<String>,
}

/// The part of JSON Schema that is used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Schema {
    #[serde(rename = "$ref", default)]
    reference: Option<String>,
    #[serde(rename = "type", default)]
    kinds: Kinds,
    #[serde(default)]
    properties: BTreeMap<String, Schema>,
    #[serde(default)]
    required: Required,
    #[serde(default)]
    additional_properties: Option<Additional>,
    #[serde(default)]
    items: Option<Box<Schema>>,
    #[serde(rename = "enum", default)]
    values: Option<Vec<Value>>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    pattern: Option<String>,
    #[serde(default)]
    min_length: Option<usize>,
    #[serde(default)]
    max_length: Option<usize>,
    #[serde(default)]
    minimum: Option<i64>,
    #[serde(default)]
    maximum: Option<i64>,
    #[serde(default)]
    min_items: Option<usize>,
    #[serde(default)]
    max_items: Option<usize>,
    #[serde(default)]
    min_properties: Option<usize>,
    #[serde(default)]
    max_properties: Option<usize>,
}

/// `"string"`, `["string", "null"]`, or anything.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Kinds {
    #[default]
    Any,
    One(String),
    Several(Vec<String>),
}

/// The names of an object's properties, or whether a parameter must be there.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Required {
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
enum Additional {
    Allowed(bool),
    Like(Box<Schema>),
}

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Objection {
    pub text: String,
    /// The path to the property; empty for the whole.
    pub property: String,
}

type Checked = Result<(), Objection>;

impl Interface {
    /// Checks a body against the schema called `name`.
    pub fn check_body(&self, name: &str, body: &Value) -> Checked {
        self.check(&self.schemas[name], body, "")
    }

    /// Checks the parameters of a path.
    pub fn check_path<'a>(&self, operation: &Operation, path: impl Iterator<Item = (&'a str, &'a str)>) -> Checked {
        for (name, text) in path {
            if let Some(schema) = operation.path.get(name) {
                self.check(schema, &Value::String(text.to_owned()), name)?;
            }
        }
        Ok(())
    }

    /// Checks the parameters of a query, which are text whatever they stand for.
    pub fn check_query(&self, operation: &Operation, query: &[(String, String)]) -> Checked {
        for (place, (name, text)) in query.iter().enumerate() {
            let Some(schema) = operation.query.get(name) else {
                return Err(objection(format!("Additional properties not allowed: {name}"), ""));
            };
            let schema = self.resolve(schema);
            let is_list = schema.kinds.allow("array");
            if !is_list && query[..place].iter().any(|(earlier, _)| earlier == name) {
                return Err(objection("Expected type string but found type array".to_owned(), name));
            }
            let schema =
                if is_list { schema.items.as_deref().map_or(schema, |items| self.resolve(items)) } else { schema };
            let value = if schema.kinds.allow("integer") {
                text.parse().map_or_else(|_| Value::String(text.clone()), |number: i64| number.into())
            } else if schema.kinds.allow("boolean") {
                text.parse().map_or_else(|_| Value::String(text.clone()), Value::Bool)
            } else {
                Value::String(text.clone())
            };
            self.check(schema, &value, name)?;
        }
        for (name, schema) in &operation.query {
            if matches!(schema.required, Required::Itself(true)) && !query.iter().any(|(sent, _)| sent == name) {
                return Err(objection(format!("Missing required property: {name}"), ""));
            }
        }
        Ok(())
    }

    fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        schema.reference.as_ref().map_or(schema, |name| self.resolve(&self.schemas[name]))
    }

    fn check(&self, schema: &Schema, value: &Value, property: &str) -> Checked {
        let schema = self.resolve(schema);
        let refuse = |text: String| Err(objection(text, property));
        let kind = kind(value);
        let is_number = kind == "integer" && schema.kinds.allow("number");
        if !schema.kinds.allow(kind) && !is_number {
            return refuse(format!("Expected type {} but found type {kind}", schema.kinds.names()));
        }
        if let Some(values) = &schema.values
            && !values.contains(value)
        {
            return refuse(format!(
                "No enum match for: {}",
                value.as_str().map_or_else(|| value.to_string(), str::to_owned)
            ));
        }
        match value {
            Value::String(text) => check_text(schema, text).or_else(refuse),
            Value::Number(number) => match number.as_i64() {
                Some(number) => check_range(schema, number).or_else(refuse),
                None => Ok(()),
            },
            Value::Array(items) => {
                check_count("Array is too short", "Array is too long", items.len(), schema.min_items, schema.max_items)
                    .or_else(refuse)?;
                let Some(schema) = &schema.items else { return Ok(()) };
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.check(schema, item, &join(property, &index.to_string())))
            }
            Value::Object(object) => self.check_object(schema, object, property),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn check_object(&self, schema: &Schema, object: &Map<String, Value>, property: &str) -> Checked {
        let refuse = |text: String| Err(objection(text, property));
        check_count(
            "Too few properties defined",
            "Too many properties defined",
            object.len(),
            schema.min_properties,
            schema.max_properties,
        )
        .or_else(refuse)?;
        if let Required::Names(names) = &schema.required
            && let Some(missing) = names.iter().find(|name| !object.contains_key(*name))
        {
            return refuse(format!("Missing required property: {missing}"));
        }
        for (name, value) in object {
            if let Some(schema) = schema.properties.get(name) {
                self.check(schema, value, &join(property, name))?;
                continue;
            }
            match &schema.additional_properties {
                Some(Additional::Allowed(false)) => {
                    return refuse(format!("Additional properties not allowed: {name}"));
                }
                Some(Additional::Like(schema)) => self.check(schema, value, &join(property, name))?,
                Some(Additional::Allowed(true)) | None => {}
            }
        }
        Ok(())
    }
}

fn check_text(schema: &Schema, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if let Some(minimum) = schema.min_length
        && length < minimum
    {
        return Err(format!("String is too short ({length} chars), minimum {minimum}"));
    }
    if let Some(maximum) = schema.max_length
        && length > maximum
    {
        return Err(format!("String is too long ({length} chars), maximum {maximum}"));
    }
    // PostgreSQL cannot store it, and nothing is called like that.
    if text.contains('\0') {
        return Err("String contains a NUL character".to_owned());
    }
    if let Some(pattern) = &schema.pattern
        && !format::matches_pattern(pattern, text)
    {
        return Err(format!("String does not match pattern: {pattern}"));
    }
    match &schema.format {
        Some(name) if !format::is(name, text) => {
            Err(format!("Object didn't pass validation for format {name}: {text}"))
        }
        _ => Ok(()),
    }
}

fn check_range(schema: &Schema, number: i64) -> Result<(), String> {
    match (schema.minimum, schema.maximum) {
        (Some(minimum), _) if number < minimum => Err(format!("Value {number} is less than minimum {minimum}")),
        (_, Some(maximum)) if number > maximum => Err(format!("Value {number} is greater than maximum {maximum}")),
        _ => Ok(()),
    }
}

fn check_count(
    short: &str,
    long: &str,
    count: usize,
    minimum: Option<usize>,
    maximum: Option<usize>,
) -> Result<(), String> {
    match (minimum, maximum) {
        (Some(minimum), _) if count < minimum => Err(format!("{short} ({count}), minimum {minimum}")),
        (_, Some(maximum)) if count > maximum => Err(format!("{long} ({count}), maximum {maximum}")),
        _ => Ok(()),
    }
}

fn objection(text: String, property: &str) -> Objection {
    Objection { text, property: property.to_owned() }
}

fn join(property: &str, name: &str) -> String {
    if property.is_empty() { name.to_owned() } else { format!("{property}.{name}") }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Kinds {
    fn allow(&self, kind: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == kind,
            Self::Several(several) => several.iter().any(|one| one == kind),
        }
    }

    fn names(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::One(one) => one.clone(),
            Self::Several(several) => several.join(","),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(schema: &str, body: &Value) -> (String, String) {
        let objection = INTERFACE.check_body(schema, body).expect_err("it is wrong");
        (objection.text, objection.property)
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for (name, operation) in &INTERFACE.operations {
            if let Some(reference) = &operation.body {
                assert!(INTERFACE.schemas.contains_key(reference), "{name}: {reference}");
            }
            for schema in operation.query.values().chain(operation.path.values()) {
                INTERFACE.resolve(schema);
            }
        }
        let text = include_str!("interface.json");
        for reference in text.split("\"$ref\": \"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
            assert!(INTERFACE.schemas.contains_key(reference), "{reference}");
        }
    }

    #[test]
    fn a_body_is_strict() {
        let create = "CreateOrganizationRequestContent";
        assert!(INTERFACE.check_body(create, &json!({"name": "acme", "metadata": {"a": "b"}})).is_ok());
        assert_eq!(refused(create, &json!({})), ("Missing required property: name".into(), String::new()));
        assert_eq!(
            refused(create, &json!({"name": "acme", "colour": 1})),
            ("Additional properties not allowed: colour".into(), String::new())
        );
        assert_eq!(
            refused(create, &json!({"name": 1})),
            ("Expected type string but found type integer".into(), "name".into())
        );
        assert_eq!(
            refused(create, &json!({"name": "Acme"})),
            ("Object didn't pass validation for format organization-name: Acme".into(), "name".into())
        );
        assert_eq!(
            refused(create, &json!({"name": "a", "branding": {"colors": {"primary": "#fff"}}})),
            ("Missing required property: page_background".into(), "branding.colors".into())
        );
        assert_eq!(refused(create, &json!([])), ("Expected type object but found type array".into(), String::new()));
    }

    #[test]
    fn a_query_is_read_as_what_it_stands_for() {
        let list = &INTERFACE.operations["GET /organizations"];
        let refused = |name: &str, value: &str| {
            let query = [(name.to_owned(), value.to_owned())];
            INTERFACE.check_query(list, &query).map_err(|objection| objection.text)
        };
        assert_eq!(refused("page", "0"), Ok(()));
        assert_eq!(refused("include_totals", "true"), Ok(()));
        assert_eq!(refused("page", "-1"), Err("Value -1 is less than minimum 0".into()));
        assert_eq!(refused("per_page", "101"), Err("Value 101 is greater than maximum 100".into()));
        assert_eq!(refused("per_page", "many"), Err("Expected type integer but found type string".into()));
        assert_eq!(refused("include_totals", "1"), Err("Expected type boolean but found type string".into()));
        assert_eq!(refused("colour", "1"), Err("Additional properties not allowed: colour".into()));
    }
}
