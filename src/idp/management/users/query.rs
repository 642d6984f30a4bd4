//! The supported part of Lucene's query language for `q`, as in Auth0's search engine v3:
//!
//! - `field:value`, `field:"a phrase"`, `field:pre*`, and a value without a field, which searches names and addresses
//! - `field:(a OR b)`, `field:[low TO high]`, `field:{low TO high}`, `field:>=low`, `_exists_:field`, `field:*`
//! - `AND`, `OR`, `NOT` with parentheses, and `&&`, `||`, `!`, `-`; the default operator is `OR`
//!
//! Comparisons ignore case.

pub mod ast;
pub mod matching;
mod narrowing;
mod parser;
