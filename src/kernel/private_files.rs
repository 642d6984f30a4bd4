//! Files and folders that only the user of the process can read: keys, secrets and databases.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::kernel::random::Random;

/// Makes everything that this process creates readable for its user only. Call it first, before any thread starts.
pub fn restrict_new_files() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Creates `folder` and its missing parents for the user of the process only. Existing folders stay as they are.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates an empty file that only the user of the process can read. Leaves an existing file as it is.
pub fn create_file(file: &Path) -> io::Result<()> {
    match options().open(file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map(drop),
    }
}

/// Creates a file that only the user of the process can read, for writing. Fails if the path exists.
pub fn create_new(file: &Path) -> io::Result<fs::File> {
    options().open(file)
}

/// Returns a name beside `path` for a file that gets the name `path` when it is complete. It is new each time: a process
/// that was killed may have left a draft, and in a container every process has the same id.
#[must_use]
pub fn draft_name(path: &Path) -> PathBuf {
    let mut draft = OsString::from(path);
    draft.push(format!(".{}.part", Random::system().alphanumeric(12)));
    draft.into()
}

/// Gives a complete draft the name `path`. Fails if the path exists, even if it has appeared only now.
pub fn publish(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Ok(()) => {
            // The file has its name. A second one that stays does no harm.
            _ = fs::remove_file(draft);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without hard links. Renaming replaces a file that appears after the check.
        Err(_) if path.exists() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(draft, path),
    }
}

/// Waits until the disk has the names in the folder of `file`.
pub fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// Writes a file that only the user of the process can read. Replaces an existing file.
pub fn write(file: &Path, text: &str) -> io::Result<()> {
    _ = fs::remove_file(file);
    io::Write::write_all(&mut options().open(file)?, text.as_bytes())
}

fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes the permissions of group and others away from an existing file or folder, with a line in the log. Earlier
/// versions created files that everyone could read. If the path belongs to another user, only the log tells.
pub fn narrow(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(metadata) = fs::metadata(path) else { return };
        let mode = metadata.permissions().mode() & 0o7777;
        let of_owner = mode & 0o7700;
        if mode == of_owner {
            return;
        }
        let narrowed = fs::set_permissions(path, fs::Permissions::from_mode(of_owner & 0o700));
        let (path, mode) = (path.display(), format!("{mode:o}"));
        match narrowed {
            Ok(()) => tracing::warn!(%path, mode, "others could read this; now only its user can"),
            Err(error) => tracing::warn!(%path, mode, %error, "others can read this"),
        }
    }
}

/// Narrows the folder of the application's own files. A folder that also holds other files may be shared on purpose: it
/// stays as it is, with a line in the log, and the files in it are private all the same.
pub fn narrow_folder(folder: &Path, is_own: impl Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_shared = entries.flatten().any(|entry| !entry.file_name().to_str().is_some_and(&is_own));
    if is_shared {
        tracing::warn!(folder = %folder.display(), "the folder also holds files of others, so its permissions stay as they are");
    } else {
        narrow(folder);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("tessera-private-{}", Random::system().alphanumeric(12)))
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn new_files_and_folders_are_private() {
        let folder = folder();
        let (inner, file, empty) = (folder.join("inner"), folder.join("inner/secret"), folder.join("empty"));
        create_folder(&inner).unwrap();
        for text in ["one", "another"] {
            write(&file, text).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
        fs::write(&empty, "kept").unwrap();
        fs::set_permissions(&empty, fs::Permissions::from_mode(0o640)).unwrap();
        create_file(&empty).unwrap();
        create_file(&folder.join("new")).unwrap();
        assert_eq!([&folder, &inner, &file, &folder.join("new")].map(|path| mode(path)), [0o700, 0o700, 0o600, 0o600]);
        assert_eq!((fs::read_to_string(&empty).unwrap().as_str(), mode(&empty)), ("kept", 0o640));
        narrow(&empty);
        assert_eq!(mode(&empty), 0o600);
        narrow(&folder.join("nothing"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_draft_replaces_nothing() {
        let folder = folder();
        create_folder(&folder).unwrap();
        let file = folder.join("file");
        let (first, second) = (draft_name(&file), draft_name(&file));
        assert_ne!(first, second, "one that was left is in nobody's way");
        fs::write(&first, "first").unwrap();
        fs::write(&second, "second").unwrap();
        publish(&first, &file).unwrap();
        assert_eq!(publish(&second, &file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "first");
        assert!(!first.exists() && second.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_with_files_of_others_keeps_its_permissions() {
        let folder = folder();
        create_folder(&folder).unwrap();
        fs::write(folder.join("own.db"), "").unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("letter"), "").unwrap();
        let is_own = |name: &str| name == "own.db";
        narrow_folder(&folder, is_own);
        assert_eq!(mode(&folder), 0o755);
        fs::remove_file(folder.join("letter")).unwrap();
        narrow_folder(&folder, is_own);
        assert_eq!(mode(&folder), 0o700);
        fs::remove_dir_all(folder).unwrap();
    }
}
