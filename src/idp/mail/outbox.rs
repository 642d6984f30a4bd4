//! Whether and how mail leaves the provider.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::idp::mail::smtp::SmtpConfig;

/// The way out for mail, if there is one.
#[derive(Debug, Default)]
pub struct Outbox {
    pub(super) smtp: Option<SmtpConfig>,
    pub(super) written: Arc<Notify>,
    pub(super) started: AtomicBool,
}

impl Outbox {
    pub fn new(smtp: Option<SmtpConfig>) -> Self {
        Self { smtp, ..Self::default() }
    }

    /// Whether mails are sent at all.
    pub const fn is_configured(&self) -> bool {
        self.smtp.is_some()
    }

    /// Says that there is a mail, or will be once its transaction is committed.
    pub fn wake(&self) {
        self.written.notify_one();
    }
}
