//! Why the process cannot start.

use std::net::SocketAddr;

use super::https::CertificateError;
use crate::{
    idp,
    server::{config::ConfigError, db::OpenError, error::Error},
};

/// Why the process cannot start. The message tells the operator what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{name} cannot listen on {address}: {source}. If another program uses the port, stop it or choose another with \
         {variable}."
    )]
    Listen { name: &'static str, address: SocketAddr, variable: &'static str, source: std::io::Error },
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("The built-in identity provider cannot start: {0}")]
    Provider(#[from] idp::Error),
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    #[error("The demo data cannot be added: {0}")]
    Seed(#[from] Error),
}
