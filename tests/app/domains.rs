//! Organizations verify their domains by a DNS record. These tests query it with the resolver that production uses.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tessera::testing::domain::{
    errors::AppError,
    organizations::email_domains::{DomainState, JoinMode, Problem},
    permissions::{Permission, Role},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, DANA, Dns, Fault, JOE, Records, Settings, TestApp,
    domains::{host, with_dns},
    together,
};

const DOMAIN: &str = "acme-corp.example";

/// Lists the domains of acme at the provider, and whether discovery uses each of them.
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
async fn a_domain_is_verified_by_its_record_and_sent_to_the_provider() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme/settings/domains").await.assert_status(200).assert_says("No domains yet");
    let answer = alice.send_domain(" ACME-Corp.Example. ").await.assert_status(303);
    let page = format!("/o/acme/settings/domains/{DOMAIN}");
    assert_eq!(answer.location(), page);
    // The page shows the full host and value of the DNS record.
    let pending = alice.domain(DOMAIN).await.unwrap();
    assert_eq!((pending.summary.state, pending.summary.mode), (DomainState::Pending, JoinMode::Off));
    assert_eq!(pending.host, host(DOMAIN));
    assert!(pending.value.starts_with("tessera-domain-verification="));
    alice.get(&page).await.assert_status(200).assert_says(&pending.host).assert_says(&pending.value);
    // Showing the pages sends no DNS query.
    assert_eq!(dns.questions(), Vec::<String>::new());
    // The checks find no record, then another value, and then the right value among others.
    assert_eq!(alice.check_domain_later(&app, DOMAIN).await.summary.problem, Some(Problem::Missing));
    dns.set(&host(DOMAIN), Records::Empty);
    assert_eq!(alice.check_domain_later(&app, DOMAIN).await.summary.problem, Some(Problem::Missing));
    dns.texts(&host(DOMAIN), &["tessera-domain-verification=another"]);
    let wrong = alice.check_domain_later(&app, DOMAIN).await.summary;
    assert_eq!((wrong.state, wrong.problem), (DomainState::Pending, Some(Problem::Wrong)));
    dns.texts(&host(DOMAIN), &["v=spf1 -all", &pending.value]);
    let proven = alice.check_domain_later(&app, DOMAIN).await.summary;
    assert_eq!((proven.state, proven.problem), (DomainState::Verified, None));
    alice.get(&page).await.assert_status(200).assert_says("The record was found");
    is_at_provider(&app, &[(DOMAIN, true)]).await;
    // Changes and the removal of the domain also reach the provider.
    alice.change_domain(DOMAIN, "ask", "viewer", false).await.unwrap();
    is_at_provider(&app, &[(DOMAIN, false)]).await;
    let now = alice.domain(DOMAIN).await.unwrap();
    assert_eq!((now.summary.mode, now.summary.role, now.is_discoverable), (JoinMode::Ask, Role::Viewer, false));
    alice.remove_domain(DOMAIN).await.unwrap();
    is_at_provider(&app, &[]).await;
    alice.get(&page).await.assert_status(404);
    for action in ["domain.add", "domain.verify", "domain.change", "domain.remove"] {
        assert_eq!(app.count(&done(action)).await, 1, "{action}");
    }
}

#[tokio::test]
async fn a_record_in_several_strings_is_read_as_one() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.send_domain(DOMAIN).await.assert_status(303);
    let value = alice.domain(DOMAIN).await.unwrap().value;
    dns.texts(&host(DOMAIN), &[&"x".repeat(400), &value]);
    assert_eq!(alice.check_domain_later(&app, DOMAIN).await.summary.state, DomainState::Verified);
}

#[tokio::test]
async fn a_later_record_is_found_in_the_background() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.send_domain(DOMAIN).await.assert_status(303);
    app.clock.advance(TimeDelta::minutes(2));
    let missed = "organization_domain WHERE problem = 'missing'";
    app.until(async || (app.count(missed).await == 1).then_some(())).await;
    dns.texts(&host(DOMAIN), &[&alice.domain(DOMAIN).await.unwrap().value]);
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(20));
        (app.count("organization_domain WHERE state = 'verified'").await == 1).then_some(())
    })
    .await;
    assert_eq!(app.count(&done("domain.verify")).await, 1, "by whoever added it");
}

#[tokio::test]
async fn a_failing_name_server_does_not_affect_verification() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    for records in [Records::Trouble, Records::Silence] {
        dns.set(&host(DOMAIN), records);
        let after = alice.check_domain_later(&app, DOMAIN).await;
        assert_eq!((after.summary.state, after.summary.problem), (DomainState::Verified, Some(Problem::Unanswered)));
        assert_eq!(after.missed_at, None);
    }
}

#[tokio::test]
async fn a_domain_without_its_record_for_days_is_lost_until_it_returns() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    is_at_provider(&app, &[(DOMAIN, true)]).await;
    let value = alice.domain(DOMAIN).await.unwrap().value;
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
    page.assert_says("Verification lost");
    // Acme publishes the record again, which restores the verification.
    dns.texts(&host(DOMAIN), &[&value]);
    assert_eq!(alice.check_domain_later(&app, DOMAIN).await.summary.state, DomainState::Verified);
    is_at_provider(&app, &[(DOMAIN, true)]).await;
}

#[tokio::test]
async fn a_domain_is_verified_by_one_organization_only() {
    let (app, dns) = with_dns().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    // Several organizations may add a domain that none of them has verified.
    for member in [&alice, &bob] {
        member.send_domain(DOMAIN).await.assert_status(303);
    }
    let values = [alice.domain(DOMAIN).await.unwrap().value, bob.domain(DOMAIN).await.unwrap().value];
    assert_ne!(values[0], values[1], "one record proves nothing for the other");
    dns.texts(&host(DOMAIN), &[&values[0], &values[1]]);
    app.clock.advance(TimeDelta::seconds(4));
    let tabs = [alice.clone(), bob.clone()];
    together(2, |number| {
        let tab = tabs[number].clone();
        async move { tab.check_domain(DOMAIN).await.unwrap() }
    })
    .await;
    assert_eq!(app.count("organization_domain WHERE state = 'verified'").await, 1);
    assert_eq!(app.count("organization_domain WHERE state = 'pending' AND problem = 'taken'").await, 1);
    // Another organization cannot add the domain once it is verified.
    let joe = app.signed_in(crate::support::CAROL, ABC).await;
    let refused = joe.send_domain(DOMAIN).await.assert_status(422);
    refused.assert_says("Another workspace has verified").assert_says(&format!("value=\"{DOMAIN}\""));
}

#[tokio::test]
async fn public_domains_are_refused_at_the_field() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (typed, says) in [
        ("", "Enter only the domain"),
        ("alice@acme.example", "Enter only the domain"),
        ("http://acme.example", "Enter only the domain"),
        ("a\u{0}b.example", "Enter only the domain"),
        ("127.0.0.1", "This is an IP address"),
        ("localhost", "at least one dot"),
        ("printer.local", "reserved for private networks"),
        ("co.uk", "Many companies"),
        ("github.io", "Many companies"),
        ("gmail.com", "Anyone can get an address"),
        ("yahoo.co.jp", "Anyone can get an address"),
        ("\u{430}cme.example", "mixes scripts"),
        (&format!("{}.example", "a".repeat(64)), "This domain is too long"),
    ] {
        let outcome = alice.add_domain(typed).await;
        let error = outcome.unwrap_err();
        assert!(error.field("domain").is_some_and(|message| message.contains(says)), "{typed:?}: {error:?}");
    }
    let answer = alice.send_domain("gmail.com").await.assert_status(422);
    answer.assert_says("Anyone can get an address").assert_says("value=\"gmail.com\"");
    assert_eq!(app.count("organization_domain").await, 0);
    // A domain with a non-ASCII letter is shown in Unicode and in Punycode. Both spellings mean the same domain.
    let answer = alice.send_domain("Bücher.example").await.assert_status(303);
    assert_eq!(answer.location(), "/o/acme/settings/domains/xn--bcher-kva.example");
    let list = alice.get("/o/acme/settings/domains").await.assert_status(200);
    list.assert_says("bücher.example").assert_says("xn--bcher-kva.example");
    let twice = alice.send_domain("xn--bcher-kva.example").await.assert_status(422);
    twice.assert_says("already in the list");
    // A subdomain needs its own DNS record.
    alice.prove_domain(&app, &dns, DOMAIN).await;
    alice.send_domain(&format!("mail.{DOMAIN}")).await.assert_status(303);
    let sub = alice.check_domain_later(&app, &format!("mail.{DOMAIN}")).await;
    assert_eq!(sub.summary.state, DomainState::Pending);
}

#[tokio::test]
async fn the_domain_of_another_organization_looks_missing() {
    let (app, dns) = with_dns().await;
    let (alice, bob) = (app.signed_in(ALICE, ACME).await, app.signed_in(BOB, BETA).await);
    alice.prove_domain(&app, &dns, DOMAIN).await;
    assert_eq!(bob.domains().await.unwrap().domains, []);
    for domain in [DOMAIN, "nowhere.example", "\u{0}", ""] {
        assert_eq!(bob.check_domain(domain).await, Err(AppError::NotFound), "{domain:?}");
        assert_eq!(bob.change_domain(domain, "off", "member", false).await, Err(AppError::NotFound), "{domain:?}");
        assert_eq!(bob.remove_domain(domain).await, Err(AppError::NotFound), "{domain:?}");
        assert_eq!(bob.domain(domain).await, Err(AppError::NotFound), "{domain:?}");
    }
    let in_acme = bob.in_organization(ACME);
    assert_eq!(in_acme.add_domain(DOMAIN).await, Err(AppError::SignInRequired));
    assert_eq!(in_acme.check_domain(DOMAIN).await, Err(AppError::SignInRequired));
    assert_eq!(in_acme.change_domain(DOMAIN, "off", "member", false).await, Err(AppError::SignInRequired));
    assert_eq!(in_acme.remove_domain(DOMAIN).await, Err(AppError::SignInRequired));
    bob.get(&format!("/o/beta/settings/domains/{DOMAIN}")).await.assert_status(404);
    assert_eq!(alice.domain(DOMAIN).await.unwrap().summary.state, DomainState::Verified);
}

#[tokio::test]
async fn changing_domains_needs_permission_and_refusals_are_audited() {
    let (app, _dns) = with_dns().await;
    let joe = app.signed_in(JOE, ABC).await;
    let forbidden = AppError::Forbidden { permission: Permission::ManageOrganization };
    assert_eq!(joe.add_domain(DOMAIN).await, Err(forbidden.clone()));
    assert_eq!(joe.check_domain(DOMAIN).await, Err(forbidden.clone()));
    assert_eq!(joe.change_domain(DOMAIN, "join", "member", false).await, Err(forbidden.clone()));
    assert_eq!(joe.remove_domain(DOMAIN).await, Err(forbidden.clone()));
    assert_eq!(joe.domains().await, Err(forbidden));
    joe.get("/o/abc-inc/settings/domains").await.assert_says("Your role doesn’t allow this");
    assert_eq!(app.count("audit_log WHERE action LIKE 'domain.%' AND outcome = 'refused'").await, 4);
    assert_eq!(app.count("organization_domain").await, 0);
}

#[tokio::test]
async fn nobody_grants_a_role_above_their_own() {
    let (app, _dns) = with_dns().await;
    // The provider grants Joe, whose role is member, the permission `manage:organization`.
    let rights =
        ["read:projects", "write:projects", "read:tasks", "write:tasks", "read:members", "manage:organization"];
    app.provider.permit(JOE, ABC.id, &rights);
    let (joe, dana) = (app.signed_in(JOE, ABC).await, app.signed_in(DANA, ACME).await);
    for (member, may, may_not) in
        [(&joe, &["viewer", "member"][..], &["admin", "owner"][..]), (&dana, &["member", "admin"], &["owner", "king"])]
    {
        member.send_domain(DOMAIN).await.assert_status(303);
        for role in may {
            member.open_domain(DOMAIN, "join", role).await;
            assert_eq!(member.domain(DOMAIN).await.unwrap().summary.role.as_str(), *role);
        }
        for role in may_not {
            let error = member.change_domain(DOMAIN, "join", role, false).await.unwrap_err();
            assert!(error.field("role").is_some(), "{role}: {error:?}");
        }
        let nonsense = member.change_domain(DOMAIN, "everybody", "member", false).await;
        assert!(nonsense.unwrap_err().field("mode").is_some());
    }
}

#[tokio::test]
async fn a_failed_update_is_retried_and_repeating_it_is_harmless() {
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
        alice.prove_domain(&app, &dns, &domain).await;
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
async fn a_domain_known_to_the_provider_is_adopted() {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let body = json!({ "domain": DOMAIN, "status": "pending", "use_for_organization_discovery": false });
    app.management().send(Method::POST, &format!("/organizations/{}/discovery-domains", ACME.id), Some(body)).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    app.until(async || {
        let path = format!("/organizations/{}/discovery-domains/name/{DOMAIN}", ACME.id);
        let there = app.management().get(&path).await;
        (there["status"] == "verified" && there["use_for_organization_discovery"] == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_the_management_api_a_domain_is_still_verified() {
    let dns = Dns::start().await;
    let app = TestApp::spawn_with(Settings { dns: Some(dns.address), ..Settings::default() }).await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    assert!(!alice.domain(DOMAIN).await.unwrap().is_managed);
    assert_eq!(app.count("provider_change").await, 0);
    alice.get("/o/acme/settings/domains").await.assert_says("managed in your identity provider");
}
