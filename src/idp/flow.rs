//! A login from `/authorize` to the callback.
//!
//! - `screen`: pages and steps of a login
//! - `next_step`: computes the next step
//! - `login`: opens a pending login
//! - `proceed`: carries out a step
//! - `sign_in`: signs a user in and continues the login
//! - `code`: issues the authorization code
//! - `consent`: decides whether consent is needed
//! - `redirect`: redirects between the pages of a login
//! - `issuer`: redirects to the login page of another issuer
//! - `sign_out`: ends the session

pub mod code;
pub mod consent;
pub mod cookie;
pub mod issuer;
pub mod login;
pub mod next_step;
pub mod proceed;
pub mod redirect;
pub mod screen;
pub mod sign_in;
pub mod sign_out;
