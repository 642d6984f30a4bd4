//! Domains that organizations prove by a record in their DNS, asked for over the network by the resolver that runs
//! outside of tests too.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tessera::domain::{
    errors::AppError,
    organizations::email_domains::{DomainState, Domains, JoinMode, Problem},
    permissions::{Permission, Role},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, DANA, Dns, Fault, JOE, Records, Settings, TestApp,
    domains::{add, check, details, host, open, prove, with_dns},
    together,
};

const DOMAIN: &str = "acme-corp.example";

/// The domains by which the provider finds acme, and their status.
async fn at_provider(app: &TestApp) -> Vec<(String, bool)> {
    let domains = app.management().get(&format!("/organizations/{}/discovery-domains", ACME.id)).await;
    let domains = domains.as_array().cloned().or_else(|| domains["domains"].as_array().cloned()).unwrap_or_default();
    let read = |domain: Value| {
        assert_eq!(domain["status"], "verified");
        (domain["domain"].as_str().unwrap().to_owned(), domain["use_for_organization_discovery"].as_bool().unwrap())
    };
    domains.into_iter().map(read).collect()
}

async fn is_at_provider(app: &TestApp, wanted: &[(&str, bool)]) {
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        let there = at_provider(app).await;
        there.iter().map(|(domain, is)| (domain.as_str(), *is)).eq(wanted.iter().copied()).then_some(())
    })
    .await;
}

fn done(action: &str) -> String {
    format!(
        "audit_log a JOIN organization o ON o.id = a.org_id WHERE o.slug = 'acme' AND a.action = '{action}'
         AND a.target = '{DOMAIN}' AND a.outcome = 'done'"
    )
}

#[tokio::test]
async fn a_domain_is_proven_by_its_record_and_the_provider_is_told() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme/settings/domains").await.assert_status(200).assert_says("None yet");
    let answer = add(&alice, ACME, " ACME-Corp.Example. ").await.assert_status(303);
    let page = format!("/o/acme/settings/domains/{DOMAIN}");
    assert_eq!(answer.location(), page);
    // What to do is said in full.
    let pending = details(&alice, ACME, DOMAIN).await;
    assert_eq!((pending.summary.state, pending.summary.mode), (DomainState::Pending, JoinMode::Off));
    assert_eq!(pending.host, host(DOMAIN));
    assert!(pending.value.starts_with("tessera-domain-verification="));
    alice.get(&page).await.assert_status(200).assert_says(&pending.host).assert_says(&pending.value);
    // No page has asked the domain name system.
    assert_eq!(dns.questions(), Vec::<String>::new());
    // Nothing there yet; then something else; then the record, among others.
    assert_eq!(check(&app, &alice, ACME, DOMAIN).await.summary.problem, Some(Problem::Missing));
    dns.set(&host(DOMAIN), Records::Empty);
    assert_eq!(check(&app, &alice, ACME, DOMAIN).await.summary.problem, Some(Problem::Missing));
    dns.texts(&host(DOMAIN), &["tessera-domain-verification=another"]);
    let wrong = check(&app, &alice, ACME, DOMAIN).await.summary;
    assert_eq!((wrong.state, wrong.problem), (DomainState::Pending, Some(Problem::Wrong)));
    dns.texts(&host(DOMAIN), &["v=spf1 -all", &pending.value]);
    let proven = check(&app, &alice, ACME, DOMAIN).await.summary;
    assert_eq!((proven.state, proven.problem), (DomainState::Verified, None));
    alice.get(&page).await.assert_status(200).assert_says("The record is there");
    is_at_provider(&app, &[(DOMAIN, true)]).await;
    // A change and its end reach it too.
    let change = [("org", "acme"), ("domain", DOMAIN), ("mode", "ask"), ("role", "viewer")];
    alice.call::<()>("change_domain", &change).await.unwrap();
    is_at_provider(&app, &[(DOMAIN, false)]).await;
    let now = details(&alice, ACME, DOMAIN).await;
    assert_eq!((now.summary.mode, now.summary.role, now.is_discoverable), (JoinMode::Ask, Role::Viewer, false));
    alice.call::<()>("remove_domain", &change[..2]).await.unwrap();
    is_at_provider(&app, &[]).await;
    alice.get(&page).await.assert_status(404);
    for action in ["domain.add", "domain.verify", "domain.change", "domain.remove"] {
        assert_eq!(app.count(&done(action)).await, 1, "{action}");
    }
}

#[tokio::test]
async fn a_long_text_comes_in_pieces_and_is_read_as_one() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    add(&alice, ACME, DOMAIN).await.assert_status(303);
    let value = details(&alice, ACME, DOMAIN).await.value;
    dns.texts(&host(DOMAIN), &[&"x".repeat(400), &value]);
    assert_eq!(check(&app, &alice, ACME, DOMAIN).await.summary.state, DomainState::Verified);
}

#[tokio::test]
async fn a_record_that_comes_later_is_found_without_anybody_looking() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    add(&alice, ACME, DOMAIN).await.assert_status(303);
    app.clock.advance(TimeDelta::minutes(2));
    let missed = "organization_domain WHERE problem = 'missing'";
    app.until(async || (app.count(missed).await == 1).then_some(())).await;
    dns.texts(&host(DOMAIN), &[&details(&alice, ACME, DOMAIN).await.value]);
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(20));
        (app.count("organization_domain WHERE state = 'verified'").await == 1).then_some(())
    })
    .await;
    assert_eq!(app.count(&done("domain.verify")).await, 1, "by whoever added it");
}

#[tokio::test]
async fn servers_that_are_in_trouble_or_silent_say_nothing_of_a_proof() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    for records in [Records::Trouble, Records::Silence] {
        dns.set(&host(DOMAIN), records);
        let after = check(&app, &alice, ACME, DOMAIN).await;
        assert_eq!((after.summary.state, after.summary.problem), (DomainState::Verified, Some(Problem::Unanswered)));
        assert_eq!(after.missed_at, None);
    }
}

#[tokio::test]
async fn a_proof_that_is_gone_for_days_is_lost_and_comes_back_with_its_record() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    is_at_provider(&app, &[(DOMAIN, true)]).await;
    let value = details(&alice, ACME, DOMAIN).await.value;
    dns.forget(&host(DOMAIN));
    app.clock.advance(TimeDelta::hours(25));
    let missed = "organization_domain WHERE state = 'verified' AND missed_at IS NOT NULL";
    app.until(async || (app.count(missed).await == 1).then_some(())).await;
    app.clock.advance(TimeDelta::days(2));
    let asked = dns.questions().len();
    app.until(async || (dns.questions().len() > asked).then_some(())).await;
    assert_eq!(app.count(missed).await, 1, "two days are not enough");
    app.clock.advance(TimeDelta::days(2));
    let lost = "organization_domain WHERE state = 'lost'";
    app.until(async || (app.count(lost).await == 1).then_some(())).await;
    is_at_provider(&app, &[]).await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = alice.get("/o/acme/settings/domains").await.assert_status(200);
    page.assert_says("Proof lost");
    // It was a mistake.
    dns.texts(&host(DOMAIN), &[&value]);
    assert_eq!(check(&app, &alice, ACME, DOMAIN).await.summary.state, DomainState::Verified);
    is_at_provider(&app, &[(DOMAIN, true)]).await;
}

#[tokio::test]
async fn a_domain_is_proven_by_one_organization_only() {
    let (app, dns) = with_dns().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    // Both may try at first.
    for (browser, org) in [(&alice, ACME), (&bob, BETA)] {
        add(browser, org, DOMAIN).await.assert_status(303);
    }
    let values = [details(&alice, ACME, DOMAIN).await.value, details(&bob, BETA, DOMAIN).await.value];
    assert_ne!(values[0], values[1], "one record proves nothing for the other");
    dns.texts(&host(DOMAIN), &[&values[0], &values[1]]);
    app.clock.advance(TimeDelta::seconds(4));
    let tabs = [(alice.clone(), ACME), (bob.clone(), BETA)];
    together(2, |number| {
        let (browser, org) = tabs[number].clone();
        async move { browser.call::<()>("check_domain", &[("org", org.slug), ("domain", DOMAIN)]).await.unwrap() }
    })
    .await;
    assert_eq!(app.count("organization_domain WHERE state = 'verified'").await, 1);
    assert_eq!(app.count("organization_domain WHERE state = 'pending' AND problem = 'taken'").await, 1);
    // A third is told at once.
    let joe = app.signed_in(crate::support::CAROL, ABC).await;
    let refused = add(&joe, ABC, DOMAIN).await.assert_status(422);
    refused.assert_says("Another workspace has proven").assert_says(&format!("value=\"{DOMAIN}\""));
}

#[tokio::test]
async fn what_is_nobodys_own_is_refused_at_the_field() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (typed, says) in [
        ("", "Enter the domain alone"),
        ("alice@acme.example", "Enter the domain alone"),
        ("http://acme.example", "Enter the domain alone"),
        ("a\u{0}b.example", "Enter the domain alone"),
        ("127.0.0.1", "address of a machine"),
        ("localhost", "at least one dot"),
        ("printer.local", "in every network"),
        ("co.uk", "Many companies"),
        ("github.io", "Many companies"),
        ("gmail.com", "Anybody can have an address"),
        ("yahoo.co.jp", "Anybody can have an address"),
        ("\u{430}cme.example", "mixes letters"),
        (&format!("{}.example", "a".repeat(64)), "No domain is that long"),
    ] {
        let outcome = alice.call::<()>("add_domain", &[("org", "acme"), ("domain", typed)]).await;
        let error = outcome.unwrap_err();
        assert!(error.field("domain").is_some_and(|message| message.contains(says)), "{typed:?}: {error:?}");
    }
    let answer = add(&alice, ACME, "gmail.com").await.assert_status(422);
    answer.assert_says("Anybody can have an address").assert_says("value=\"gmail.com\"");
    assert_eq!(app.count("organization_domain").await, 0);
    // One with an accent is shown in both ways, and is the same however it is typed.
    let answer = add(&alice, ACME, "Bücher.example").await.assert_status(303);
    assert_eq!(answer.location(), "/o/acme/settings/domains/xn--bcher-kva.example");
    let list = alice.get("/o/acme/settings/domains").await.assert_status(200);
    list.assert_says("bücher.example").assert_says("xn--bcher-kva.example");
    let twice = add(&alice, ACME, "xn--bcher-kva.example").await.assert_status(422);
    twice.assert_says("in the list already");
    // A sub-domain has a record of its own.
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    add(&alice, ACME, &format!("mail.{DOMAIN}")).await.assert_status(303);
    let sub = check(&app, &alice, ACME, &format!("mail.{DOMAIN}")).await;
    assert_eq!(sub.summary.state, DomainState::Pending);
}

#[tokio::test]
async fn another_organizations_domain_looks_like_none() {
    let (app, dns) = with_dns().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    assert_eq!(bob.ask::<Domains>("get_domains", &[("org", "beta")]).await.unwrap().domains, []);
    for (org, domain) in [("beta", DOMAIN), ("beta", "nowhere.example"), ("beta", "\u{0}"), ("beta", "")] {
        let fields = [("org", org), ("domain", domain), ("mode", "off"), ("role", "member")];
        for call in ["check_domain", "change_domain", "remove_domain"] {
            assert_eq!(bob.call::<()>(call, &fields).await, Err(AppError::NotFound), "{call} {domain:?}");
        }
        assert_eq!(bob.ask::<Value>("get_domain", &fields[..2]).await, Err(AppError::NotFound));
    }
    let fields = [("org", "acme"), ("domain", DOMAIN), ("mode", "off"), ("role", "member")];
    for call in ["add_domain", "check_domain", "change_domain", "remove_domain"] {
        assert_eq!(bob.call::<()>(call, &fields).await, Err(AppError::SignInRequired), "{call}");
    }
    bob.get(&format!("/o/beta/settings/domains/{DOMAIN}")).await.assert_status(404);
    assert_eq!(details(&alice, ACME, DOMAIN).await.summary.state, DomainState::Verified);
}

#[tokio::test]
async fn whoever_may_not_administer_changes_nothing_and_is_on_record() {
    let (app, _dns) = with_dns().await;
    let joe = app.signed_in(JOE, ABC).await;
    let fields = [("org", "abc-inc"), ("domain", DOMAIN), ("mode", "join"), ("role", "member")];
    let forbidden = AppError::Forbidden { permission: Permission::ManageOrganization };
    for call in ["add_domain", "check_domain", "change_domain", "remove_domain"] {
        assert_eq!(joe.call::<()>(call, &fields).await, Err(forbidden.clone()), "{call}");
    }
    assert_eq!(joe.ask::<Domains>("get_domains", &fields[..1]).await, Err(forbidden));
    joe.get("/o/abc-inc/settings/domains").await.assert_says("Your role doesn’t allow this");
    assert_eq!(app.count("audit_log WHERE action LIKE 'domain.%' AND outcome = 'refused'").await, 4);
    assert_eq!(app.count("organization_domain").await, 0);
}

#[tokio::test]
async fn nobody_gives_away_a_role_above_their_own() {
    let (app, _dns) = with_dns().await;
    // A member who may administer the organization, because the provider says so.
    let rights =
        ["read:projects", "write:projects", "read:tasks", "write:tasks", "read:members", "manage:organization"];
    app.provider.permit(JOE, ABC.id, &rights);
    let (joe, dana) = (app.signed_in(JOE, ABC).await, app.signed_in(DANA, ACME).await);
    for (browser, org, may, may_not) in [
        (&joe, ABC, &["viewer", "member"][..], &["admin", "owner"][..]),
        (&dana, ACME, &["member", "admin"], &["owner", "king"]),
    ] {
        add(browser, org, DOMAIN).await.assert_status(303);
        for role in may {
            open(browser, org, DOMAIN, "join", role).await;
            assert_eq!(details(browser, org, DOMAIN).await.summary.role.as_str(), *role);
        }
        for role in may_not {
            let fields = [("org", org.slug), ("domain", DOMAIN), ("mode", "join"), ("role", role)];
            let error = browser.call::<()>("change_domain", &fields).await.unwrap_err();
            assert!(error.field("role").is_some(), "{role}: {error:?}");
        }
        let nonsense = [("org", org.slug), ("domain", DOMAIN), ("mode", "everybody"), ("role", "member")];
        assert!(browser.call::<()>("change_domain", &nonsense).await.unwrap_err().field("mode").is_some());
    }
}

#[tokio::test]
async fn what_the_provider_does_not_take_is_told_again_and_twice_does_no_harm() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let steps = [
        (Method::GET, "/organizations/*/discovery-domains/name/*"),
        (Method::POST, "/organizations/*/discovery-domains"),
    ];
    for (number, (step, fault)) in steps
        .iter()
        .flat_map(|step| [Fault::TooMany, Fault::Trouble, Fault::LostAnswer].map(|fault| (step, fault)))
        .enumerate()
    {
        app.management().fail(step.clone(), fault, 1);
        let domain = format!("acme-{number}.example");
        prove(&app, &dns, &alice, ACME, &domain).await;
        app.until(async || {
            app.clock.advance(TimeDelta::seconds(1));
            at_provider(&app).await.contains(&(domain.clone(), true)).then_some(())
        })
        .await;
        app.until(async || {
            app.clock.advance(TimeDelta::seconds(1));
            (app.count("provider_change").await == 0).then_some(())
        })
        .await;
    }
    assert_eq!(at_provider(&app).await.len(), 6);
}

#[tokio::test]
async fn a_domain_that_the_provider_has_already_is_taken_over() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let body = json!({ "domain": DOMAIN, "status": "pending", "use_for_organization_discovery": false });
    app.management().send(Method::POST, &format!("/organizations/{}/discovery-domains", ACME.id), Some(body)).await;
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    app.until(async || {
        let path = format!("/organizations/{}/discovery-domains/name/{DOMAIN}", ACME.id);
        let there = app.management().get(&path).await;
        (there["status"] == "verified" && there["use_for_organization_discovery"] == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_the_management_api_a_domain_is_proven_all_the_same() {
    let dns = Dns::start().await;
    let app = TestApp::spawn_with(Settings { dns: Some(dns.address), ..Settings::default() }).await;
    let alice = app.signed_in(ALICE, ACME).await;
    prove(&app, &dns, &alice, ACME, DOMAIN).await;
    assert!(!details(&alice, ACME, DOMAIN).await.is_managed);
    assert_eq!(app.count("provider_change").await, 0);
    alice.get("/o/acme/settings/domains").await.assert_says("at your identity provider alone");
}
