//! Parses the form for inviting people.

use super::recipients::{self, Recipient, RejectedLine};
use crate::{
    domain::{
        errors::FieldError,
        organizations::people::{AT_ONCE_MAX, Lifetime, MESSAGE_MAX},
        permissions::Role,
    },
    server::{error::Error, services::text},
};

/// Maximum length of the list in characters.
const LIST_MAX: usize = 50_000;

/// The form, as submitted.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    /// Addresses, or a table with a header.
    pub addresses: &'a str,
    /// The role of recipients for whom the table has none.
    pub role: &'a str,
    pub message: &'a str,
    /// Lifetime in days.
    pub lifetime: &'a str,
}

/// The parsed form.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub list: Vec<Recipient>,
    /// The role of recipients for whom the table has none.
    pub role: Role,
    pub lifetime: Lifetime,
    pub message: String,
}

impl Form<'_> {
    /// Parses all fields, or returns the errors of all.
    pub(super) fn parse(&self) -> Result<Parsed, Error> {
        let role = self.role.parse::<Role>().map_err(|_| field_error("role", "Choose a role."));
        let lifetime = Lifetime::parse(self.lifetime)
            .ok_or_else(|| field_error("lifetime", "Choose when the invitation expires."));
        let message = text::lines("message", self.message.trim(), MESSAGE_MAX);
        let list = parse_list(self.addresses, role.as_ref().ok().copied().unwrap_or(Role::Viewer));
        match (list, role, lifetime, message) {
            (Ok(list), Ok(role), Ok(lifetime), Ok(message)) => Ok(Parsed { list, role, lifetime, message }),
            (list, role, lifetime, message) => {
                let errors = [list.err(), role.err(), lifetime.err(), message.err()];
                Err(Error::Invalid(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// Parses the pasted list.
fn parse_list(text: &str, role: Role) -> Result<Vec<Recipient>, FieldError> {
    let text = text::lines("addresses", text, LIST_MAX)?;
    // The mark that begins a file in Unicode.
    let text = text.replace('\u{feff}', "");
    let list = recipients::parse(&text, role).map_err(|rejected| rejected_lines(&rejected))?;
    match list.len() {
        0 => Err(field_error("addresses", "Enter at least one email address.")),
        count if count > AT_ONCE_MAX => Err(field_error(
            "addresses",
            format!(
                "You can invite up to {AT_ONCE_MAX} people at a time, and these are {count}. Invite the rest afterwards."
            ),
        )),
        _ => Ok(list),
    }
}

/// Joins the rejected lines to one message, a line each.
pub(super) fn rejected_lines(rejected: &[RejectedLine]) -> FieldError {
    const MAX_LINES: usize = 20;
    let mut lines: Vec<_> =
        rejected.iter().take(MAX_LINES).map(|RejectedLine { line, reason }| format!("Line {line}: {reason}")).collect();
    if rejected.len() > MAX_LINES {
        lines.push(format!("And {} more.", rejected.len() - MAX_LINES));
    }
    lines.push("No one was invited yet. Correct the list and send it again.".to_owned());
    field_error("addresses", lines.join("\n"))
}

fn field_error(name: &str, message: impl Into<String>) -> FieldError {
    FieldError { field: name.to_owned(), message: message.into() }
}
