//! Parsing of stored hues.

use crate::server::error::Error;

/// Parses a stored hue, 1 to 12.
pub(in crate::server::repo) fn hue(stored: Option<i64>) -> Result<Option<u8>, Error> {
    stored.map(|hue| u8::try_from(hue).map_err(|_| Error::Corrupt("hue"))).transpose()
}
