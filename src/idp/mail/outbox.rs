//! Signals pending mail to the delivery.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::idp::mail::smtp::SmtpConfig;

/// SMTP settings, if any, and the signal.
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

    /// Whether mail is sent.
    pub const fn is_configured(&self) -> bool {
        self.smtp.is_some()
    }

    /// Wakes the delivery for a mail, whose transaction may not be committed yet.
    pub fn wake(&self) {
        self.written.notify_one();
    }
}
