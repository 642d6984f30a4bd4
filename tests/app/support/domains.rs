//! Organizations that prove domains.

use chrono::TimeDelta;
use tessera::domain::organizations::email_domains::{DomainDetails, DomainState};

use super::{Answer, Browser, Dns, Organization, Person, Settings, TestApp};

/// An application that asks a name server of the test's own.
pub async fn with_dns() -> (TestApp, Dns) {
    let dns = Dns::start().await;
    let settings = Settings { manages: true, dns: Some(dns.address), ..Settings::default() };
    (TestApp::spawn_with(settings).await, dns)
}

/// Where the record of `domain` is looked for.
pub fn host(domain: &str) -> String {
    format!("_tessera-challenge.{domain}")
}

/// Sends the form as a browser without WASM does.
pub async fn add(browser: &Browser, org: Organization, domain: &str) -> Answer {
    let page = format!("/o/{}/settings/domains", org.slug);
    browser.post_form(&page, "/fn/add_domain", &[("org", org.slug), ("domain", domain)]).await
}

/// The domain as its page has it.
pub async fn details(browser: &Browser, org: Organization, domain: &str) -> DomainDetails {
    browser.ask("get_domain", &[("org", org.slug), ("domain", domain)]).await.unwrap()
}

/// Looks for the record, a moment after the last time.
pub async fn check(app: &TestApp, browser: &Browser, org: Organization, domain: &str) -> DomainDetails {
    app.clock.advance(TimeDelta::seconds(4));
    browser.call::<()>("check_domain", &[("org", org.slug), ("domain", domain)]).await.unwrap();
    details(browser, org, domain).await
}

/// Adds `domain`, publishes its record and has it checked.
pub async fn prove(app: &TestApp, dns: &Dns, browser: &Browser, org: Organization, domain: &str) {
    add(browser, org, domain).await.assert_status(303);
    let value = details(browser, org, domain).await.value;
    dns.texts(&host(domain), &["v=spf1 -all", &value]);
    assert_eq!(check(app, browser, org, domain).await.summary.state, DomainState::Verified);
}

/// Says how people join by `domain`, with discovery.
pub async fn open(browser: &Browser, org: Organization, domain: &str, mode: &str, role: &str) {
    let fields = [("org", org.slug), ("domain", domain), ("mode", mode), ("role", role), ("discoverable", "true")];
    browser.call::<()>("change_domain", &fields).await.unwrap();
}

/// Signs `person` in, in no organization, with this address, which the provider has verified or not.
pub async fn sign_in_as(app: &TestApp, browser: &Browser, person: Person, email: &str, is_verified: bool) -> Answer {
    let authorization = browser.begin("").await;
    let mut grant = authorization.grant(&app.provider, person);
    grant.id_token.set("email", email).set("email_verified", is_verified);
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await
}
