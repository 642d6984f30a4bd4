//! Reads a backup file, and checks all that it says of itself.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::{
    error::BackupError,
    format::{FORMAT, FileEnd, Header, LONGEST_LINE, Report, TableEnd, TableStart},
    value::{TableSum, Value, hex},
};

/// The longest first line that is read. It names a few databases and their migrations.
const LONGEST_HEADER: u64 = 1 << 20;

/// What follows in a file.
#[derive(Debug)]
pub enum Item {
    Table(TableStart),
    Row(Vec<Value>),
    /// The rows of the table are complete.
    TableEnd,
    /// The file is complete.
    End(Report),
}

/// A file that is being read.
pub struct FileReader {
    path: PathBuf,
    input: BufReader<File>,
    pub header: Header,
    line: usize,
    hash: Sha256,
    /// The number of columns of the table whose rows are being read, and the rows until now.
    table: Option<(usize, TableSum)>,
    read: Report,
}

impl FileReader {
    /// Opens the file and reads its first line.
    ///
    /// # Errors
    /// [`BackupError::Foreign`], [`BackupError::Newer`] and [`BackupError::OtherFormat`].
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        #[derive(Deserialize)]
        struct Version {
            tessera_backup: u32,
            #[serde(default)]
            version: String,
        }
        let failure = |source| BackupError::File { path: path.to_owned(), source };
        let foreign = |_| BackupError::Foreign { path: path.to_owned() };
        let mut input = BufReader::new(File::open(path).map_err(failure)?);
        let mut first = Vec::new();
        input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut first).map_err(failure)?;
        let version: Version = serde_json::from_slice(&first).map_err(foreign)?;
        if version.tessera_backup > FORMAT {
            let what = format!("the format {}, and this program reads {FORMAT}", version.tessera_backup);
            return Err(BackupError::Newer { what, version: version.version });
        }
        if version.tessera_backup < FORMAT {
            return Err(BackupError::OtherFormat { path: path.to_owned(), format: version.tessera_backup });
        }
        let header: Header = serde_json::from_slice(&first).map_err(foreign)?;
        let hash = Sha256::new_with_prefix(&first);
        Ok(Self { path: path.to_owned(), input, header, line: 1, hash, table: None, read: Report::default() })
    }

    /// Reads the rest of the file.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] if anything in it was changed or is missing.
    pub fn check(mut self) -> Result<(), BackupError> {
        while !matches!(self.next()?, Item::End(_)) {}
        Ok(())
    }

    /// Reads what follows.
    ///
    /// # Errors
    /// [`BackupError::Damaged`] if the line was changed, or the file ends here.
    pub fn next(&mut self) -> Result<Item, BackupError> {
        let mut line = Vec::new();
        let read = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        read.map_err(|source| BackupError::File { path: self.path.clone(), source })?;
        self.line += 1;
        if line.pop() != Some(b'\n') {
            let is_cut = (line.len() as u64) < LONGEST_LINE - 1;
            return Err(self.damaged(if is_cut { "the file ends too early" } else { "the line is too long" }));
        }
        if line.first() == Some(&b'[') {
            return self.row(&line);
        }
        if self.table.is_some() {
            return self.table_end(&line);
        }
        if line.starts_with(b"{\"tables\"") {
            return self.end(&line);
        }
        let table: TableStart = self.parse(&line)?;
        self.table = Some((table.columns.len(), TableSum::default()));
        self.add(&line);
        Ok(Item::Table(table))
    }

    fn row(&mut self, line: &[u8]) -> Result<Item, BackupError> {
        let row: Vec<Value> = self.parse(line)?;
        match &mut self.table {
            Some((columns, sum)) if *columns == row.len() => sum.add(&row),
            Some(_) => return Err(self.damaged("a row has another number of values than its table has columns")),
            None => return Err(self.damaged("a row is outside of a table")),
        }
        self.add(line);
        Ok(Item::Row(row))
    }

    fn table_end(&mut self, line: &[u8]) -> Result<Item, BackupError> {
        let end: TableEnd = self.parse(line)?;
        let (_, sum) = self.table.take().unwrap_or_default();
        if (end.rows, end.sha256) != (sum.rows, sum.sha256()) {
            return Err(self.damaged("the checksum of the table differs"));
        }
        self.read.tables += 1;
        self.read.rows += sum.rows;
        self.add(line);
        Ok(Item::TableEnd)
    }

    fn end(&mut self, line: &[u8]) -> Result<Item, BackupError> {
        let end: FileEnd = self.parse(line)?;
        let Report { tables, rows } = self.read;
        if end != (FileEnd { tables, rows, file_sha256: hex(&self.hash.clone().finalize()) }) {
            return Err(self.damaged("the checksum of the file differs"));
        }
        match self.input.fill_buf() {
            Ok([]) => Ok(Item::End(self.read)),
            Ok(_) => Err(self.damaged("something follows the last line")),
            Err(source) => Err(BackupError::File { path: self.path.clone(), source }),
        }
    }

    fn add(&mut self, line: &[u8]) {
        self.hash.update(line);
        self.hash.update(b"\n");
    }

    fn parse<T: DeserializeOwned>(&self, line: &[u8]) -> Result<T, BackupError> {
        serde_json::from_slice(line).map_err(|error| self.damaged(&error.to_string()))
    }

    fn damaged(&self, reason: &str) -> BackupError {
        BackupError::Damaged { path: self.path.clone(), line: self.line, reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests;
