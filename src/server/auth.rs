//! Tessera as a relying party: sign-in by the authorization-code flow with PKCE (OpenID Connect Core section 3.1), and
//! what a browser session holds afterwards.

pub mod bearer;
pub mod grant;
pub mod jwt;
pub mod keys;
pub mod oidc;
pub mod provider;
pub mod provision_member;
pub mod refresh;
pub mod return_path;
pub mod session;
pub mod session_store;
pub mod tokens;
