//! Properties of patches, for which absent and `null` have different meanings.

use serde::{Deserialize, Deserializer};

/// Deserializes a property that is present: `null` becomes `Some(None)`. With `#[serde(default)]`, an absent property
/// becomes `None`.
pub fn sent<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
