//! Permissions of the files in `DATA_DIR`.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

/// A folder below a folder that everyone can read.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tessera_private_{name}_{}", std::process::id()));
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// Runs a command of `tessera` with a umask that would let everyone read and write new files.
    fn run(&self, command: &[&str]) {
        let output = Command::new("sh")
            .args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_tessera")])
            .args(command)
            .current_dir(&self.0)
            .env_clear()
            .env("DATA_DIR", self.data())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Returns the permissions of the data folder and its files.
    fn modes(&self) -> BTreeMap<String, u32> {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let files = fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap());
        let mut modes: BTreeMap<_, _> =
            files.map(|entry| (entry.file_name().into_string().unwrap(), mode(&entry.path()))).collect();
        modes.insert(".".to_owned(), mode(&self.data()));
        modes
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn new_files_are_private_whatever_the_umask() {
    let folder = Folder::new("new");
    folder.run(&["migrate"]);
    folder.run(&["rotate-keys"]);
    let modes = folder.modes();
    assert_eq!(
        (modes["."], modes["session-secret"], modes["tessera.db"], modes["idp.db"]),
        (0o700, 0o600, 0o600, 0o600)
    );
    assert!(modes.values().all(|mode| *mode == mode & 0o700), "{modes:?}");
}

#[test]
fn files_of_earlier_versions_are_narrowed() {
    let folder = Folder::new("old");
    folder.run(&["migrate"]);
    folder.run(&["rotate-keys"]);
    // A process that was killed leaves its write-ahead log behind.
    fs::OpenOptions::new().append(true).create(true).open(folder.data().join("idp.db-wal")).unwrap();
    for (name, _) in folder.modes() {
        let mode = if name == "." { 0o755 } else { 0o664 };
        fs::set_permissions(folder.data().join(name), Permissions::from_mode(mode)).unwrap();
    }
    folder.run(&["migrate"]);
    folder.run(&["rotate-keys"]);
    let modes = folder.modes();
    assert!(modes.iter().all(|(name, mode)| name == "." || *mode == mode & 0o700), "{modes:?}");
    assert_eq!(modes["idp.db"], 0o600);
}
