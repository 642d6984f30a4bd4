//! The commands: databases into a file, a file into databases, databases into others.

use std::path::Path;

use super::{
    error::BackupError,
    file_reader::{FileReader, Item},
    file_writer::FileWriter,
    format::{FORMAT, Header, Report, TableStart},
    part::Part,
    source::Source,
    target::Target,
};

/// Writes all rows of the databases into a new file at `path`, each database as it is at one moment. They may be in use.
///
/// `version` is that of this program, `key_check` a value derived from the secret that seals values. `replaces` allows an
/// existing file.
///
/// # Errors
/// [`BackupError`] if a table cannot be copied faithfully, or the file cannot be written.
pub async fn back_up(
    parts: &[Part<'_>],
    path: &Path,
    replaces: bool,
    (version, key_check): (&str, String),
) -> Result<Report, BackupError> {
    let mut sources = open_all(parts).await?;
    let header = header(&sources, version, key_check);
    let mut file = FileWriter::create(path, replaces, &header)?;
    for source in &mut sources {
        for index in 0..source.tables.len() {
            file.begin_table(&start(source, index))?;
            source.rows(index, async |row| file.row(&row)).await?;
            file.end_table()?;
        }
    }
    close_all(sources).await?;
    file.finish()
}

/// Fills the empty databases from the file at `path`; returns its first line, too. If anything fails, they stay empty.
///
/// # Errors
/// [`BackupError`] if the file is not a complete backup of these databases, or one is not empty.
pub async fn restore(parts: &[Part<'_>], path: &Path) -> Result<(Header, Report), BackupError> {
    // Nothing of a damaged file reaches a database.
    FileReader::open(path)?.check()?;
    let mut file = FileReader::open(path)?;
    let header = file.header.clone();
    let mut targets = create_all(parts, &header).await?;
    let mut current = 0;
    let report = loop {
        match file.next()? {
            Item::Table(start) => {
                let position = header.databases.iter().position(|database| database.name == start.database);
                current = position.ok_or(BackupError::Unexpected { database: start.database.clone() })?;
                targets[current].begin_table(&start)?;
            }
            Item::Row(row) => targets[current].row(row).await?,
            Item::TableEnd => targets[current].end_table().await?,
            Item::End(report) => break report,
        }
    };
    finish_all(targets).await?;
    Ok((header, report))
}

/// Fills the empty databases `to` from the databases `from`, each as it is at one moment. If anything fails, they stay empty.
///
/// # Errors
/// [`BackupError`] if a table cannot be copied faithfully, or a database of `to` is not empty.
pub async fn copy(from: &[Part<'_>], to: &[Part<'_>], version: &str) -> Result<Report, BackupError> {
    let mut sources = open_all(from).await?;
    let mut targets = create_all(to, &header(&sources, version, String::new())).await?;
    let mut report = Report::default();
    for (source, target) in sources.iter_mut().zip(&mut targets) {
        for index in 0..source.tables.len() {
            target.begin_table(&start(source, index))?;
            let mut rows = 0;
            source
                .rows(index, async |row| {
                    rows += 1;
                    target.row(row).await
                })
                .await?;
            target.end_table().await?;
            report.tables += 1;
            report.rows += rows;
        }
    }
    finish_all(targets).await?;
    // Only now may others write to the sources again: what they write would be lost. The copy is complete, whatever the
    // end of a connection that only read says.
    _ = close_all(sources).await;
    Ok(report)
}

fn header(sources: &[Source], version: &str, key_check: String) -> Header {
    let databases = sources.iter().map(|source| source.header.clone()).collect();
    Header { tessera_backup: FORMAT, version: version.to_owned(), key_check, databases }
}

fn start(source: &Source, index: usize) -> TableStart {
    let table = &source.tables[index];
    TableStart { database: source.header.name.clone(), table: table.name.clone(), columns: table.column_names() }
}

async fn open_all(parts: &[Part<'_>]) -> Result<Vec<Source>, BackupError> {
    let mut sources = Vec::new();
    for part in parts {
        sources.push(Source::open(part).await?);
    }
    Ok(sources)
}

async fn close_all(sources: Vec<Source>) -> Result<(), BackupError> {
    for source in sources {
        source.close().await?;
    }
    Ok(())
}

/// Creates the databases that `header` names, in its order.
async fn create_all<'a>(parts: &'a [Part<'a>], header: &Header) -> Result<Vec<Target<'a>>, BackupError> {
    if let Some(part) = parts.iter().find(|part| header.databases.iter().all(|database| database.name != part.name)) {
        return Err(BackupError::Missing { database: part.name });
    }
    let mut targets = Vec::new();
    for database in &header.databases {
        let part = parts.iter().find(|part| part.name == database.name);
        let part = part.ok_or_else(|| BackupError::Unexpected { database: database.name.clone() })?;
        targets.push(Target::create(part, database, header).await?);
    }
    Ok(targets)
}

/// Completes all databases before the first becomes visible.
async fn finish_all(mut targets: Vec<Target<'_>>) -> Result<(), BackupError> {
    for target in &mut targets {
        target.complete().await?;
    }
    for target in targets {
        target.commit().await?;
    }
    Ok(())
}
