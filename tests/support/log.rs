// The log of what a test runs. Both test programs include this file.

use std::{
    cell::RefCell,
    io,
    sync::{Arc, Mutex, Once},
};

thread_local! {
    static CURRENT: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// What the test's thread, on which its application runs, has logged since [`Log::start`].
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Installs the subscriber of the process. A subscriber for one thread alone is not enough: whether a log statement is
    /// enabled is decided once for all threads, by the thread that reaches it first, which may have none.
    pub fn install() {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            tracing_subscriber::fmt()
                .with_ansi(false)
                .fmt_fields(tessera::log_fields())
                .with_writer(|| CURRENT.with_borrow(|log| Writer(log.clone())))
                .init();
        });
    }

    /// Starts to record what this thread logs.
    pub fn start() -> Self {
        let log = Self::default();
        CURRENT.set(Some(log.clone()));
        log
    }

    /// Lists the lines that contain `text`.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        let log = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}

struct Writer(Option<Log>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(Log(lines)) = &self.0 {
            lines.lock().unwrap().extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
