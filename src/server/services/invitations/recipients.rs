//! Parses the recipients of invitations as people paste them: addresses, `Name <address>`, or a table with a header.

use std::collections::HashMap;

use crate::{domain::permissions::Role, kernel::email_address::EmailAddress};

/// A person to invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Line number, counted from 1.
    pub line: usize,
    /// The address as it was typed.
    pub email: String,
    /// The address in canonical form.
    pub address: String,
    pub role: Role,
}

/// A line that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// Line number, counted from 1.
    pub line: usize,
    pub reason: String,
}

/// Parses `text`: addresses separated by commas, semicolons and line ends, or a table whose header has a column `email`
/// and optionally `role`. `role` is the default. Duplicate addresses count once.
///
/// # Errors
/// All rejected lines, in order.
pub fn parse(text: &str, role: Role) -> Result<Vec<Recipient>, Vec<RejectedLine>> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
    while lines.next_if(|(_, line)| line.trim().is_empty() || names_separator(line)).is_some() {}
    let header = lines.peek().and_then(|(_, line)| Header::of(line));
    let mut parser = ListParser::default();
    if let Some(header) = header {
        lines.next();
        lines.for_each(|(number, line)| header.read(number, line, role, &mut parser));
    } else {
        for (number, line) in lines {
            for field in split(line, &[',', ';', '\t']) {
                parser.add(number, &field, Ok(role));
            }
        }
    }
    if parser.rejected.is_empty() { Ok(parser.recipients) } else { Err(parser.rejected) }
}

/// Whether a spreadsheet names its separator in this line, as in `sep=;`.
fn names_separator(line: &str) -> bool {
    let line = line.trim().trim_matches('"');
    line.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("sep="))
}

/// The columns of a table.
struct Header {
    separator: char,
    email: usize,
    role: Option<usize>,
}

impl Header {
    fn of(line: &str) -> Option<Self> {
        [',', ';', '\t'].into_iter().find_map(|separator| {
            let names: Vec<String> = split(line, &[separator]).iter().map(|name| name.trim().to_lowercase()).collect();
            let column = |accepted: &[&str]| names.iter().position(|name| accepted.contains(&name.as_str()));
            let email = column(&["email", "e-mail", "email address", "address", "mail"])?;
            Some(Self { separator, email, role: column(&["role"]) })
        })
    }

    fn read(&self, number: usize, line: &str, default_role: Role, parser: &mut ListParser) {
        if line.trim().is_empty() {
            return;
        }
        let fields = split(line, &[self.separator]);
        let field = |index: usize| fields.get(index).map_or("", |field| field.trim());
        let role = match self.role.map(field) {
            None | Some("") => Ok(default_role),
            Some(name) => name.to_lowercase().parse().map_err(|_| {
                let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
                format!("“{name}” is not a role. The roles are {}.", names.join(", "))
            }),
        };
        if field(self.email).is_empty() {
            parser.rejected.push(RejectedLine { line: number, reason: "the email address is missing.".to_owned() });
        } else {
            parser.add(number, field(self.email), role);
        }
    }
}

#[derive(Default)]
struct ListParser {
    recipients: Vec<Recipient>,
    rejected: Vec<RejectedLine>,
    /// Index in `recipients` by address.
    index_by_address: HashMap<String, usize>,
}

impl ListParser {
    fn add(&mut self, line: usize, field: &str, role: Result<Role, String>) {
        let field = field.trim();
        if field.is_empty() {
            return;
        }
        let email = plain(field);
        let (address, role) = match (EmailAddress::parse(email), role) {
            (Some(address), Ok(role)) => (address.to_string(), role),
            (None, _) => {
                let field: String = field.chars().take(80).collect();
                return self
                    .rejected
                    .push(RejectedLine { line, reason: format!("“{field}” is not an email address.") });
            }
            (_, Err(reason)) => return self.rejected.push(RejectedLine { line, reason }),
        };
        match self.index_by_address.get(&address).map(|index| &self.recipients[*index]) {
            Some(previous) if previous.role == role => {}
            Some(previous) => {
                let reason = format!("{email} is also on line {}, with another role.", previous.line);
                self.rejected.push(RejectedLine { line, reason });
            }
            None => {
                self.index_by_address.insert(address.clone(), self.recipients.len());
                self.recipients.push(Recipient { line, email: email.to_owned(), address, role });
            }
        }
    }
}

/// Splits a line into fields. Separators within quotes are text; two quotes there are one.
fn split(line: &str, separators: &[char]) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("the list starts with one field");
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => is_quoted = !is_quoted,
            separator if !is_quoted && separators.contains(&separator) => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}

/// Extracts the address from `address`, `<address>` or `Name <address>`.
fn plain(field: &str) -> &str {
    let address = match field.strip_suffix('>').and_then(|named| named.rsplit_once('<')) {
        Some((_, address)) => address.trim(),
        None => field,
    };
    address.strip_prefix("mailto:").unwrap_or(address)
}

#[cfg(test)]
mod tests;
