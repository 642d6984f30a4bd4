use crate::server::config::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::read(&variables).map_err(|error| error.to_string())
}

/// Reads a configuration with the built-in provider.
fn read_built_in(variables: &[(&str, &str)]) -> Result<Config, String> {
    read(&[&[("SESSION_SECRET", AUTH0[4].1)][..], variables].concat())
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
fn the_issuer_is_kept_as_text() {
    let with = |issuer: &str| read(&[&AUTH0[1..], &[("AUTH0_ISSUER_URL", issuer)]].concat());
    for issuer in [
        "https://accounts.google.com",
        "https://example.okta.com/oauth2/default",
        "https://id.example:8443",
        "https://id.example:443/",
        "https://ID.example/realms/a%2Fb/",
        "http://localhost:8080/default",
    ] {
        let config = with(issuer).unwrap();
        assert_eq!(config.provider.issuer.as_str(), issuer);
    }
    let manage = [("AUTH0_MANAGEMENT_CLIENT_ID", "m2m"), ("AUTH0_MANAGEMENT_CLIENT_SECRET", "hush")];
    for (issuer, api) in [
        ("https://id.example", "https://id.example/api/v2/"),
        ("https://id.example/tenant", "https://id.example/tenant/api/v2/"),
        ("https://id.example/tenant/", "https://id.example/tenant/api/v2/"),
    ] {
        let config = read(&[&AUTH0[1..], &manage, &[("AUTH0_ISSUER_URL", issuer)]].concat()).unwrap();
        assert_eq!(config.management.unwrap().api.as_str(), api, "{issuer}");
    }
    for wrong in
        ["https://id.example/?x", "https://id.example#x", "https://a@id.example/", "ftp://id.example", "id.example"]
    {
        assert!(with(wrong).unwrap_err().contains("is not the address of an issuer"), "{wrong}");
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
        ("LISTEN_DATABASE_URL", "sqlite://data/tessera.db"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("METRICS_ADDR", "9464"),
        ("METRICS_ADDR", "localhost:9464"),
        ("METRICS_ALLOW_PUBLIC", "yes"),
        ("SQLITE_SYNCHRONOUS", "off"),
        ("SQLITE_SYNCHRONOUS", "FULL "),
    ] {
        let mut variables = AUTH0.to_vec();
        variables.retain(|(other, _)| *other != name);
        variables.push((name, value));
        let error = read(&variables).unwrap_err();
        assert!(error.contains(name) || error.contains(value), "{name}={value}: {error}");
    }
}

#[test]
fn commits_on_sqlite_reach_the_disk_when_the_operator_says() {
    let durability = |value| read_built_in(&[("SQLITE_SYNCHRONOUS", value)]).unwrap().durability;
    assert_eq!(
        [durability(""), durability("normal"), durability("full")],
        [Durability::Normal, Durability::Normal, Durability::Full]
    );
}

#[test]
fn metrics_are_off_and_on_loopback_unless_the_operator_decides() {
    let read = |more: &[(&str, &str)]| read(&[&AUTH0[..], more].concat()).map(|config| config.metrics);
    let public = ("METRICS_ADDR", "0.0.0.0:9464");
    assert_eq!(read(&[]).unwrap(), None);
    assert_eq!(read(&[("METRICS_ALLOW_PUBLIC", "true")]).unwrap(), None);
    for loopback in ["127.0.0.1:9464", "[::1]:9464"] {
        assert_eq!(read(&[("METRICS_ADDR", loopback)]).unwrap(), loopback.parse().ok());
    }
    for refused in [&[public][..], &[public, ("METRICS_ALLOW_PUBLIC", "false")]] {
        let error = read(refused).unwrap_err();
        assert!(error.contains("0.0.0.0:9464, which others can reach") && error.contains("METRICS_ALLOW_PUBLIC=true"));
    }
    assert_eq!(read(&[public, ("METRICS_ALLOW_PUBLIC", "true")]).unwrap(), public.1.parse().ok());
    assert!(read(&[("METRIC_ADDR", "127.0.0.1:9464")]).unwrap_err().contains("METRICS_ADDR"));
}

#[test]
fn mail_of_the_built_in_provider_needs_a_sender() {
    let secret = ("SESSION_SECRET", AUTH0[4].1);
    let (url, from) = (("IDP_SMTP_URL", "smtp://me:hush@localhost:1025"), ("IDP_MAIL_FROM", "Tessera <a@b.example>"));
    assert!(read(&[secret]).unwrap().built_in.unwrap().mail.is_none());
    assert!(read(&[secret, from]).unwrap_err().contains("IDP_SMTP_URL is not"));
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

#[test]
fn the_demo_starts_by_itself_only_where_nobody_else_can_reach_it() {
    assert!(read_built_in(&[]).unwrap().is_demo());
    for ports in [
        &[("PORT", "3100"), ("IDP_ADDR", "127.0.0.1:4500"), ("IDP_HTTPS_ADDR", "[::1]:4543")][..],
        &[("HOST", "::1"), ("APP_BASE_URL", "http://tessera.localhost:3000")],
        &[("HTTPS", "true"), ("IDP_ALLOW_PUBLIC", "false")],
        &[("AUTH0_CLIENT_SECRET", "secret"), ("AUTH0_MANAGEMENT_CLIENT_SECRET", "hush")],
        &[("IDP_BASE_URL", "http://127.0.0.1:4400")],
        &[("AUTH0_DOMAIN", "")],
    ] {
        assert!(read_built_in(ports).unwrap().is_demo(), "{ports:?}");
    }
    for public in [
        &[("IDP_ALLOW_PUBLIC", "true")][..],
        &[("HOST", "0.0.0.0")],
        &[("HOST", "::")],
        &[("HOST", "192.0.2.1")],
        &[("IDP_ADDR", "0.0.0.0:4400"), ("IDP_ALLOW_PUBLIC", "true")],
        &[("IDP_HTTPS_ADDR", "0.0.0.0:4443"), ("IDP_ALLOW_PUBLIC", "true")],
        &[("APP_BASE_URL", "https://tessera.example")],
        &[("APP_BASE_URL", "http://localhost.example")],
        &[("IDP_BASE_URL", "https://id.example")],
    ] {
        assert!(!read_built_in(public).unwrap().is_demo(), "{public:?}");
        let error = read_built_in(&[public, &[("IDP_DEMO", "true")]].concat()).unwrap_err();
        assert!(error.starts_with("IDP_DEMO is true, but ") && error.contains(public.last().unwrap().0), "{error}");
    }
}

#[test]
fn the_demo_is_switched_explicitly() {
    assert!(read_built_in(&[("IDP_DEMO", "true")]).unwrap().is_demo());
    assert!(!read_built_in(&[("IDP_DEMO", "false")]).unwrap().is_demo());
    assert!(read_built_in(&[("IDP_DEMO", "yes")]).unwrap_err().contains("IDP_DEMO is “yes”"));
    assert!(read_built_in(&[("IDP_ALLOW_PUBLIC", "1")]).unwrap_err().contains("IDP_ALLOW_PUBLIC is “1”"));
    let own = |demo| read(&[&AUTH0[..], &[("IDP_DEMO", demo)]].concat());
    assert!(own("true").unwrap_err().contains("IDP_DEMO is true, but AUTH0_DOMAIN"));
    assert!(!own("false").unwrap().is_demo());
}

#[test]
fn the_built_in_provider_has_a_public_address_with_tls() {
    let config = read_built_in(&[("IDP_BASE_URL", "https://id.example")]).unwrap();
    assert_eq!(config.provider.issuer.as_str(), "https://id.example/");
    assert_eq!(config.management.unwrap().api.as_str(), "https://id.example/api/v2/");
    assert!(read_built_in(&[("IDP_BASE_URL", "http://id.example")]).unwrap_err().contains("clear text"));
    assert!(read_built_in(&[("IDP_BASE_URL", "https://id.example/x")]).unwrap_err().contains("IDP_BASE_URL"));
}

#[test]
fn misspelt_names_are_refused_with_the_nearest_name() {
    for (wrong, right) in [
        ("AUTH0_DOMIAN", "AUTH0_DOMAIN"),
        ("AUTH0_ISSUER", "AUTH0_ISSUER_URL"),
        ("AUTHO_DOMAIN", "AUTH0_DOMAIN"),
        ("auth0_domain", "AUTH0_DOMAIN"),
        ("AUTH0_MANAGMENT_CLIENT_SECRET", "AUTH0_MANAGEMENT_CLIENT_SECRET"),
        ("IDP_ALOW_PUBLIC", "IDP_ALLOW_PUBLIC"),
        ("IDP_DEMO_MODE", "IDP_DEMO"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("SESSION_SECRETS", "SESSION_SECRET"),
        ("APP_BASEURL", "APP_BASE_URL"),
    ] {
        // Without SESSION_SECRET, which is generated only after the names are checked.
        let error = read(&[(wrong, "value")]).unwrap_err();
        assert!(error.contains(wrong) && error.contains(right), "{error}");
    }
}

#[test]
fn names_of_other_programs_are_no_mistakes() {
    for name in
        ["PATH", "DATABASE_URL_TEST", "HOSTNAME", "PORTS", "LOGNAME", "APP_ENV", "TESSERA_DATA", "LEPTOS_OUTPUT_NAME"]
    {
        assert!(read_built_in(&[(name, "value")]).is_ok(), "{name}");
    }
    // A name that resembles one that is set belongs to somebody else.
    assert!(read_built_in(&[("DATABASE_URI", "x"), ("DATABASE_URL", "sqlite://x.db")]).is_ok());
    // Those of the tools for Auth0 tenants do not.
    assert!(read_built_in(&[("AUTH0_API_TOKEN", "x")]).unwrap_err().contains("another program"));
}

#[test]
fn variables_of_a_tenant_without_its_domain_are_refused() {
    for name in ["AUTH0_CLIENT_ID", "AUTH0_AUDIENCE", "AUTH0_MANAGEMENT_AUDIENCE"] {
        let error = read_built_in(&[(name, "https://x.example/")]).unwrap_err();
        assert!(error.contains(name) && error.contains("neither AUTH0_DOMAIN nor AUTH0_ISSUER_URL"), "{error}");
    }
    let without_domain: Vec<_> = AUTH0.into_iter().filter(|(name, _)| *name != "AUTH0_DOMAIN").collect();
    assert!(read(&without_domain).unwrap_err().contains("AUTH0_DOMAIN"));
    let (id, secret) = (("AUTH0_MANAGEMENT_CLIENT_ID", "m2m"), ("AUTH0_MANAGEMENT_CLIENT_SECRET", "hush"));
    assert!(read_built_in(&[id]).unwrap_err().contains("AUTH0_MANAGEMENT_CLIENT_SECRET is not set"));
    assert!(read_built_in(&[id, secret]).is_ok());
    let audience = ("AUTH0_MANAGEMENT_AUDIENCE", "https://x.example/api/v2/");
    let error = read(&[&AUTH0[..], &[audience]].concat()).unwrap_err();
    assert!(error.contains("AUTH0_MANAGEMENT_CLIENT_ID is not set, but AUTH0_MANAGEMENT_AUDIENCE is"), "{error}");
}

#[test]
fn a_domain_is_no_address() {
    for domain in ["https://example.eu.auth0.com", "example.eu.auth0.com/", "me@example.eu.auth0.com", "a b"] {
        let mut variables = AUTH0.to_vec();
        variables[0].1 = domain;
        assert!(read(&variables).unwrap_err().contains("AUTH0_DOMAIN is"), "{domain}");
    }
}
