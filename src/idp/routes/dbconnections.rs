//! `/dbconnections`: users of database connections through the Authentication API.

pub mod change_password;
mod check;
mod error;
pub mod signup;
