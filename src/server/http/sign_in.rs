//! Handlers of signing in and out: `/login`, `/callback`, `/invitation`, `/logout`, `/backchannel-logout`, and the device's
//! recent organizations.

pub mod backchannel;
pub mod callback;
pub mod invitation;
pub mod login;
pub mod login_transaction;
pub mod logout;
pub mod prompt;
pub mod recent;
