//! Tests of the built-in identity provider over HTTP, as browsers and applications use it. Files mirror its endpoints.
#![cfg(feature = "ssr")]

mod log {
    include!("../support/log.rs");
}
mod postgres {
    include!("../support/postgres.rs");
}
mod snapshot {
    include!("../support/snapshot.rs");
}
mod smtp;
mod support;
mod table {
    include!("../support/access.rs");
}

mod access;
mod account;
mod authorize;
mod backchannel;
mod bad_input;
mod browser_clients;
mod client_authentication;
mod client_credentials;
mod consent;
mod console;
mod database_away;
mod database_roles;
mod demo;
mod dialects;
mod discovery;
mod discovery_by_email;
mod event_log;
mod federation;
mod federation_tokens;
mod host;
mod invitation;
mod issuers;
mod join_rules;
mod keys;
mod login;
mod logout;
mod mail;
mod mail_limits;
mod mailbox;
mod management;
mod organization;
mod outbound;
mod pages;
mod password_policy;
mod password_reset;
mod revoke;
mod secrets;
mod secrets_at_rest;
mod signup;
mod signup_confirmation;
mod signup_without_confirmation;
mod throttle;
mod token;
mod userinfo;
mod verification;
