//! Configuration errors, and the validation of origins.

use url::Url;

/// An environment variable is missing or invalid. The text names it and says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// Parses `text`, the value of the variable `name`, as an origin.
pub(super) fn origin(name: &str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none())
        .ok_or_else(|| {
            ConfigError(format!("{name} is “{text}”, which is not an origin like https://tessera.example.com"))
        })
}
