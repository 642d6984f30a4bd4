//! Filter of tasks. Conditions on different fields must all hold; of several values of one field, one must match. A
//! filter is part of the query string ([`crate::domain::query`]), and is evaluated by the database
//! (`server::repo::tasks`) and in memory ([`Filter::matches`]).

mod conditions;
mod matching;

pub use self::{
    conditions::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who},
    matching::MatchContext,
};
