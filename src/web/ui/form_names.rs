//! The names of the hidden fields that every form has.

/// Tells forms of one page with the same server function apart.
pub const PLACE_FIELD: &str = "form_place";

/// By its value, the server recognizes a form that it has received before.
pub const TOKEN_FIELD: &str = "form_token";
