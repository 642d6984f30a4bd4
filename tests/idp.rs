//! The built-in identity provider over HTTP, as browsers and applications use it. Files mirror its endpoints.
#![cfg(feature = "ssr")]

#[path = "support/postgres.rs"]
mod postgres;
#[path = "idp/support.rs"]
mod support;

#[path = "idp/smtp.rs"]
mod smtp;

#[path = "idp/account.rs"]
mod account;
#[path = "idp/authorize.rs"]
mod authorize;
#[path = "idp/backchannel.rs"]
mod backchannel;
#[path = "idp/bad_input.rs"]
mod bad_input;
#[path = "idp/client_authentication.rs"]
mod client_authentication;
#[path = "idp/client_credentials.rs"]
mod client_credentials;
#[path = "idp/consent.rs"]
mod consent;
#[path = "idp/console.rs"]
mod console;
#[path = "idp/dialects.rs"]
mod dialects;
#[path = "idp/discovery.rs"]
mod discovery;
#[path = "idp/discovery_by_email.rs"]
mod discovery_by_email;
#[path = "idp/events.rs"]
mod events;
#[path = "idp/federation.rs"]
mod federation;
#[path = "idp/federation_tokens.rs"]
mod federation_tokens;
#[path = "idp/invitation.rs"]
mod invitation;
#[path = "idp/issuers.rs"]
mod issuers;
#[path = "idp/join.rs"]
mod join;
#[path = "idp/keys.rs"]
mod keys;
#[path = "idp/login.rs"]
mod login;
#[path = "idp/logout.rs"]
mod logout;
#[path = "idp/mail.rs"]
mod mail;
#[path = "idp/mailbox.rs"]
mod mailbox;
#[path = "idp/management.rs"]
mod management;
#[path = "idp/organization.rs"]
mod organization;
#[path = "idp/pages.rs"]
mod pages;
#[path = "idp/password_policy.rs"]
mod password_policy;
#[path = "idp/password_reset.rs"]
mod password_reset;
#[path = "idp/revoke.rs"]
mod revoke;
#[path = "idp/signup.rs"]
mod signup;
#[path = "idp/signup_at_once.rs"]
mod signup_at_once;
#[path = "idp/signup_confirmation.rs"]
mod signup_confirmation;
#[path = "idp/token.rs"]
mod token;
#[path = "idp/userinfo.rs"]
mod userinfo;
#[path = "idp/verification.rs"]
mod verification;
