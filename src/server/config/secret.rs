//! The generated session secret of a demo installation.

use std::path::Path;

use super::error::ConfigError;
use crate::kernel::{private_files, random::Random};

/// Returns the session secret of a demo installation. It is generated once and stored in a file that only its user can
/// read.
pub(super) fn demo_secret(data_dir: &Path) -> Result<String, ConfigError> {
    let file = data_dir.join("session-secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        private_files::narrow(&file);
        return Ok(secret.trim().to_owned());
    }
    let secret = Random::system().token();
    private_files::create_folder(data_dir)
        .and_then(|()| private_files::write(&file, &secret))
        .map_err(|error| ConfigError(format!("{} cannot be written: {error}", file.display())))?;
    Ok(secret)
}
