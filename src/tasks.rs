//! Tasks: what is to be done, and how far it has come.

pub mod activity;
pub mod event;
pub mod facts;
pub mod field;
pub mod filter;
pub mod functions;
pub mod lane;
pub mod links;
pub mod merge;
pub mod model;
pub mod page;
pub mod priority;
pub mod priority_mark;
pub mod query;
pub mod selection;
pub mod toast;
