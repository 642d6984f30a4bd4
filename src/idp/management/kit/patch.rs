//! Properties of patches, where absent and `null` differ.

use serde::{Deserialize, Deserializer};

/// Deserializes a property that was sent: `null` becomes `Some(None)`. With `#[serde(default)]`, an absent property is
/// `None`.
pub fn sent<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
