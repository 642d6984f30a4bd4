//! Formats the log.

use std::{
    ffi::OsStr,
    fmt::{self, Write},
};

use tracing_subscriber::{
    field::MakeExt as _,
    fmt::format::{FormatFields, debug_fn},
};

/// Formats the fields of events and spans, each on one line whatever it contains.
///
/// Values come from outside: a line break in one would forge a line, and an escape sequence would command the terminal that
/// shows the log. Control characters are written as escapes.
pub fn log_fields() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    debug_fn(|writer, field, value| {
        let mut line = SingleLine(writer);
        match field.name() {
            "message" => write!(line, "{value:?}"),
            name => write!(line, "{name}={value:?}"),
        }
    })
    .delimited(" ")
}

/// Whether the log is coloured: only on a terminal, and not if `NO_COLOR` has a value (<https://no-color.org>).
#[must_use]
pub fn has_colours(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

/// Writes text on one line.
struct SingleLine<W>(W);

impl<W: Write> Write for SingleLine<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            // Besides control characters, Unicode has two line separators.
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(self.0, "{}", character.escape_default())?;
            } else {
                self.0.write_char(character)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_value_ends_its_line() {
        let written = Buffer::default();
        let buffer = written.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).fmt_fields(log_fields()).with_writer(move || buffer.clone());
        let forged = "x\r\n2026-01-01T00:00:00Z  INFO forged\u{2028}\u{85}\u{1b}[2J";
        tracing::subscriber::with_default(subscriber.finish(), || {
            let _span = tracing::info_span!("request", path = %forged).entered();
            tracing::info!(error = %forged, description = forged, debug = ?forged, "refused {forged}");
            tracing::info!(count = 3, "plain ü");
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(
            lines[0].contains("error=x\\r\\n2026-01-01T00:00:00Z  INFO forged\\u{2028}\\u{85}\\u{1b}[2J"),
            "{text}"
        );
        assert!(lines[1].ends_with("plain ü count=3"), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text:?}");
    }

    #[test]
    fn only_a_terminal_gets_colours() {
        for (is_terminal, no_color, expected) in [
            (true, None, true),
            (true, Some(""), true),
            (true, Some("1"), false),
            (false, None, false),
            (false, Some(""), false),
        ] {
            assert_eq!(has_colours(is_terminal, no_color.map(OsStr::new)), expected, "{is_terminal} {no_color:?}");
        }
    }
}
