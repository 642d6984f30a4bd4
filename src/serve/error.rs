//! Why the process cannot start.

use std::{net::SocketAddr, path::PathBuf};

use super::https::CertificateError;
use crate::{
    idp,
    server::{config::ConfigError, db::OpenError, live::listener::ListenError, seed::SeedError},
};

/// Why the process cannot start. The message tells the operator what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{name} cannot listen on {address}: {source}. If another program uses the port, stop it or choose another with \
         {variable}."
    )]
    Listen { name: &'static str, address: SocketAddr, variable: &'static str, source: std::io::Error },
    #[error(
        "LEPTOS_SITE_ROOT is “{}”, but {} is not there: pages would have neither style nor scripts. Set it to the folder \
         “site” of the build that this program is from (script/build).",
        folder.display(),
        missing.display()
    )]
    Site { folder: PathBuf, missing: PathBuf },
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Listener(#[from] ListenError),
    #[error("The built-in identity provider cannot start: {0}")]
    Provider(#[from] idp::Error),
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    #[error("The demo data cannot be added: {0}")]
    Seed(#[from] SeedError),
}
