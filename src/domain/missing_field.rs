//! A field that a value of its kind must have, for enums that are read field by field.

/// The field that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("missing field `{0}`")]
pub struct MissingField(&'static str);

/// Returns the value of the field `name`.
pub fn required<T>(value: Option<T>, name: &'static str) -> Result<T, MissingField> {
    value.ok_or(MissingField(name))
}
