//! Tessera as a relying party: sign-in by the authorization-code flow with PKCE (OpenID Connect Core section 3.1), and
//! what a browser session holds afterwards.

pub mod attempt;
pub mod backchannel;
pub mod bearer;
pub mod callback;
pub mod enrol;
pub mod invitation;
mod jwt;
pub mod keys;
pub mod login;
pub mod logout;
pub mod oidc;
pub mod prompt;
pub mod provider;
pub mod recent;
pub mod refresh;
pub mod return_path;
pub mod session;
pub mod session_store;
pub mod tokens;
