//! Syntax tree of a query.

#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    Exists(String),
    /// A condition on a field. Without a field, it searches names and addresses.
    Term(Option<String>, Test),
}

/// A condition on a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// The value equals this text, which is in lower case.
    Is(String),
    /// The value matches this pattern, which is in lower case: `*` is any text, `?` is one character.
    Like(String),
    Between {
        low: Option<Bound>,
        high: Option<Bound>,
    },
}

/// Lower or upper bound of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub value: String,
    /// Whether the range includes the bound.
    pub inclusive: bool,
}
