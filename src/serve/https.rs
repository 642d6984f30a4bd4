//! https without a certificate authority: a certificate of this machine's own, made once and kept.
//!
//! Programs trust it when they are told to: Node.js with `NODE_EXTRA_CA_CERTS`, curl with `--cacert`. A browser asks.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// What the certificate is good for: this machine, by each of its names.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
#[error("{} {doing}: {reason}. Delete the folder {} and a new certificate is made.", file.display(), folder(file).display())]
pub struct CertificateError {
    file: PathBuf,
    doing: &'static str,
    reason: String,
}

/// A certificate and its key, ready to serve with.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The PEM file that programs may be told to trust.
    pub file: PathBuf,
    pub(super) config: RustlsConfig,
}

impl Certificate {
    /// Reads the certificate of `data_dir`, or makes it there; only the user who runs the server can read its key.
    pub fn load_or_make(data_dir: &Path) -> Result<Self, CertificateError> {
        let folder = data_dir.join("https");
        let (file, key_file) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let failed = |file: &Path, doing| {
            let file = file.to_owned();
            move |reason: String| CertificateError { file, doing, reason }
        };
        if !file.exists() {
            let write = failed(&file, "cannot be made");
            make(&folder, &file, &key_file).map_err(|error| write(error.to_string()))?;
        }
        let certificate =
            CertificateDer::from_pem_file(&file).map_err(|error| failed(&file, "cannot be read")(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&key_file)
            .map_err(|error| failed(&key_file, "cannot be read")(error.to_string()))?;
        let config = server_config(certificate, key)
            .map_err(|error| failed(&file, "cannot be served with")(error.to_string()))?;
        // Absolute, so that it can be copied into another terminal.
        let file = fs::canonicalize(&file).unwrap_or(file);
        Ok(Self { file, config })
    }
}

/// Writes the key first: a certificate that is there has its key.
fn make(folder: &Path, file: &Path, key_file: &Path) -> io::Result<()> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned)).map_err(io::Error::other)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Tessera on this machine");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2099, 12, 31);
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    make_private_folder(folder)?;
    write_private(key_file, &key.serialize_pem())?;
    write_private(file, &certificate.pem())
}

/// HTTP/1.1 alone, as on the plain ports, so that requests look the same on both.
fn server_config(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<RustlsConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// In the place of what an interrupted start may have left.
#[cfg(unix)]
fn write_private(file: &Path, text: &str) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    _ = fs::remove_file(file);
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(file: &Path, text: &str) -> io::Result<()> {
    fs::write(file, text)
}
