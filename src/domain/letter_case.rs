//! Lower and upper case of any text.
//!
//! The browser knows them itself, so that Rust's tables of letters are not in the WASM of every page. Both follow Unicode, so that
//! server and browser agree. Texts of ours, which are English, need only [`str::to_ascii_lowercase`].

/// The text in lower case.
#[cfg(feature = "ssr")]
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The text in lower case.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The text in upper case.
#[cfg(feature = "ssr")]
#[must_use]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// The text in upper case.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn upper(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}
