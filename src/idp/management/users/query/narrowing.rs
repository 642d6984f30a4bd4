//! Derives a database filter from a query, so that the search need not read all users.

use crate::idp::{
    management::users::query::ast::{Query, Test},
    store::profiles::Filter,
};

/// Maximum number of characters in a `LIKE` pattern, because databases limit its length.
const MAX_LENGTH: usize = 100;

impl Query {
    /// Returns a filter that matches all users that the query matches, and possibly more.
    pub fn narrowed(&self) -> Filter {
        let mut filter = Filter::default();
        self.narrow(&mut filter);
        filter
    }

    fn narrow(&self, filter: &mut Filter) {
        match self {
            Self::All(queries) => queries.iter().for_each(|query| query.narrow(filter)),
            Self::Term(Some(field), test) => match (field.as_str(), test) {
                // Addresses are stored in lower case.
                ("email", Test::Is(email)) => filter.email = Some(email.clone()),
                ("email", test) => filter.email_like = pattern(test).or(filter.email_like.take()),
                ("email.domain", test) => {
                    let ending = pattern(test).map(|pattern| format!("%@{pattern}"));
                    filter.email_like = ending.or(filter.email_like.take());
                }
                ("user_id", test) => filter.id_like = pattern(test).or(filter.id_like.take()),
                ("name", test) => filter.name_like = pattern(test).or(filter.name_like.take()),
                ("identities.connection", test) => {
                    filter.connection_like = pattern(test).or(filter.connection_like.take());
                }
                _ => {}
            },
            Self::Any(_) | Self::Not(_) | Self::Exists(_) | Self::Term(None, _) => {}
        }
    }
}

/// Builds a `LIKE` pattern that matches the lower-case form of every value that `wanted` accepts.
///
/// Databases convert to lower case differently from Rust, and by locale. So the pattern ends before the first letter
/// that is not ASCII. In place of `i` and `k` it accepts any character: in Turkish the lower case of `I` has no dot,
/// and the lower case of the Kelvin sign is `k`.
fn pattern(wanted: &Test) -> Option<String> {
    let (literal, is_whole) = match wanted {
        Test::Is(text) => (text.clone(), true),
        Test::Like(text) => (beginning(text), false),
        Test::Between { .. } => return None,
    };
    let mut pattern = String::new();
    for (index, character) in literal.chars().enumerate() {
        match character {
            _ if index == MAX_LENGTH || !character.is_ascii() => return Some(pattern + "%"),
            'i' | 'k' => pattern.push('_'),
            '%' | '_' | '\\' => pattern.extend(['\\', character]),
            character => pattern.push(character),
        }
    }
    if !is_whole {
        pattern.push('%');
    }
    Some(pattern)
}

/// Returns the text before the first wildcard.
fn beginning(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' | '?' => break,
            '\\' => plain.extend(characters.next()),
            character => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_and_narrows() {
        let narrowed = |text: &str| Query::parse(text).unwrap().narrowed();
        let some = |text: &str| Some(text.to_owned());
        let everybody = Filter::default();
        for (text, expected) in [
            ("email:Ann@x.example", Filter { email: some("ann@x.example"), ..everybody.clone() }),
            ("email:an*n@*", Filter { email_like: some("an%"), ..everybody.clone() }),
            ("email.domain:x.example", Filter { email_like: some("%@x.example"), ..everybody.clone() }),
            (r"name:50%_\\*", Filter { name_like: some(r"50\%\_\\%"), ..everybody.clone() }),
            ("name:Jo\u{e5}nna", Filter { name_like: some("jo%"), ..everybody.clone() }),
            ("name:mike", Filter { name_like: some("m__e"), ..everybody.clone() }),
            (
                "user_id:auth0|1 AND (identities.connection:db AND blocked:true)",
                Filter { id_like: some("auth0|1"), connection_like: some("db"), ..everybody.clone() },
            ),
        ] {
            assert_eq!(narrowed(text), expected, "{text}");
        }
        for text in ["email:a OR email:b", "NOT email:a", "ann", "email:*", "email:(a OR b)", "name:[a TO b]", "plan:a"]
        {
            assert_eq!(narrowed(text), everybody, "{text}");
        }
        let long = narrowed(&format!("name:{}", "a".repeat(1000))).name_like.unwrap();
        assert_eq!(long, format!("{}%", "a".repeat(100)));
    }
}
