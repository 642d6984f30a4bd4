//! The generated session secret of a demo installation.

use std::path::Path;

use super::error::ConfigError;

/// Returns the session secret of a demo installation. It is generated once and stored in a file that only its user can
/// read.
pub(super) fn demo_secret(data_dir: &Path) -> Result<String, ConfigError> {
    let file = data_dir.join("session-secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        return Ok(secret.trim().to_owned());
    }
    let secret = crate::kernel::random::Random::system().token();
    std::fs::create_dir_all(data_dir)
        .and_then(|()| write_private(&file, &secret))
        .map_err(|error| ConfigError(format!("{} cannot be written: {error}", file.display())))?;
    Ok(secret)
}

#[cfg(unix)]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(file, text)
}
