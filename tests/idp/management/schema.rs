//! Checks that every response matches the schema that Auth0 publishes for it.
//!
//! `tests/data/auth0-management.json` contains the JSON Schemas. This validator supports the keywords, formats and
//! patterns that they use. An unknown one fails the test, so that no part of a schema is ignored.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::format;

static INTERFACE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/auth0-management.json")).unwrap());

/// Statuses that differ between recordings of Auth0 and its documentation: operation, recorded and documented status.
/// The recorded status applies.
const RECORDED_STATUSES: [(&str, u16, &str); 3] = [
    ("post /organizations/{id}/invitations", 201, "200"),
    ("patch /resource-servers/{id}", 200, "201"),
    ("delete /roles/{id}/permissions", 204, "200"),
];

/// Bodies that were recorded from Auth0 although none is documented, or with other keys than the documented ones.
const RECORDED_BODIES: [(&str, u16, &[&str]); 2] = [
    ("delete /connections/{id}", 202, &["deleted_at"]),
    (
        "post /organizations/{id}/client-grants",
        201,
        &["grant_id", "id", "client_id", "audience", "scope", "organization_usage", "allow_any_organization"],
    ),
];

/// Operations that the published schemas do not contain: operation, status and schema of the response.
const BEYOND: [(&str, u16, &str); 2] = [
    ("post /connections", 201, "GetConnectionResponseContent"),
    ("patch /connections/{id}", 200, "GetConnectionResponseContent"),
];

/// Properties that are addresses of applications. Auth0 requires https; this provider also allows addresses on the
/// developer's own machine.
const ADDRESSES: [&str; 3] = ["initiate_login_uri", "invitation_url", "backchannel_logout_urls"];

/// Asserts that the response to `method path` matches the schema for its operation and status.
#[track_caller]
pub fn check(method: &str, path: &str, status: u16, body: &Value) {
    if let Err(fault) = checked(&method.to_lowercase(), path.split('?').next().unwrap(), status, body) {
        panic!("{method} {path} answered {status}: {fault}\n{body:#}");
    }
}

fn checked(method: &str, path: &str, status: u16, body: &Value) -> Result<(), String> {
    if status >= 400 {
        return check_error(status, body);
    }
    let template = template(path).ok_or("there is no such path")?;
    let operation = format!("{method} {template}");
    if let Some((.., schema)) = BEYOND.iter().find(|(name, expected, _)| (*name, *expected) == (&operation, status)) {
        return check_value(&INTERFACE["components"]["schemas"][schema], body, "");
    }
    if let Some((.., keys)) = RECORDED_BODIES.iter().find(|(name, at, _)| (*name, *at) == (&operation, status)) {
        let object = body.as_object().ok_or("the body is no object")?;
        let other = object.keys().find(|key| !keys.contains(&key.as_str()));
        return other.map_or(Ok(()), |other| Err(format!("{other} is not listed")));
    }
    let documented = RECORDED_STATUSES.iter().find(|(name, at, _)| (*name, *at) == (&operation, status));
    let documented = documented.map_or_else(|| status.to_string(), |(.., documented)| (*documented).to_owned());
    if RECORDED_STATUSES.iter().any(|(name, at, not)| *name == operation && *at != status && *not == documented) {
        return Err("was recorded with another status".to_owned());
    }
    let response = &INTERFACE["paths"][template][method]["responses"][&documented];
    if response.is_null() {
        return Err("the status is not documented".to_owned());
    }
    match response.pointer("/content/application~1json/schema") {
        Some(schema) => check_value(schema, body, ""),
        None if body.is_null() || body.as_object().is_some_and(Map::is_empty) => Ok(()),
        None => Err("no body is documented".to_owned()),
    }
}

/// Checks an error response: `{statusCode, error, message[, errorCode]}`.
fn check_error(status: u16, body: &Value) -> Result<(), String> {
    let object = body.as_object().ok_or("an error is an object")?;
    let is_text = |name: &str| object.get(name).is_some_and(Value::is_string);
    let has_code = object.contains_key("errorCode");
    if body["statusCode"] == status
        && is_text("error")
        && is_text("message")
        && (!has_code || is_text("errorCode"))
        && object.len() == 3 + usize::from(has_code)
    {
        Ok(())
    } else {
        Err("is not the shape of an error".to_owned())
    }
}

/// Returns the template of a path. If several templates match, the one with the fewest parameters is returned.
fn template(path: &str) -> Option<&'static str> {
    let segments: Vec<_> = path.split('/').collect();
    let is_parameter = |segment: &str| segment.starts_with('{');
    let parameters = |template: &str| template.split('/').filter(|segment| is_parameter(segment)).count();
    let templates = INTERFACE["paths"].as_object()?.keys();
    let fitting = templates.filter(|template| {
        let parts: Vec<_> = template.split('/').collect();
        parts.len() == segments.len()
            && parts.iter().zip(&segments).all(|(part, segment)| is_parameter(part) || part == segment)
    });
    fitting.min_by_key(|template| parameters(template)).map(String::as_str)
}

fn check_value(schema: &Value, value: &Value, location: &str) -> Result<(), String> {
    let refuse = |text: String| Err(format!("{location}: {text}"));
    for keyword in schema.as_object().ok_or("a schema is an object")?.keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "unknown keyword {keyword}");
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.strip_prefix("#/components/schemas/").unwrap();
        let target = &INTERFACE["components"]["schemas"][name];
        assert!(target.is_object(), "{name} is nowhere");
        return check_value(target, value, location);
    }
    // The value must match at least one choice, not exactly one: without required properties, an object with items only
    // is valid for both forms of a page.
    if let Some(choices) = schema["oneOf"].as_array() {
        let faults: Vec<_> = choices.iter().filter_map(|choice| check_value(choice, value, location).err()).collect();
        if faults.len() == choices.len() {
            return refuse(format!("is none of the choices: {}", faults.join("; ")));
        }
    }
    let kinds = &schema["type"];
    let has_kind = |kind: &str| kinds == kind || kinds.as_array().is_some_and(|kinds| kinds.iter().any(|k| k == kind));
    let kind = kind(value);
    let is_number = kind == "integer" && has_kind("number");
    if !kinds.is_null() && !has_kind(kind) && !is_number {
        return refuse(format!("{value} is not {kinds}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return refuse(format!("{value} is none of {values:?}"));
    }
    match value {
        Value::String(text) => check_text(schema, text, location),
        Value::Number(number) => check_range(schema, "minimum", "maximum", number.as_f64().unwrap(), location),
        Value::Array(items) => {
            check_range(schema, "minItems", "maxItems", length(items.len()), location)?;
            let items_schema = schema.get("items");
            items_schema.map_or(Ok(()), |schema| items.iter().try_for_each(|item| check_value(schema, item, location)))
        }
        Value::Object(object) => check_object(schema, object, location),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

const KEYWORDS: [&str; 18] = [
    "$ref",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "oneOf",
    "default",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "minProperties",
    "maxProperties",
];

fn check_object(schema: &Value, object: &Map<String, Value>, location: &str) -> Result<(), String> {
    check_range(schema, "minProperties", "maxProperties", length(object.len()), location)?;
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            return Err(format!("{location}: {name} is missing"));
        }
    }
    for (name, value) in object {
        let location = format!("{location}/{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(schema), _) => check_value(schema, value, &location)?,
            (None, Value::Bool(false)) => return Err(format!("{location} is not listed")),
            (None, Value::Object(_)) => check_value(&schema["additionalProperties"], value, &location)?,
            (None, _) => {}
        }
    }
    Ok(())
}

fn check_text(schema: &Value, text: &str, location: &str) -> Result<(), String> {
    check_range(schema, "minLength", "maxLength", length(text.chars().count()), location)?;
    if let Some(format) = schema["format"].as_str()
        && !format::is(format, text)
        && !(ADDRESSES.iter().any(|name| location.contains(name)) && text.starts_with("http://"))
    {
        return Err(format!("{location}: “{text}” is no {format}"));
    }
    match schema["pattern"].as_str() {
        Some(pattern) if !format::matches(pattern, text) => Err(format!("{location}: “{text}” is not like {pattern}")),
        _ => Ok(()),
    }
}

fn check_range(schema: &Value, least: &str, most: &str, number: f64, location: &str) -> Result<(), String> {
    let is_low = schema[least].as_f64().is_some_and(|least| number < least);
    let is_high = schema[most].as_f64().is_some_and(|most| number > most);
    if is_low || is_high { Err(format!("{location}: {number} is out of range")) } else { Ok(()) }
}

fn length(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

mod tests {
    use serde_json::json;

    use super::checked;

    #[test]
    fn a_valid_answer_passes_and_an_invalid_one_fails() {
        let role = json!({"id": "rol_0123456789abcdef", "name": "admin", "description": ""});
        assert_eq!(checked("get", "/roles/rol_1", 200, &role), Ok(()));
        assert_eq!(checked("get", "/roles", 200, &json!([role])), Ok(()));
        assert_eq!(checked("get", "/roles", 200, &json!({"start": 0, "limit": 50, "total": 0, "roles": []})), Ok(()));
        assert_eq!(checked("delete", "/users/auth0%7C1", 204, &json!(null)), Ok(()));
        assert_eq!(
            checked("get", "/users/x", 404, &json!({"statusCode": 404, "error": "Not Found", "message": "…"})),
            Ok(())
        );
        for (method, path, status, body) in [
            // A property is not documented, has another type, or is invalid within a list.
            ("get", "/roles/rol_1", 200, json!({"id": "rol_1", "colour": "red"})),
            ("get", "/roles/rol_1", 200, json!({"id": 1})),
            ("get", "/roles", 200, json!([{"id": 1}])),
            ("get", "/roles", 200, json!({"start": 0, "length": 0, "roles": []})),
            // A value is not one of the allowed values, or does not have the format.
            ("get", "/client-grants/cgr_1", 200, json!({"subject_type": "robot"})),
            ("get", "/users/x", 200, json!({"email": "nobody"})),
            ("get", "/users/x", 200, json!({"created_at": "yesterday"})),
            ("get", "/organizations/org_1", 200, json!({"branding": {"colors": {"primary": "#fff"}}})),
            // A status, a body or a path is not documented.
            ("post", "/roles", 201, json!({})),
            ("delete", "/roles/rol_1/permissions", 200, json!({})),
            ("delete", "/users/x", 204, json!({"deleted": true})),
            ("get", "/colours", 200, json!([])),
            // An error does not have the documented properties.
            ("get", "/users/x", 404, json!({"error": "Not Found", "message": "…"})),
            ("get", "/users/x", 404, json!({"statusCode": 400, "error": "Not Found", "message": "…"})),
            ("get", "/users/x", 404, json!({"statusCode": 404, "error": "", "message": "", "more": 1})),
        ] {
            assert!(checked(method, path, status, &body).is_err(), "{method} {path} {status} {body}");
        }
    }
}
