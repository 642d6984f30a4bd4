//! Filter of tasks. All conditions must hold. A condition with several values holds if one of the values matches. A
//! filter is part of the query string ([`crate::domain::query`]), and is evaluated by the database
//! (`server::repo::tasks`) and in memory ([`Filter::matches`]).

mod conditions;
mod matching;

pub use self::{
    conditions::{Archived, Day, Filter, Parent, Presence, Span, Tag, Who},
    matching::MatchContext,
};
