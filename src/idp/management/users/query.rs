//! The part of Lucene's query language that `q` understands, as Auth0's search engine v3 has it:
//!
//! - `field:value`, `field:"a phrase"`, `field:pre*`, and a value alone for the fields that name somebody
//! - `field:(a OR b)`, `field:[low TO high]`, `field:{low TO high}`, `field:>=low`, `_exists_:field`, `field:*`
//! - `AND`, `OR`, `NOT` with parentheses, and `&&`, `||`, `!`, `-`; without any of them, `OR` is meant
//!
//! Text is compared without regard to case.

pub mod ast;
pub mod matching;
mod narrowing;
mod parser;
