//! Who is to be invited, as people paste it: addresses, `Name <address>`, or a table with a header.

use std::collections::HashMap;

use crate::domain::permissions::Role;

/// The most characters of an address (RFC 5321 section 4.5.3.1).
const ADDRESS_MAX: usize = 254;

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// From 1.
    pub line: usize,
    /// As it was typed.
    pub email: String,
    /// In lower case.
    pub address: String,
    pub role: Role,
}

/// What is wrong with a line, for whoever pasted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// From 1.
    pub line: usize,
    pub what: String,
}

/// Reads `text`: addresses between commas, semicolons and line ends, or a table whose first line names a column `email`
/// and perhaps one `role`. Where no role is given, it is `role`. An address that comes twice counts once.
///
/// # Errors
/// Everything that is wrong, in order.
pub fn parse(text: &str, role: Role) -> Result<Vec<Recipient>, Vec<Wrong>> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
    while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
    let header = lines.peek().and_then(|(_, line)| Header::of(line));
    let mut reading = Reading::default();
    if let Some(header) = header {
        lines.next();
        lines.for_each(|(number, line)| header.read(number, line, role, &mut reading));
    } else {
        for (number, line) in lines {
            for field in split(line, &[',', ';', '\t']) {
                reading.add(number, &field, Ok(role));
            }
        }
    }
    if reading.wrong.is_empty() { Ok(reading.recipients) } else { Err(reading.wrong) }
}

/// Where the columns of a table are.
struct Header {
    separator: char,
    email: usize,
    role: Option<usize>,
}

impl Header {
    fn of(line: &str) -> Option<Self> {
        [',', ';', '\t'].into_iter().find_map(|separator| {
            let names: Vec<String> = split(line, &[separator]).iter().map(|name| name.trim().to_lowercase()).collect();
            let at = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
            let email = at(&["email", "e-mail", "email address", "address", "mail"])?;
            Some(Self { separator, email, role: at(&["role"]) })
        })
    }

    fn read(&self, number: usize, line: &str, usual: Role, reading: &mut Reading) {
        if line.trim().is_empty() {
            return;
        }
        let fields = split(line, &[self.separator]);
        let field = |index: usize| fields.get(index).map_or("", |field| field.trim());
        let role = match self.role.map(field) {
            None | Some("") => Ok(usual),
            Some(name) => name.to_lowercase().parse().map_err(|_| {
                let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
                format!("“{name}” is not a role. The roles are {}.", names.join(", "))
            }),
        };
        if field(self.email).is_empty() {
            reading.wrong.push(Wrong { line: number, what: "the address is missing.".to_owned() });
        } else {
            reading.add(number, field(self.email), role);
        }
    }
}

#[derive(Default)]
struct Reading {
    recipients: Vec<Recipient>,
    wrong: Vec<Wrong>,
    /// Places among the recipients, by address.
    known: HashMap<String, usize>,
}

impl Reading {
    fn add(&mut self, line: usize, field: &str, role: Result<Role, String>) {
        let field = field.trim();
        if field.is_empty() {
            return;
        }
        let (email, role) = match (address(field), role) {
            (Some(email), Ok(role)) => (email, role),
            (None, _) => {
                let field: String = field.chars().take(80).collect();
                return self.wrong.push(Wrong { line, what: format!("“{field}” is not an email address.") });
            }
            (_, Err(what)) => return self.wrong.push(Wrong { line, what }),
        };
        let address = email.to_lowercase();
        match self.known.get(&address).map(|place| &self.recipients[*place]) {
            Some(known) if known.role == role => {}
            Some(known) => {
                let what = format!("{email} is on line {} too, with another role.", known.line);
                self.wrong.push(Wrong { line, what });
            }
            None => {
                self.known.insert(address.clone(), self.recipients.len());
                self.recipients.push(Recipient { line, email: email.to_owned(), address, role });
            }
        }
    }
}

/// The fields of a line. In quotes, separators are text; two quotes there are one.
fn split(line: &str, separators: &[char]) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("there is always one");
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

/// The address in `address`, `<address>` or `Name <address>`, if it is one that mail can go to.
fn address(field: &str) -> Option<&str> {
    let address = match field.strip_suffix('>') {
        Some(named) => named.rsplit_once('<')?.1.trim(),
        None => field,
    };
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    let (local, domain) = address.split_once('@')?;
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let good = address.len() <= ADDRESS_MAX
        && (1..=64).contains(&local.len())
        && local.chars().all(is_local)
        && local.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && domain.split('.').all(is_label);
    good.then_some(address)
}

#[cfg(test)]
mod tests;
