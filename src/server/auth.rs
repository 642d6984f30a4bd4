//! Authentication as a relying party: the authorization-code flow with PKCE (OpenID Connect Core section 3.1), browser
//! sessions, and access tokens.

pub mod access_token;
pub mod bearer;
pub mod end_access;
pub mod grant;
pub mod id_token;
pub mod jws_header;
pub mod jwt;
pub mod keys;
pub mod metadata;
pub mod provider;
pub mod provider_down;
pub mod provision_member;
pub mod recent;
pub mod refresh;
pub mod return_path;
pub mod session;
mod session_record;
pub mod session_store;
pub mod token_endpoint;
pub mod token_organizations;
pub mod tokens;
pub mod userinfo;
pub mod verified_tokens;
