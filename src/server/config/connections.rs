//! Limits on the connections of clients.

use std::time::Duration;

use super::error::ConfigError;

/// Limits on the number and on the time of connections. A client that exceeds a time limit loses the connection.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Maximum number of connections of the application, and as many of the built-in provider: `MAX_CONNECTIONS`. `None`
    /// is what the limit on open files allows.
    pub total: Option<usize>,
    /// Maximum number of connections of one address: `MAX_CONNECTIONS_PER_ADDRESS`. `None` is a part of `total`.
    pub per_client: Option<usize>,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time from the start of the connection, or from the previous answer, to the end of a request's header.
    pub header: Duration,
    /// The same for a trusted proxy. It keeps idle connections and must be the one to close them, or it would send
    /// requests over a connection that has just been closed.
    pub proxy_idle: Duration,
    /// Time for a request's body.
    pub body: Duration,
    /// Time for the client to read anything of an answer.
    pub write: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            total: None,
            per_client: None,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(15),
            // The usual proxies close idle connections after a minute.
            proxy_idle: Duration::from_secs(90),
            // Shorter than the time limit of a request, so that the client learns the reason.
            body: Duration::from_secs(20),
            write: Duration::from_secs(20),
        }
    }
}

/// Reads the maximum numbers; the times are fixed.
pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<ConnectionLimits, ConfigError> {
    let number = |name: &str| {
        let parse = |text: String| match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(ConfigError(format!("{name} is “{text}”, which is not a number of connections, such as 1000."))),
        };
        variable(name).map(parse).transpose()
    };
    Ok(ConnectionLimits {
        total: number("MAX_CONNECTIONS")?,
        per_client: number("MAX_CONNECTIONS_PER_ADDRESS")?,
        ..ConnectionLimits::default()
    })
}
