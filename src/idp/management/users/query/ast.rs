//! A parsed query.

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Exists(String),
    /// Without a field, those that name somebody.
    Term(Option<String>, Test),
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// In lower case.
    Is(String),
    /// The same with `*` for anything and `?` for one character.
    Like(String),
    Between {
        low: Option<Bound>,
        high: Option<Bound>,
    },
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub value: String,
    /// Whether the value itself is within.
    pub inclusive: bool,
}
