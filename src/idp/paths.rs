//! Paths that mails, pages and routes share.

/// Page behind the mailed link that verifies an address.
pub const EMAIL_VERIFICATION: &str = "/u/email-verification";
/// Page behind the mailed link to choose a new password.
pub const RESET_PASSWORD: &str = "/u/reset-password";
/// Page that sends the mail with the link to choose a new password.
pub const RESET_PASSWORD_REQUEST: &str = "/u/reset-password/request";
/// Page behind the mailed link that confirms a sign-up.
pub const SIGN_UP_CONFIRMATION: &str = "/u/signup/confirm";
/// Page that lists the mails to all users. Outside of the demo only administrators see it.
pub const MAILBOX: &str = "/mailbox";
