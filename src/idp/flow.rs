//! A login from `/authorize` to the callback: what it still needs, and how it ends.
//!
//! - `screen`: the pages on the way
//! - `needs`: which of them comes next, if any
//! - `login`: a login under way, and how it goes on and ends
//! - `code`: what the client gets in the end

pub mod code;
pub mod consent;
pub mod cookie;
pub mod login;
pub mod next_step;
pub mod proceed;
pub mod screen;
pub mod sign_in;
