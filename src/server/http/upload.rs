//! Forms with a file. A browser sends them as `multipart/form-data` (RFC 7578).
//!
//! A file is read as text, which is added to a field of the form: so it is validated, shown and corrected there, with and
//! without scripts.

use std::convert::Infallible;

use axum::body::Bytes;
use futures_util::stream;
use multer::{Multipart, parse_boundary};

use crate::domain::errors::FieldError;

/// What the name of a file's field adds to the name of the text field that it is added to.
const SUFFIX: &str = "_file";

/// Maximum number of files of a form, and of its other fields.
const MAX_FILES: usize = 10;
const MAX_PARTS: usize = 1_000;

/// The fields of a form with a file.
#[derive(Debug, Default)]
pub struct Upload {
    pub fields: Vec<(String, String)>,
    /// A file that cannot be read as text.
    pub problem: Option<FieldError>,
}

/// Whether the body of a request with this type is a form with files.
pub fn is_upload(content_type: &str) -> bool {
    parse_boundary(content_type).is_ok()
}

/// Reads the form in `body`. `None` if it is no such form, or has more fields than any.
pub async fn read(content_type: &str, body: Bytes) -> Option<Upload> {
    let boundary = parse_boundary(content_type).ok()?;
    let mut parts = Multipart::new(stream::once(async { Ok::<_, Infallible>(body) }), boundary);
    let mut upload = Upload::default();
    let (mut files, mut count) = (0, 0);
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        let is_file = part.file_name().is_some();
        files += usize::from(is_file);
        count += 1;
        if files > MAX_FILES || count > MAX_PARTS {
            return None;
        }
        let bytes = part.bytes().await.ok()?;
        match name.strip_suffix(SUFFIX).filter(|_| is_file) {
            None => upload.fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            // No file was chosen.
            Some(_) if bytes.is_empty() => {}
            Some(field) => match text_of(&bytes) {
                Ok(text) => add_to(&mut upload.fields, field, &text),
                Err(message) => {
                    let (field, message) = (field.to_owned(), message.to_owned());
                    upload.problem = Some(FieldError { field, message });
                }
            },
        }
    }
    Some(upload)
}

/// Adds text below what was typed into a field.
fn add_to(fields: &mut Vec<(String, String)>, name: &str, text: &str) {
    match fields.iter_mut().find(|(field, _)| field == name) {
        Some((_, typed)) if typed.trim().is_empty() => text.clone_into(typed),
        Some((_, typed)) => *typed = format!("{}\n{text}", typed.trim_end()),
        None => fields.push((name.to_owned(), text.to_owned())),
    }
}

/// Reads a file as text: UTF-8, UTF-16 with a byte order mark, or Windows-1252, as spreadsheets write.
fn text_of(bytes: &[u8]) -> Result<String, &'static str> {
    const UNREADABLE: &str = "This file is not text. Save the table as CSV in UTF-8, and choose that file.";
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => bytes.iter().copied().map(windows_1252).collect(),
        },
    };
    // A table of another format has control characters.
    let is_text = |text: &String| !text.chars().any(|c| c.is_control() && !"\r\n\t".contains(c));
    text.filter(is_text).ok_or(UNREADABLE)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    let is_whole = pairs.remainder().is_empty();
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok().filter(|_| is_whole)
}

/// The characters from 0x80 to 0x9f in Windows-1252. The others are those of Latin-1, which begins Unicode.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        byte => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_the_encodings_of_spreadsheets() {
        let text = "email;role\r\nzoë@example.com;admin";
        let utf_16: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(utf_16.iter().flat_map(|unit| unit.to_le_bytes())).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(utf_16.iter().flat_map(|unit| unit.to_be_bytes())).collect();
        let with_mark: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for bytes in [text.as_bytes(), &with_mark, &little, &big, &latin] {
            assert_eq!(text_of(bytes).as_deref(), Ok(text), "{bytes:?}");
        }
        assert_eq!(text_of(b"\x80 5 \x96 \x93a\x94").as_deref(), Ok("€ 5 – “a”"));
        for bytes in [&b"PK\x03\x04\0\0"[..], b"\xff\xfea", b"\x81\xff", b"a\0b"] {
            assert!(text_of(bytes).is_err(), "{bytes:?}");
        }
    }

    #[tokio::test]
    async fn a_file_is_added_to_the_field_of_its_name() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\ntyped\r\n--x\r\nContent-Disposition: form-data; \
                    name=\"list_file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nfrom file\r\n--x--\r\n";
        let upload = read("multipart/form-data; boundary=x", Bytes::from(body)).await.unwrap();
        assert_eq!(upload.fields, [("list".to_owned(), "typed\nfrom file".to_owned())]);
        assert!(upload.problem.is_none());
        assert!(read("text/plain", Bytes::from(body)).await.is_none());
        assert!(read("multipart/form-data; boundary=y", Bytes::from(body)).await.is_none());
    }
}
