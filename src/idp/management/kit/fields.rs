//! `fields` and `include_fields`: select properties of a body.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::Serialize;
use serde_json::Value;

use crate::idp::management::kit::extract::QueryText;

/// Names of the properties to include or to exclude. Without names, all properties are included.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    names: Vec<String>,
    excluded: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&QueryText::of(parts)))
    }
}

impl Fields {
    fn of(query: &QueryText) -> Self {
        let names = query.get("fields").unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
        Self { names: names.map(str::to_owned).collect(), excluded: query.get("include_fields") == Some("false") }
    }

    /// Whether the optional property `name` is selected.
    pub fn include(&self, name: &str) -> bool {
        !self.excluded && self.names.iter().any(|selected| selected == name)
    }

    /// Serializes `body` with the selected properties.
    pub fn apply(&self, body: impl Serialize) -> Value {
        let mut value = serde_json::to_value(body).unwrap_or_default();
        if let Value::Object(object) = &mut value
            && !self.names.is_empty()
        {
            object.retain(|name, _| self.names.contains(name) != self.excluded);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keeps_the_selected_properties() {
        let body = json!({"a": 1, "b": 2, "c": 3});
        let fields =
            |names: &[&str], excluded| Fields { names: names.iter().map(ToString::to_string).collect(), excluded };
        assert_eq!(fields(&["a", "x"], false).apply(&body), json!({"a": 1}));
        assert_eq!(fields(&["a", "x"], true).apply(&body), json!({"b": 2, "c": 3}));
        assert_eq!(fields(&[], true).apply(&body), body);
    }
}
