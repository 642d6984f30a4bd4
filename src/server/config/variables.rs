//! The environment variables. A misspelt name is reported at start instead of being ignored.

use std::collections::BTreeMap;

use super::error::ConfigError;

/// Environment variables with their values.
pub type Variables = BTreeMap<String, String>;

/// Beginnings of names that belong to Tessera alone. Tools that administer an Auth0 tenant also use `AUTH0_…`, some of it
/// with the names below and for a client of their own. So their variables must not be in Tessera's environment.
const PREFIXES: [&str; 2] = ["AUTH0_", "IDP_"];

/// The variables that begin with one of [`PREFIXES`].
const PREFIXED: [&str; 19] = [
    "AUTH0_AUDIENCE",
    "AUTH0_CLIENT_ID",
    "AUTH0_CLIENT_SECRET",
    "AUTH0_DOMAIN",
    "AUTH0_ISSUER_URL",
    "AUTH0_MANAGEMENT_AUDIENCE",
    "AUTH0_MANAGEMENT_CLIENT_ID",
    "AUTH0_MANAGEMENT_CLIENT_SECRET",
    "IDP_ADDR",
    "IDP_ALLOW_PUBLIC",
    "IDP_BASE_URL",
    "IDP_DATABASE_URL",
    "IDP_DEMO",
    "IDP_HTTPS_ADDR",
    "IDP_MAIL_FROM",
    "IDP_MIGRATION_DATABASE_URL",
    "IDP_OUTBOUND_ALLOW",
    "IDP_RATE_LIMIT",
    "IDP_SMTP_URL",
];

/// Further variables whose names are unusual enough for a name that differs in one character to be a mistake.
const OTHERS: [&str; 13] = [
    "APP_BASE_URL",
    "DATABASE_URL",
    "DATA_DIR",
    "DNS_SERVER",
    "LISTEN_DATABASE_URL",
    "METRICS_ADDR",
    "METRICS_ALLOW_PUBLIC",
    "MIGRATION_DATABASE_URL",
    "SESSION_SECRET",
    "SESSION_SECRET_PREVIOUS",
    "SHUTDOWN_DELAY",
    "SQLITE_SYNCHRONOUS",
    "TRUSTED_PROXIES",
];

/// Returns the value of a variable, without white space around it; `None` if it is empty or not set.
pub(super) fn value(variables: &Variables, name: &str) -> Option<String> {
    debug_assert!(may_be_read(name), "{name} is missing in the list of names");
    variables.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns the value of a variable that is `true` or `false`.
pub(super) fn boolean(variable: &impl Fn(&str) -> Option<String>, name: &str) -> Result<Option<bool>, ConfigError> {
    let Some(text) = variable(name) else { return Ok(None) };
    let parsed = text.parse().map(Some);
    parsed.map_err(|_| ConfigError(format!("{name} is “{text}”, which is neither true nor false.")))
}

/// Whether `name` may be read: if it has one of the prefixes, it must be on the list.
fn may_be_read(name: &str) -> bool {
    !has_prefix(name) || PREFIXED.contains(&name)
}

/// Refuses unknown names with one of Tessera's prefixes, and names that differ in one character from a variable that is
/// not set.
pub(super) fn check_names(variables: &Variables) -> Result<(), ConfigError> {
    let known = || PREFIXED.into_iter().chain(OTHERS);
    for name in variables.keys().filter(|name| known().all(|known| known != **name)) {
        let upper = name.to_ascii_uppercase();
        let distance = |known: &&str| strsim::osa_distance(known, &upper);
        let Some(nearest) = known().min_by_key(distance) else { continue };
        if has_prefix(&upper) {
            return Err(ConfigError(format!(
                "{name} is not a variable of Tessera. Did you mean {nearest}? If it belongs to another program, start \
                 Tessera without it."
            )));
        }
        if distance(&nearest) <= 1 && variables.get(nearest).is_none_or(|value| value.trim().is_empty()) {
            return Err(ConfigError(format!(
                "{name} looks like {nearest}, which is not set. Correct the name, set {nearest} as well, or start \
                 Tessera without {name}."
            )));
        }
    }
    Ok(())
}

fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
