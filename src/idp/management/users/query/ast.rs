//! A parsed query.

#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Exists(String),
    /// Without a field, searches names and addresses.
    Term(Option<String>, Test),
}

/// Condition on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// In lower case.
    Is(String),
    /// In lower case, with `*` for any text and `?` for one character.
    Like(String),
    Between {
        low: Option<Bound>,
        high: Option<Bound>,
    },
}

/// End of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub value: String,
    /// Whether the range includes the value.
    pub inclusive: bool,
}
