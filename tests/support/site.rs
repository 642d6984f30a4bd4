// A folder like that of a built site, without which the program does not start. Its files are empty.

use std::path::PathBuf;

/// Returns the folder, which all tests share.
pub fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site");
    std::fs::create_dir_all(folder.join("pkg")).unwrap();
    for name in ["tessera.css", "tessera.js", "tessera.wasm"] {
        std::fs::write(folder.join("pkg").join(name), "").unwrap();
    }
    folder
}
