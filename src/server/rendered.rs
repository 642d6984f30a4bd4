//! Keeps rendered texts, so that a text that does not change is rendered once.

use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

/// Maximum size in bytes of all kept texts.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What a key and the entry itself take in memory, in bytes.
const ENTRY_BYTES: usize = 128;

/// Identifies what was rendered: a hash of the text and of everything else that the result depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RenderKey([u8; 32]);

impl RenderKey {
    /// Returns the key of `parts`.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps the parts apart.
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// The rendered texts.
#[derive(Clone, Debug)]
pub struct RenderedTexts(Cache<RenderKey, String>);

impl Default for RenderedTexts {
    fn default() -> Self {
        let size = |_: &RenderKey, html: &String| u32::try_from(html.len() + ENTRY_BYTES).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(size).build())
    }
}

impl RenderedTexts {
    pub fn get(&self, key: RenderKey) -> Option<String> {
        self.0.get(&key)
    }

    pub fn insert(&self, key: RenderKey, html: String) {
        self.0.insert(key, html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_each_part() {
        assert_eq!(RenderKey::of(["acme", "text"]), RenderKey::of(["acme", "text"]));
        for other in [&["beta", "text"][..], &["acme", "texts"], &["acmet", "ext"], &["acme", "text", ""], &[]] {
            assert_ne!(RenderKey::of(["acme", "text"]), RenderKey::of(other.iter().copied()), "{other:?}");
        }
    }

    #[test]
    fn the_kept_texts_have_a_limited_size() {
        let texts = RenderedTexts::default();
        let large = "x".repeat(1_000_000);
        for number in 0..100 {
            texts.insert(RenderKey::of([number.to_string().as_str()]), large.clone());
        }
        texts.0.run_pending_tasks();
        assert!(texts.0.weighted_size() <= MAX_BYTES && texts.0.entry_count() > 10, "{:?}", texts.0);
    }
}
