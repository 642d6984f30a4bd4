//! The part of Lucene's query language that `q` understands, as Auth0's search engine v3 has it:
//!
//! - `field:value`, `field:"a phrase"`, `field:pre*`, and a value alone for the fields that name somebody
//! - `field:(a OR b)`, `field:[low TO high]`, `field:{low TO high}`, `field:>=low`, `_exists_:field`, `field:*`
//! - `AND`, `OR`, `NOT` with parentheses, and `&&`, `||`, `!`, `-`; without any of them, `OR` is meant
//!
//! Text is compared without regard to case.

mod matching;
mod narrowing;
mod parser;

pub use self::{matching::value_of, parser::ParseError};

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

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`ParseError`], which says what was not expected.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parser::parse(text)
    }
}
