//! Sign-in and sign-out handlers: `/login`, `/callback`, `/invitation`, `/logout`, `/backchannel-logout`, and the
//! device's recent organizations.

mod authorization;
pub mod backchannel;
pub mod callback;
pub mod forget_recent;
pub mod invitation;
pub mod invitation_link;
pub mod login;
pub mod login_query;
mod login_transaction;
pub mod logout;
pub mod prompt;
