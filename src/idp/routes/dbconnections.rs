//! `/dbconnections`: the part of the Authentication API for users of database connections.

pub mod change_password;
mod check;
mod error;
pub mod signup;
