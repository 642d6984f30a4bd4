//! Signals pending mails to the delivery task.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::idp::mail::smtp::SmtpConfig;

/// SMTP settings, if configured, and the signal to the delivery task.
#[derive(Debug, Default)]
pub struct Outbox {
    pub(super) smtp: Option<SmtpConfig>,
    pub(super) written: Arc<Notify>,
    pub(super) started: AtomicBool,
    pub(super) is_expiry_started: AtomicBool,
}

impl Outbox {
    pub fn new(smtp: Option<SmtpConfig>) -> Self {
        Self { smtp, ..Self::default() }
    }

    /// Whether SMTP is configured. Otherwise mails are only stored.
    pub const fn is_configured(&self) -> bool {
        self.smtp.is_some()
    }

    /// Wakes the delivery task for a new mail. The transaction that inserts the mail may not be committed yet.
    pub fn wake(&self) {
        self.written.notify_one();
    }
}
