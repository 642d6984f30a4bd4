//! Where the metrics are served: `METRICS_ADDR`.

use std::net::SocketAddr;

use super::{error::ConfigError, variables::boolean};

/// Reads the address of the metrics; `None` if they are not served.
///
/// # Errors
/// [`ConfigError`] for an address that others can reach, unless `METRICS_ALLOW_PUBLIC` is true.
pub(super) fn read(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    let may_be_public = boolean(variable, "METRICS_ALLOW_PUBLIC")?.unwrap_or(false);
    let Some(text) = variable("METRICS_ADDR") else { return Ok(None) };
    let address: SocketAddr = text
        .parse()
        .map_err(|_| ConfigError(format!("METRICS_ADDR is “{text}”, which is not an address like 127.0.0.1:9464.")))?;
    if !address.ip().is_loopback() && !may_be_public {
        return Err(ConfigError(format!(
            "METRICS_ADDR is {address}, which others can reach. Use a loopback address, or set METRICS_ALLOW_PUBLIC=true \
             if a private network or a firewall keeps strangers away: the metrics need no sign-in."
        )));
    }
    Ok(Some(address))
}
