//! DNS lookups of TXT records.

mod hickory;
mod resolver;

pub use self::{
    hickory::Hickory,
    resolver::{LookupError, TxtResolver},
};
