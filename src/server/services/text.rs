//! Normalizes and validates text from forms.

use crate::{
    domain::{errors::FieldError, isolate::without_controls, length::too_long},
    kernel::visible::has_visible_sign,
    server::error::Error,
};

/// Returns `text` as one line of at most `max` characters, trimmed and with every run of white space replaced by one
/// space.
///
/// # Errors
/// Rejects the field if nothing of it is visible, or if it is too long ([`crate::domain::length`]).
pub fn line(field: &'static str, what: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let is_space = |c: char| c.is_whitespace() || is_separator(c);
    let line: String = text.chars().filter(|c| is_space(*c) || !c.is_control()).collect();
    let line = line.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    // Characters that set a direction would turn the page around the text.
    let line = without_controls(&line);
    let message = if has_visible_sign(&line) {
        too_long(&line, max)
    } else if line.is_empty() {
        Some(format!("Enter {what}."))
    } else {
        Some(format!("Enter {what} that can be seen."))
    };
    match message {
        Some(message) => Err(FieldError { field: field.to_owned(), message }),
        None => Ok(line),
    }
}

/// Returns `text` with Unix line ends, without control characters, and at most `max` characters long.
///
/// # Errors
/// Rejects the field if it is too long.
pub fn lines(field: &'static str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.replace("\r\n", "\n").replace(|c| ends_line(c) || is_separator(c), "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || "\n\t".contains(*c)).collect();
    let text = text.trim_end();
    match too_long(text, max) {
        Some(message) => Err(FieldError { field: field.to_owned(), message }),
        None => Ok(text.to_owned()),
    }
}

/// Whether `c` ends a line in a text of another system: a carriage return, a vertical tab, a form feed, NEL, or the
/// separators of lines and paragraphs.
const fn ends_line(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether `c` is a control character that separates: of files, groups, records or units.
const fn is_separator(c: char) -> bool {
    matches!(c, '\u{1c}'..='\u{1f}')
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
        assert_eq!(line("name", "a name", "a\u{b}b\u{85}c\rd\u{1f}e", 80), Ok("a b c d e".to_owned()));
        assert_eq!(line("name", "a name", " \n ", 80).unwrap_err().message, "Enter a name.");
        for blank in ["\u{200b}", "\u{3164}", "\u{2800}", "\u{fe0f}\u{fe0f}", "\u{202e}"] {
            assert!(line("name", "a name", blank, 80).is_err(), "{blank:?}");
        }
        assert_eq!(line("name", "a name", "a\u{202e}b\u{2067}c", 80), Ok("abc".to_owned()));
        assert!(line("name", "a name", &"👍".repeat(40), 80).is_ok());
        assert!(line("name", "a name", &"👍".repeat(41), 80).unwrap_err().message.contains("82"));
        assert!(line("name", "a name", &"ü".repeat(80), 80).is_ok());
        assert!(line("name", "a name", &"ü".repeat(81), 80).unwrap_err().message.contains("81"));
    }

    #[test]
    fn lines_keep_line_breaks() {
        assert_eq!(lines("description", "a\r\n\r\nb\u{0}\n", 100), Ok("a\n\nb".to_owned()));
        assert_eq!(lines("description", "", 100), Ok(String::new()));
        let odd = "a\u{b}b\u{85}c\rd\u{c}e\u{2028}f\u{2029}g\u{1e}h\r\ni";
        assert_eq!(lines("description", odd, 100), Ok("a\nb\nc\nd\ne\nf\ng\nh\ni".to_owned()));
        assert!(lines("description", "abc", 2).is_err());
    }
}
