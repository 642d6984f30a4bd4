use std::fs;

use super::{
    super::{file_writer::FileWriter, format::DatabaseHeader, format::DriverName},
    *,
};
use crate::kernel::random::Random;

fn header() -> Header {
    let database = DatabaseHeader { name: "one".to_owned(), driver: DriverName::Sqlite, migrations: vec![1, 2] };
    let (version, key_check) = ("1.0.0".to_owned(), "check".to_owned());
    Header { tessera_backup: FORMAT, version, key_check, databases: vec![database] }
}

fn table(name: &str) -> TableStart {
    TableStart { database: "one".to_owned(), table: name.to_owned(), columns: vec!["a".to_owned(), "b".to_owned()] }
}

fn path() -> PathBuf {
    std::env::temp_dir().join(format!("tessera-backup-{}", Random::system().alphanumeric(12)))
}

/// Writes two tables, the second one empty.
fn write(path: &Path, replaces: bool) -> Result<Report, BackupError> {
    let mut file = FileWriter::create(path, replaces, &header())?;
    file.begin_table(&table("first"))?;
    file.row(&[Value::Integer(1), Value::Text("[\n\u{2028}".to_owned())])?;
    file.row(&[Value::Null, Value::blob(vec![0, 255])])?;
    file.end_table()?;
    file.begin_table(&table("second"))?;
    file.end_table()?;
    file.finish()
}

#[test]
fn a_file_is_read_as_it_was_written() {
    let path = path();
    let report = write(&path, false).unwrap();
    assert_eq!(report, Report { tables: 2, rows: 2 });
    let mut file = FileReader::open(&path).unwrap();
    assert_eq!(file.header, header());
    assert!(matches!(file.next(), Ok(Item::Table(first)) if first == table("first")));
    let rows =
        [vec![Value::Integer(1), Value::Text("[\n\u{2028}".to_owned())], vec![Value::Null, Value::blob(vec![0, 255])]];
    for row in rows {
        assert!(matches!(file.next(), Ok(Item::Row(read)) if read == row));
    }
    assert!(matches!(file.next(), Ok(Item::TableEnd)));
    assert!(matches!(file.next(), Ok(Item::Table(second)) if second == table("second")));
    assert!(matches!(file.next(), Ok(Item::TableEnd)));
    assert!(matches!(file.next(), Ok(Item::End(read)) if read == report));
    fs::remove_file(path).unwrap();
}

#[test]
fn every_cut_and_every_changed_byte_is_found() {
    let path = path();
    write(&path, false).unwrap();
    let whole = fs::read(&path).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        FileReader::open(&path).and_then(FileReader::check).is_err()
    };
    assert!(!refused(&whole));
    for end in 0..whole.len() {
        assert!(refused(&whole[..end]), "cut after {end} bytes");
        let mut changed = whole.clone();
        changed[end] ^= 1;
        assert!(refused(&changed), "byte {end} changed in {}", String::from_utf8_lossy(&whole));
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let path = path();
    write(&path, false).unwrap();
    let header_length = fs::read(&path).unwrap().iter().position(|byte| *byte == b'\n').unwrap() as u64 + 1;
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    // What follows the first line is a hole of zeros.
    file.set_len(header_length).unwrap();
    file.set_len(header_length + LONGEST_LINE + 1).unwrap();
    let error = FileReader::open(&path).and_then(FileReader::check).unwrap_err();
    assert!(
        matches!(&error, BackupError::Damaged { line: 2, reason, .. } if reason == "the line is too long"),
        "{error}"
    );
    fs::remove_file(path).unwrap();
}

#[test]
fn a_row_that_could_not_be_read_is_not_written() {
    let path = path();
    let mut file = FileWriter::create(&path, false, &header()).unwrap();
    file.begin_table(&table("first")).unwrap();
    let text = "x".repeat(usize::try_from(LONGEST_LINE).unwrap());
    let error = file.row(&[Value::Text(text), Value::Null]).unwrap_err();
    assert!(matches!(&error, BackupError::Table { table, .. } if table == "first"), "{error}");
    drop(file);
    assert!(!path.exists());
}

#[test]
fn a_format_that_is_not_read_is_named() {
    let path = path();
    let refusal = |format: u32| {
        fs::write(&path, format!("{{\"tessera_backup\":{format},\"version\":\"9.1.0\"}}\n")).unwrap();
        FileReader::open(&path).err().unwrap()
    };
    assert!(matches!(refusal(FORMAT + 1), BackupError::Newer { version, .. } if version == "9.1.0"));
    assert!(matches!(refusal(FORMAT - 1), BackupError::OtherFormat { format, .. } if format == FORMAT - 1));
    fs::remove_file(&path).unwrap();
}

#[test]
fn an_existing_file_is_replaced_only_on_request() {
    let path = path();
    fs::write(&path, "mine").unwrap();
    assert!(matches!(write(&path, false), Err(BackupError::FileExists { .. })));
    assert!(matches!(write(&path, true), Err(BackupError::NotReplaced { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    fs::remove_file(&path).unwrap();
    write(&path, false).unwrap();
    assert!(matches!(write(&path, false), Err(BackupError::FileExists { .. })));
    write(&path, true).unwrap();
    FileReader::open(&path).and_then(FileReader::check).unwrap();
    fs::remove_file(&path).unwrap();
    // A file that appears while the backup is written stays, too; the unfinished one is deleted.
    let file = FileWriter::create(&path, false, &header()).unwrap();
    fs::write(&path, "mine").unwrap();
    assert!(matches!(file.finish(), Err(BackupError::FileExists { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(beside.filter(|other| other.to_str().unwrap().starts_with(&name)).count(), 1);
    fs::remove_file(path).unwrap();
}
