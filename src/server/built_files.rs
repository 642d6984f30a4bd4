//! The addresses of the files that the browser needs for every page.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use leptos::config::LeptosOptions;

/// The addresses of the built style sheet, script and WASM. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct BuiltFiles {
    pub stylesheet: Arc<str>,
    pub script: Arc<str>,
    pub wasm: Arc<str>,
    /// The modules of the WASM, if the build has modules.
    pub modules: Option<Arc<Modules>>,
}

/// The addresses of what the modules of the WASM consist of.
#[derive(Clone, Debug)]
pub struct Modules {
    /// The script that loads them.
    pub loader: String,
    /// The files of each module.
    pub files: HashMap<String, Vec<String>>,
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

    /// Returns a file that is missing in the folder of the built site.
    #[must_use]
    pub fn missing(&self, site_root: &Path) -> Option<PathBuf> {
        let files = [&self.stylesheet, &self.script, &self.wasm].map(|address| site_root.join(&address[1..]));
        files.into_iter().find(|file| !file.is_file())
    }

    /// Returns the addresses with these `hashes`, a line `kind: hash` for each file.
    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let hash = |kind: &str| {
            let hash = hashes.lines().find_map(|line| Some(line.strip_prefix(kind)?.strip_prefix(':')?.trim()));
            hash.map(|hash| format!(".{hash}")).unwrap_or_default()
        };
        let folder = format!("/{}", options.site_pkg_dir);
        let address = |kind: &str| format!("{folder}/{}{}.{kind}", options.output_name, hash(kind)).into();
        let [stylesheet, script, wasm] = ["css", "js", "wasm"].map(address);
        let manifest = format!("__wasm_split_manifest{}.json", hash("manifest"));
        let manifest = Path::new(&*options.site_root).join(&*options.site_pkg_dir).join(manifest);
        let modules = std::fs::read(manifest).ok().and_then(|modules| serde_json::from_slice(&modules).ok());
        let modules = modules.map(|mut files: HashMap<String, Vec<String>>| {
            files.values_mut().flatten().for_each(|file| *file = format!("{folder}/{file}.wasm"));
            Arc::new(Modules { loader: format!("{folder}/__wasm_split{}.js", hash("split")), files })
        });
        Self { stylesheet, script, wasm, modules }
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
