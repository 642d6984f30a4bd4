//! Domains of organizations.

use chrono::TimeDelta;
use tessera::testing::domain::organizations::email_domains::{DomainDetails, DomainState, Domains};

use super::{
    Answer, Browser, Dns, Member, Outcome, Person, Settings, TestApp,
    functions::{AddDomain, ChangeDomain, CheckDomain, GetDomain, GetDomains, RemoveDomain},
};

/// Starts an application that uses a name server controlled by the test.
pub async fn with_dns() -> (TestApp, Dns) {
    let dns = Dns::start().await;
    let settings = Settings { manages: true, dns: Some(dns.address), ..Settings::default() };
    (TestApp::spawn_with(settings).await, dns)
}

/// Returns the host of the DNS record that verifies `domain`.
pub fn host(domain: &str) -> String {
    format!("_tessera-challenge.{domain}")
}

/// Domain settings of an organization.
impl Member {
    /// Submits the form that adds a domain, as a browser without WASM does.
    pub async fn send_domain(&self, domain: &str) -> Answer {
        let org = self.organization.slug;
        let page = format!("/o/{org}/settings/domains");
        self.submit::<AddDomain>(&page, &[("org", org), ("domain", domain)]).await
    }

    pub async fn add_domain(&self, domain: &str) -> Outcome<()> {
        self.call(AddDomain { org: self.org(), domain: domain.to_owned() }).await
    }

    pub async fn domain(&self, domain: &str) -> Outcome<DomainDetails> {
        self.call(GetDomain { org: self.org(), domain: domain.to_owned() }).await
    }

    pub async fn domains(&self) -> Outcome<Domains> {
        self.call(GetDomains { org: self.org() }).await
    }

    pub async fn check_domain(&self, domain: &str) -> Outcome<()> {
        self.call(CheckDomain { org: self.org(), domain: domain.to_owned() }).await
    }

    pub async fn remove_domain(&self, domain: &str) -> Outcome<()> {
        self.call(RemoveDomain { org: self.org(), domain: domain.to_owned() }).await
    }

    /// Sets the join mode and the role of a domain, and whether the provider uses the domain for discovery.
    pub async fn change_domain(&self, domain: &str, mode: &str, role: &str, discoverable: bool) -> Outcome<()> {
        let [domain, mode, role] = [domain, mode, role].map(str::to_owned);
        self.call(ChangeDomain { org: self.org(), domain, mode, role, discoverable }).await
    }

    /// Sets the join mode and the role of a domain, and enables discovery.
    pub async fn open_domain(&self, domain: &str, mode: &str, role: &str) {
        self.change_domain(domain, mode, role, true).await.unwrap();
    }

    /// Checks the DNS record of a domain as soon as another check is allowed.
    pub async fn check_domain_later(&self, app: &TestApp, domain: &str) -> DomainDetails {
        app.clock.advance(TimeDelta::seconds(4));
        self.check_domain(domain).await.unwrap();
        self.domain(domain).await.unwrap()
    }

    /// Adds a domain, publishes its DNS record and checks it.
    pub async fn prove_domain(&self, app: &TestApp, dns: &Dns, domain: &str) {
        self.send_domain(domain).await.assert_status(303);
        let value = self.domain(domain).await.unwrap().value;
        dns.texts(&host(domain), &["v=spf1 -all", &value]);
        assert_eq!(self.check_domain_later(app, domain).await.summary.state, DomainState::Verified);
    }
}

/// Signs `person` in without an organization, with this email address.
pub async fn sign_in_as(app: &TestApp, browser: &Browser, person: Person, email: &str, is_verified: bool) -> Answer {
    let authorization = browser.begin("").await;
    let mut grant = authorization.grant(&app.provider, person);
    grant.id_token.set("email", email).set("email_verified", is_verified);
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await
}
