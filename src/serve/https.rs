//! HTTPS without a certificate authority: a self-signed certificate is generated once and stored.
//!
//! Programs can be configured to trust the certificate: Node.js with `NODE_EXTRA_CA_CERTS`, curl with `--cacert`.
//! Browsers show a warning.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::kernel::private_files;

/// Names of this machine for which the certificate is valid.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Why the certificate could not be loaded or generated.
#[derive(Debug, thiserror::Error)]
#[error("{} {problem}: {reason}. Delete the folder {} and a new certificate is made.", file.display(), folder(file).display())]
pub struct CertificateError {
    file: PathBuf,
    problem: &'static str,
    reason: String,
}

/// A TLS certificate and its private key.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Path of the PEM file, for programs that should trust the certificate.
    pub file: PathBuf,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// Loads the certificate from `data_dir`, or generates it there. Only the user who runs the server can read the
    /// key.
    pub fn load_or_generate(data_dir: &Path) -> Result<Self, CertificateError> {
        let folder = data_dir.join("https");
        let (file, key_file) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let failed = |file: &Path, problem| {
            let file = file.to_owned();
            move |reason: String| CertificateError { file, problem, reason }
        };
        if !file.exists() {
            let make_error = failed(&file, "cannot be made");
            generate(&folder, &file, &key_file).map_err(|error| make_error(error.to_string()))?;
        }
        private_files::narrow(&folder);
        private_files::narrow(&key_file);
        let certificate =
            CertificateDer::from_pem_file(&file).map_err(|error| failed(&file, "cannot be read")(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&key_file)
            .map_err(|error| failed(&key_file, "cannot be read")(error.to_string()))?;
        let config = server_config(certificate, key)
            .map_err(|error| failed(&file, "cannot be served with")(error.to_string()))?;
        // Return an absolute path, which can be copied to another terminal.
        let file = fs::canonicalize(&file).unwrap_or(file);
        Ok(Self { file, config })
    }

    /// Returns the acceptor of connections that use the certificate.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.config.clone().into()
    }
}

/// Generates the certificate. The key is written first, so an existing certificate always has its key.
fn generate(folder: &Path, file: &Path, key_file: &Path) -> io::Result<()> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned)).map_err(io::Error::other)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Tessera on this machine");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2099, 12, 31);
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    private_files::create_folder(folder)?;
    private_files::write(key_file, &key.serialize_pem())?;
    private_files::write(file, &certificate.pem())
}

/// Returns the TLS configuration. It offers HTTP/1.1 only, as the plain ports do, so that both behave the same.
fn server_config(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
