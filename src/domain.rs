//! Types, parsing, rules and display texts shared by server and browser. No Leptos, SQL or HTTP.
//!
//! What only the server uses is behind the feature `ssr`, so that the compiler finds unused code in the browser's build
//! too.

pub mod board;
pub mod dates;
pub mod errors;
pub mod fold;
#[cfg(feature = "ssr")]
pub mod ids;
pub mod inbox;
pub mod isolate;
pub mod keys;
pub mod length;
pub mod letter_case;
pub mod list;
pub mod live;
pub mod missing_field;
pub mod my_work;
pub mod organizations;
pub mod permissions;
pub mod projects;
pub mod query;
pub mod saved_views;
pub mod search;
pub mod tasks;
pub mod trash;
pub mod unknown_name;
