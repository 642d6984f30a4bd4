//! Validates values against schemas, with Auth0's messages.

use serde_json::{Map, Value};

use crate::idp::management::{
    format,
    interface::schema::{Additional, Required, Schema, Schemas},
};

/// Why a value does not match its schema.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    pub text: String,
    /// Path of the invalid property; empty for the whole value.
    pub property: String,
}

pub type Checked = Result<(), Violation>;

impl Schemas {
    /// Validates the value at the path `property`.
    pub fn check(&self, schema: &Schema, value: &Value, property: &str) -> Checked {
        let schema = self.resolve(schema);
        let refuse = |text: String| Err(violation(text, property));
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
        let refuse = |text: String| Err(violation(text, property));
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
    // PostgreSQL cannot store NUL characters, and no valid value contains one.
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

pub fn violation(text: String, property: &str) -> Violation {
    Violation { text, property: property.to_owned() }
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
