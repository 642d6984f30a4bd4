//! The addresses of the files that the browser needs for every page.

use std::sync::Arc;

use leptos::config::LeptosOptions;

/// The addresses of the built style sheet, script and WASM. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltFiles {
    pub stylesheet: Arc<str>,
    pub script: Arc<str>,
    pub wasm: Arc<str>,
}

impl BuiltFiles {
    /// Reads the hashes in the names of the files from `hash.txt`, which a release build writes beside the binary. Leptos'
    /// own components would read the file for every page.
    #[must_use]
    pub fn find(options: &LeptosOptions) -> Self {
        if !options.hash_files {
            return Self::named(options, "");
        }
        let folder = std::env::current_exe().ok().and_then(|binary| Some(binary.parent()?.to_owned()));
        let file = folder.unwrap_or_default().join(options.hash_file.as_ref());
        let hashes = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            tracing::error!(file = %file.display(), %error, "no hashes of the built files: pages lack style and scripts");
            String::new()
        });
        Self::named(options, &hashes)
    }

    /// Returns the addresses with these `hashes`, a line `kind: hash` for each file.
    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let address = |kind: &str| {
            let hash = hashes.lines().find_map(|line| Some(line.strip_prefix(kind)?.strip_prefix(':')?.trim()));
            let hash = hash.map(|hash| format!(".{hash}")).unwrap_or_default();
            format!("/{}/{}{hash}.{kind}", options.site_pkg_dir, options.output_name).into()
        };
        Self { stylesheet: address("css"), script: address("js"), wasm: address("wasm") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_hashes_of_the_build() {
        let options = LeptosOptions::builder().output_name("tessera").site_pkg_dir("pkg").build();
        let files = BuiltFiles::named(&options, "css: 1a\njs: 2b\nwasm: 3c\n");
        assert_eq!(&*files.stylesheet, "/pkg/tessera.1a.css");
        assert_eq!(&*files.script, "/pkg/tessera.2b.js");
        assert_eq!(&*files.wasm, "/pkg/tessera.3c.wasm");
        assert_eq!(&*BuiltFiles::find(&options).wasm, "/pkg/tessera.wasm");
    }
}
