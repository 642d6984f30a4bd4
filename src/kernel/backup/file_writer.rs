//! Writes a backup file. Until it is complete it has another name, so that no half file is taken for a backup.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    error::BackupError,
    format::{FileEnd, Header, LONGEST_LINE, Report, TableEnd, TableStart},
    value::{TableSum, Value, hex},
};
use crate::kernel::private_files;

/// The first bytes of a backup: those of its header.
const BEGINNING: &[u8; 17] = br#"{"tessera_backup""#;

/// A file that is being written. Dropping it without [`FileWriter::finish`] deletes what was written.
pub struct FileWriter {
    path: PathBuf,
    draft: PathBuf,
    out: BufWriter<File>,
    hash: Sha256,
    /// The name of the current table.
    table: String,
    sum: TableSum,
    report: Report,
    replaces: bool,
    is_finished: bool,
}

impl FileWriter {
    /// Creates the file with its first line. `replaces` allows an existing backup at `path`, and nothing else: it could be the
    /// database that is being read.
    pub fn create(path: &Path, replaces: bool, header: &Header) -> Result<Self, BackupError> {
        if !replaces && path.exists() {
            return Err(BackupError::FileExists { path: path.to_owned() });
        }
        if replaces && fs::symlink_metadata(path).is_ok() && !is_backup(path) {
            return Err(BackupError::NotReplaced { path: path.to_owned() });
        }
        let draft = private_files::draft_name(path);
        let failure = |source| BackupError::File { path: draft.clone(), source };
        let out = BufWriter::new(private_files::create_new(&draft).map_err(failure)?);
        let mut writer = Self {
            path: path.to_owned(),
            draft,
            out,
            hash: Sha256::new(),
            table: String::new(),
            sum: TableSum::default(),
            report: Report::default(),
            replaces,
            is_finished: false,
        };
        writer.line(header)?;
        Ok(writer)
    }

    pub fn begin_table(&mut self, table: &TableStart) -> Result<(), BackupError> {
        self.table.clone_from(&table.table);
        self.sum = TableSum::default();
        self.line(table)
    }

    pub fn row(&mut self, row: &[Value]) -> Result<(), BackupError> {
        self.line(row)?;
        self.sum.add(row);
        Ok(())
    }

    pub fn end_table(&mut self) -> Result<(), BackupError> {
        self.report.tables += 1;
        self.report.rows += self.sum.rows;
        let end = TableEnd { rows: self.sum.rows, sha256: self.sum.sha256() };
        self.line(&end)
    }

    /// Writes the last line, and gives the file its name once the disk has it.
    pub fn finish(mut self) -> Result<Report, BackupError> {
        let Report { tables, rows } = self.report;
        let end = FileEnd { tables, rows, file_sha256: hex(&self.hash.clone().finalize()) };
        self.line(&end)?;
        let failure = |source| BackupError::File { path: self.draft.clone(), source };
        self.out.flush().and_then(|()| self.out.get_ref().sync_all()).map_err(failure)?;
        let (draft, path) = (&self.draft, &self.path);
        let published = if self.replaces { fs::rename(draft, path) } else { private_files::publish(draft, path) };
        published.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::FileExists { path: self.path.clone() },
            _ => failure(source),
        })?;
        self.is_finished = true;
        private_files::sync_folder_of(&self.path).map_err(failure)?;
        Ok(self.report)
    }

    fn line(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), BackupError> {
        let mut line = serde_json::to_vec(value).expect("texts and numbers can be written as JSON");
        line.push(b'\n');
        if line.len() as u64 > LONGEST_LINE {
            return Err(BackupError::table(&self.table, format!("a row takes {} bytes in the file", line.len())));
        }
        self.hash.update(&line);
        self.out.write_all(&line).map_err(|source| BackupError::File { path: self.draft.clone(), source })
    }
}

/// Whether a regular file at `path` begins as backups do.
fn is_backup(path: &Path) -> bool {
    let begins_as_backup = || {
        let mut beginning = [0; BEGINNING.len()];
        File::open(path)?.read_exact(&mut beginning)?;
        Ok::<_, io::Error>(beginning == *BEGINNING)
    };
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file()) && begins_as_backup().unwrap_or(false)
}

impl Drop for FileWriter {
    fn drop(&mut self) {
        if !self.is_finished {
            _ = fs::remove_file(&self.draft);
        }
    }
}
