use std::collections::BTreeMap;

use crate::server::config::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    Config::read(|name| variables.get(name).map(ToString::to_string)).map_err(|error| error.to_string())
}

const AUTH0: [(&str, &str); 5] = [
    ("AUTH0_DOMAIN", "example.eu.auth0.com"),
    ("AUTH0_CLIENT_ID", "client"),
    ("AUTH0_CLIENT_SECRET", "secret"),
    ("AUTH0_AUDIENCE", "https://api.example.com/"),
    ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
];

#[test]
fn a_tenant_requires_its_client_and_a_session_secret() {
    let config = read(&AUTH0).unwrap();
    assert_eq!(config.provider.issuer.as_str(), "https://example.eu.auth0.com/");
    assert!(config.built_in.is_none());
    for (missing, _) in &AUTH0[1..] {
        let rest: Vec<_> = AUTH0.into_iter().filter(|(name, _)| name != missing).collect();
        assert!(read(&rest).unwrap_err().contains(missing), "{missing}");
    }
}

#[test]
fn errors_name_the_invalid_variable() {
    for (name, value) in [
        ("PORT", "http"),
        ("HOST", "localhost"),
        ("APP_BASE_URL", "localhost:3000"),
        ("APP_BASE_URL", "https://example.com/tessera"),
        ("SESSION_SECRET", "short"),
        ("AUTH0_ISSUER_URL", "example"),
        ("DNS_SERVER", "dns.example"),
        ("TRUSTED_PROXIES", "proxy.example"),
    ] {
        let mut variables = AUTH0.to_vec();
        variables.retain(|(other, _)| *other != name);
        variables.push((name, value));
        let error = read(&variables).unwrap_err();
        assert!(error.contains(name) || error.contains(value), "{name}={value}: {error}");
    }
}

#[test]
fn mail_of_the_built_in_provider_needs_a_sender() {
    let secret = ("SESSION_SECRET", AUTH0[4].1);
    let (url, from) = (("IDP_SMTP_URL", "smtp://me:hush@localhost:1025"), ("IDP_MAIL_FROM", "Tessera <a@b.example>"));
    assert!(read(&[secret, from]).unwrap().built_in.unwrap().mail.is_none());
    assert!(read(&[secret, url]).unwrap_err().contains("IDP_MAIL_FROM is not set"));
    let config = read(&[secret, url, from]).unwrap();
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn the_built_in_provider_listens_on_loopback_by_default() {
    let secret = ("SESSION_SECRET", AUTH0[4].1);
    let config = read(&[secret]).unwrap();
    assert!(config.built_in.is_some());
    assert_eq!(config.provider.issuer.as_str(), "http://localhost:4400/");
    assert_eq!(config.provider.client_secret.len(), 43);
    assert!(read(&[secret, ("IDP_ADDR", "0.0.0.0:4400")]).unwrap_err().contains("IDP_ALLOW_PUBLIC"));
    assert!(read(&[secret, ("IDP_ADDR", "0.0.0.0:4400"), ("IDP_ALLOW_PUBLIC", "true")]).is_ok());
    assert!(read(&[secret, ("IDP_OUTBOUND_ALLOW", "10.0.0.0/33")]).unwrap_err().contains("IDP_OUTBOUND_ALLOW"));
    assert!(read(&[secret, ("IDP_HTTPS_ADDR", "0.0.0.0:4443")]).unwrap_err().contains("IDP_HTTPS_ADDR"));
}

#[test]
fn https_changes_the_base_url_and_adds_an_issuer() {
    let config = read(&[("SESSION_SECRET", AUTH0[4].1), ("HTTPS", "true")]).unwrap();
    assert_eq!(config.base_url.as_str(), "https://127.0.0.1:3000/");
    assert_eq!(config.provider.issuer.as_str(), "http://localhost:4400/");
    assert_eq!(config.built_in.unwrap().https.unwrap().issuer.as_str(), "https://localhost:4443/");
    let plain = read(&[("SESSION_SECRET", AUTH0[4].1)]).unwrap();
    assert!(!plain.serves_https && plain.built_in.unwrap().https.is_none());
}

#[test]
fn the_management_api_requires_its_client() {
    let (id, secret) = (("AUTH0_MANAGEMENT_CLIENT_ID", "m2m"), ("AUTH0_MANAGEMENT_CLIENT_SECRET", "hush"));
    let with = |more: &[(&'static str, &'static str)]| read(&[&AUTH0[..], more].concat());
    assert!(with(&[]).unwrap().management.is_none());
    let management = with(&[id, secret]).unwrap().management.unwrap();
    assert_eq!(management.audience, "https://example.eu.auth0.com/api/v2/");
    assert_eq!(management.api.as_str(), management.audience);
    assert!(with(&[id]).unwrap_err().contains("AUTH0_MANAGEMENT_CLIENT_SECRET is not set"));
    assert!(with(&[secret]).unwrap_err().contains("AUTH0_MANAGEMENT_CLIENT_ID is not set"));
    let elsewhere = ("AUTH0_MANAGEMENT_AUDIENCE", "https://tenant.eu.auth0.com/api/v2/");
    assert_eq!(with(&[id, secret, elsewhere]).unwrap().management.unwrap().api.as_str(), elsewhere.1);
    assert!(with(&[id, secret, ("AUTH0_MANAGEMENT_AUDIENCE", "api/v2")]).is_err());
    let built_in = read(&[("SESSION_SECRET", AUTH0[4].1)]).unwrap().management.unwrap();
    assert_eq!((built_in.api.as_str(), built_in.client_secret.len()), ("http://localhost:4400/api/v2/", 43));
}

#[test]
fn the_dns_server_has_a_default_port() {
    let dns = |text| read(&[("SESSION_SECRET", AUTH0[4].1), ("DNS_SERVER", text)]).unwrap().dns_server;
    assert_eq!(dns(""), None);
    assert_eq!(dns("127.0.0.1:5353").unwrap().to_string(), "127.0.0.1:5353");
    assert_eq!(dns("192.0.2.1").unwrap().to_string(), "192.0.2.1:53");
    assert_eq!(dns("::1").unwrap().to_string(), "[::1]:53");
}
