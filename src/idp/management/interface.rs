//! The interface of the Management API as data: scopes of every operation, and schemas of its path, query and body.
//!
//! `interface.json` contains JSON Schemas that Auth0 publishes for its API. `schema` defines their types; `check`
//! validates values against them.

pub mod check;
pub mod schema;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::Value;

use self::{
    check::{Checked, violation},
    schema::{Required, Schema, Schemas},
};

/// Operations by method and path template, for example `GET /organizations/{id}`.
pub static INTERFACE: LazyLock<Interface> = LazyLock::new(|| {
    serde_json::from_str(include_str!("interface.json")).expect("interface.json is checked by a test")
});

#[derive(Debug, Deserialize)]
pub struct Interface {
    pub operations: BTreeMap<String, Operation>,
    schemas: Schemas,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Accepted scopes, one of which the token must have.
    pub scopes: Vec<String>,
    #[serde(default)]
    path: BTreeMap<String, Schema>,
    #[serde(default)]
    query: BTreeMap<String, Schema>,
    /// Name of the body's schema; `None` without a body.
    #[serde(default)]
    pub body: Option<String>,
}

impl Interface {
    /// Validates a body against the schema `name`.
    pub fn check_body(&self, name: &str, body: &Value) -> Checked {
        self.schemas.check(&self.schemas.0[name], body, "")
    }

    /// Validates path parameters.
    pub fn check_path<'a>(&self, operation: &Operation, path: impl Iterator<Item = (&'a str, &'a str)>) -> Checked {
        for (name, text) in path {
            if let Some(schema) = operation.path.get(name) {
                self.schemas.check(schema, &Value::String(text.to_owned()), name)?;
            }
        }
        Ok(())
    }

    /// Validates query parameters, which arrive as text even if their schema has another type.
    pub fn check_query(&self, operation: &Operation, query: &[(String, String)]) -> Checked {
        for (index, (name, text)) in query.iter().enumerate() {
            let Some(schema) = operation.query.get(name) else {
                return Err(violation(format!("Additional properties not allowed: {name}"), ""));
            };
            let schema = self.schemas.resolve(schema);
            let is_list = schema.kinds.allow("array");
            if !is_list && query[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(violation("Expected type string but found type array".to_owned(), name));
            }
            let schema = if is_list {
                schema.items.as_deref().map_or(schema, |items| self.schemas.resolve(items))
            } else {
                schema
            };
            let value = if schema.kinds.allow("integer") {
                text.parse().map_or_else(|_| Value::String(text.clone()), |number: i64| number.into())
            } else if schema.kinds.allow("boolean") {
                text.parse().map_or_else(|_| Value::String(text.clone()), Value::Bool)
            } else {
                Value::String(text.clone())
            };
            self.schemas.check(schema, &value, name)?;
        }
        for (name, schema) in &operation.query {
            if matches!(schema.required, Required::Itself(true)) && !query.iter().any(|(sent, _)| sent == name) {
                return Err(violation(format!("Missing required property: {name}"), ""));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(schema: &str, body: &Value) -> (String, String) {
        let violation = INTERFACE.check_body(schema, body).expect_err("it is wrong");
        (violation.text, violation.property)
    }

    #[test]
    fn every_reference_resolves() {
        for (name, operation) in &INTERFACE.operations {
            if let Some(reference) = &operation.body {
                assert!(INTERFACE.schemas.0.contains_key(reference), "{name}: {reference}");
            }
            for schema in operation.query.values().chain(operation.path.values()) {
                INTERFACE.schemas.resolve(schema);
            }
        }
        let text = include_str!("interface.json");
        for reference in text.split("\"$ref\": \"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()) {
            assert!(INTERFACE.schemas.0.contains_key(reference), "{reference}");
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
    fn query_values_are_parsed_by_their_type() {
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
