//! What is typed to invite people.

use super::recipients::{self, Recipient, Wrong};
use crate::{
    domain::{
        errors::FieldError,
        organizations::people::{AT_ONCE_MAX, Lifetime, MESSAGE_MAX},
        permissions::Role,
    },
    server::{error::Error, services::text},
};

/// The most characters of a list.
const LIST_MAX: usize = 50_000;

/// What was filled in to invite people.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    /// Addresses, or a table.
    pub addresses: &'a str,
    /// For those whom the table gives none.
    pub role: &'a str,
    pub message: &'a str,
    /// In days.
    pub lifetime: &'a str,
}

/// The same, understood.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub list: Vec<Recipient>,
    /// For those whom the table gave none.
    pub role: Role,
    pub lifetime: Lifetime,
    pub message: String,
}

impl Form<'_> {
    /// Everything, or all that is wrong with it.
    pub(super) fn parse(&self) -> Result<Parsed, Error> {
        let role = self.role.parse::<Role>().map_err(|_| field("role", "Choose a role."));
        let lifetime =
            Lifetime::parse(self.lifetime).ok_or_else(|| field("lifetime", "Choose how long it can be accepted."));
        let message = text::lines("message", self.message.trim(), MESSAGE_MAX);
        let list = list(self.addresses, role.as_ref().ok().copied().unwrap_or(Role::Viewer));
        match (list, role, lifetime, message) {
            (Ok(list), Ok(role), Ok(lifetime), Ok(message)) => Ok(Parsed { list, role, lifetime, message }),
            (list, role, lifetime, message) => {
                let errors = [list.err(), role.err(), lifetime.err(), message.err()];
                Err(Error::Invalid(errors.into_iter().flatten().collect()))
            }
        }
    }
}

/// The list that was pasted.
fn list(text: &str, role: Role) -> Result<Vec<Recipient>, FieldError> {
    let text = text::lines("addresses", text, LIST_MAX)?;
    let list = recipients::parse(&text, role).map_err(|wrong| wrong_lines(&wrong))?;
    match list.len() {
        0 => Err(field("addresses", "Enter at least one email address.")),
        count if count > AT_ONCE_MAX => Err(field(
            "addresses",
            format!("Invite at most {AT_ONCE_MAX} people at once; these are {count}. Send the rest afterwards."),
        )),
        _ => Ok(list),
    }
}

/// One message, a line for each.
pub(super) fn wrong_lines(wrong: &[Wrong]) -> FieldError {
    const MOST: usize = 20;
    let mut lines: Vec<_> =
        wrong.iter().take(MOST).map(|Wrong { line, what }| format!("Line {line}: {what}")).collect();
    if wrong.len() > MOST {
        lines.push(format!("And {} more.", wrong.len() - MOST));
    }
    lines.push("Nobody was invited yet: correct the list and send it again.".to_owned());
    field("addresses", lines.join("\n"))
}

fn field(name: &str, message: impl Into<String>) -> FieldError {
    FieldError { field: name.to_owned(), message: message.into() }
}
