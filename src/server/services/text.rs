//! Normalizes and validates text from forms.

use crate::{domain::errors::FieldError, server::error::Error};

/// Returns `text` as one line of at most `max` characters, trimmed and with every run of white space replaced by one
/// space.
///
/// # Errors
/// Rejects the field if it is empty or too long.
pub fn line(field: &'static str, what: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    let refuse = |message| Err(FieldError { field: field.to_owned(), message });
    match line.chars().count() {
        0 => refuse(format!("Enter {what}.")),
        length if length > max => refuse(format!("Use at most {max} characters; this has {length}.")),
        _ => Ok(line),
    }
}

/// Returns `text` with Unix line ends, without control characters, and at most `max` characters long.
///
/// # Errors
/// Rejects the field if it is too long.
pub fn lines(field: &'static str, text: &str, max: usize) -> Result<String, FieldError> {
    let text: String = text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || "\n\t".contains(*c)).collect();
    let text = text.trim_end();
    match text.chars().count() {
        length if length > max => Err(FieldError {
            field: field.to_owned(),
            message: format!("Use at most {max} characters; this has {length}."),
        }),
        _ => Ok(text.to_owned()),
    }
}

/// Returns both values, or the errors of both.
///
/// # Errors
/// [`Error::Invalid`] with the errors of the fields.
pub fn both<A, B>(first: Result<A, FieldError>, second: Result<B, FieldError>) -> Result<(A, B), Error> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (first, second) => Err(Error::Invalid(first.err().into_iter().chain(second.err()).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_joins_white_space() {
        assert_eq!(line("name", "a name", "  Web \n\t site\u{0} ", 80), Ok("Web site".to_owned()));
        assert_eq!(line("name", "a name", " \n ", 80).unwrap_err().message, "Enter a name.");
        assert!(line("name", "a name", &"ü".repeat(80), 80).is_ok());
        assert!(line("name", "a name", &"ü".repeat(81), 80).unwrap_err().message.contains("81"));
    }

    #[test]
    fn lines_keep_line_breaks() {
        assert_eq!(lines("description", "a\r\n\r\nb\u{0}\n", 100), Ok("a\n\nb".to_owned()));
        assert_eq!(lines("description", "", 100), Ok(String::new()));
        assert!(lines("description", "abc", 2).is_err());
    }
}
