//! Joining an organization by the domain of an email address.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tessera::testing::domain::{
    errors::AppError,
    organizations::{
        email_domains::JoinRequest,
        joining::{JoinOffer, JoinState},
    },
    permissions::{Permission, Role},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, Browser, DANA, Dns, Fault, JOE, Member, NINA, Outcome, Person, Settings, TestApp,
    domains::{host, sign_in_as, with_dns},
    functions::{
        ApproveJoinRequest, AskToJoin, CountJoinRequests, DeclineJoinRequest, GetJoinOffer, GetJoinRequests,
        JoinOrganization,
    },
    together,
};

const DOMAIN: &str = "acme-corp.example";
const ADDRESS: &str = "nina@acme-corp.example";
const JOES_ADDRESS: &str = "joe@acme-corp.example";

/// Starts an application in which acme has verified its domain and lets people join by `mode` with `role`.
async fn acme_opens(mode: &str, role: &str) -> (TestApp, Dns, Member) {
    let (app, dns) = with_dns().await;
    // The Management API must return the same addresses as the ID tokens.
    for (person, email) in [(NINA, ADDRESS), (JOE, JOES_ADDRESS)] {
        let body = json!({ "email": email, "email_verified": true });
        app.management().send(Method::PATCH, &format!("/users/{}", person.replace('|', "%7C")), Some(body)).await;
    }
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    alice.open_domain(DOMAIN, mode, role).await;
    (app, dns, alice)
}

async fn offer(browser: &Browser) -> Option<JoinOffer> {
    browser.call(GetJoinOffer {}).await.unwrap()
}

async fn state(browser: &Browser) -> Option<JoinState> {
    offer(browser).await.map(|offer| offer.state)
}

async fn requests(member: &Member) -> Vec<JoinRequest> {
    member.call(GetJoinRequests { org: member.org() }).await.unwrap()
}

/// Actions of a person who joins, and of a member who decides about join requests.
impl Member {
    async fn join(&self) -> Outcome<()> {
        self.call(JoinOrganization { org: self.org() }).await
    }

    async fn ask_to_join(&self) -> Outcome<()> {
        self.call(AskToJoin { org: self.org() }).await
    }

    /// Approves or declines the join request of `person`.
    async fn decide(&self, approve: bool, person: impl ToString) -> Outcome<()> {
        let (org, person) = (self.org(), person.to_string());
        if approve {
            self.call(ApproveJoinRequest { org, person }).await
        } else {
            self.call(DeclineJoinRequest { org, person }).await
        }
    }
}

fn member(person: Person, role: &str) -> String {
    format!(
        "membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id
         WHERE o.slug = 'acme' AND p.subject = '{person}' AND m.role = '{role}'"
    )
}

fn recorded(action: &str, address: &str) -> String {
    format!("audit_log WHERE action = '{action}' AND outcome = 'done' AND target = '{address}'")
}

/// Waits until the provider lists `person` as a member with this role.
async fn is_known(app: &TestApp, person: Person, role: &str) {
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        (app.management().roles(ACME.id, person).await == Some(vec![role.to_owned()])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_person_without_an_organization_joins_by_their_domain_at_once() {
    let (app, _dns, _) = acme_opens("join", "viewer").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, "Nina@Acme-Corp.Example", true).await.assert_leads_to("/o/acme");
    // The membership reaches the provider before the browser is redirected.
    assert_eq!(app.management().roles(ACME.id, NINA).await, Some(vec!["viewer".to_owned()]));
    assert_eq!(app.count(&member(NINA, "viewer")).await, 1);
    assert_eq!(app.count(&recorded("member.join", ADDRESS)).await, 1);
    nina.get("/o/acme").await.assert_leads_to("/login?organization_name=acme&return_to=%2Fo%2Facme");
    nina.sign_in(&app, NINA, ACME).await;
    nina.get("/o/acme/settings").await.assert_status(200).assert_says("Viewer");
}

#[tokio::test]
async fn an_address_that_is_not_verified_or_not_at_the_domain_joins_nothing() {
    let (app, _dns, _) = acme_opens("join", "member").await;
    for (email, is_verified) in [
        (ADDRESS, false),
        ("nina@mail.acme-corp.example", true),
        ("nina@corp.example", true),
        ("nina@acme-corp.example.evil.example", true),
        ("nina@acme-corp.example@evil.example", true),
        ("nina@xacme-corp.example", true),
        ("\u{430}@\u{430}cme-corp.example", true),
        ("acme-corp.example", true),
        ("", true),
    ] {
        let nina = app.browser();
        sign_in_as(&app, &nina, NINA, email, is_verified).await.assert_leads_to("/welcome");
        assert_eq!(offer(&nina).await, None, "{email}");
        assert_eq!(nina.in_organization(ACME).join().await, Err(AppError::NotFound), "{email}");
        assert_eq!(nina.in_organization(ACME).ask_to_join().await, Err(AppError::NotFound), "{email}");
        nina.get("/join").await.assert_status(200).assert_says("No workspace to join");
    }
    // A previously verified address does not count if the current address is another one.
    sign_in_as(&app, &app.browser(), NINA, "nina@elsewhere.example", true).await.assert_leads_to("/welcome");
    assert_eq!(app.count(&member(NINA, "member")).await, 0);
    let visitor = app.browser();
    assert_eq!(offer(&visitor).await, None);
    assert_eq!(visitor.in_organization(ACME).join().await, Err(AppError::SignInRequired));
}

#[tokio::test]
async fn a_member_of_another_workspace_is_offered_to_join() {
    let (app, _dns, _) = acme_opens("join", "member").await;
    let joe = app.browser();
    sign_in_as(&app, &joe, JOE, JOES_ADDRESS, true).await.assert_leads_to("/");
    assert_eq!(state(&joe).await, Some(JoinState::Join));
    joe.get("/").await.assert_status(200).assert_says("Join Acme Corp");
    // Joe can join only the organization of his email domain.
    assert_eq!(joe.in_organization(BETA).join().await, Err(AppError::NotFound));
    joe.submit::<JoinOrganization>("/", &[("org", "acme")]).await.assert_leads_to("/join");
    joe.get("/join").await.assert_page_leads_to("/o/acme");
    assert_eq!(app.count(&member(JOE, "member")).await, 1);
}

#[tokio::test]
async fn joining_concurrently_gives_one_membership() {
    let (app, _dns, _) = acme_opens("join", "member").await;
    let joe = app.browser();
    sign_in_as(&app, &joe, JOE, JOES_ADDRESS, true).await;
    let outcomes = together(6, |_| {
        let joe = joe.clone();
        async move { joe.in_organization(ACME).join().await }
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(app.count(&member(JOE, "member")).await, 1);
    assert_eq!(app.count(&recorded("member.join", JOES_ADDRESS)).await, 1);
    is_known(&app, JOE, "member").await;
}

#[tokio::test]
async fn joining_waits_for_an_unreachable_provider() {
    let (app, _dns, _) = acme_opens("join", "member").await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Trouble, 1);
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/join");
    nina.get("/join").await.assert_status(200).assert_says("is being set up");
    assert_eq!(state(&nina).await, Some(JoinState::UnderWay));
    is_known(&app, NINA, "member").await;
    app.until(async || (state(&nina).await == Some(JoinState::Member)).then_some(())).await;
    nina.get("/join").await.assert_page_leads_to("/o/acme");
    // Reconciling with the provider keeps the new member.
    app.clock.advance(TimeDelta::minutes(16));
    app.until(async || (app.count("organization WHERE reconciled_at IS NULL").await == 0).then_some(())).await;
    assert_eq!(app.count(&member(NINA, "member")).await, 1);
}

#[tokio::test]
async fn joining_keeps_a_role_given_by_the_provider() {
    let (app, _dns, _) = acme_opens("join", "viewer").await;
    let members = format!("/organizations/{}/members", ACME.id);
    app.management().send(Method::POST, &members, Some(json!({ "members": [NINA] }))).await;
    let roles = app.management().get("/roles?name_filter=admin").await;
    let path = format!("{members}/{}/roles", NINA.replace('|', "%7C"));
    app.management().send(Method::POST, &path, Some(json!({ "roles": [roles[0]["id"]] }))).await;
    sign_in_as(&app, &app.browser(), NINA, ADDRESS, true).await;
    app.until(async || (app.count("provider_change").await == 0).then_some(())).await;
    assert_eq!(app.management().roles(ACME.id, NINA).await, Some(vec!["admin".to_owned()]));
}

#[tokio::test]
async fn a_join_request_waits_for_a_decision() {
    let (app, _dns, alice) = acme_opens("ask", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/welcome");
    nina.get("/welcome").await.assert_status(200).assert_says("Ask to join");
    let refused = nina.in_organization(ACME).join().await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    // The form leads back to its page, which shows the request. A second submission creates no second request.
    for _ in 0..2 {
        nina.submit::<AskToJoin>("/welcome", &[("org", "acme")]).await.assert_leads_to("/welcome");
    }
    nina.get("/welcome").await.assert_status(200).assert_says("Requested on");
    assert!(matches!(state(&nina).await, Some(JoinState::Requested { .. })));
    assert_eq!(app.count(&recorded("join_request.ask", ADDRESS)).await, 1);
    // A member who decides about requests sees the person's address.
    let page = alice.get("/o/acme/settings/people").await.assert_status(200);
    page.assert_says("Join requests").assert_says("nina@acme-corp.example").assert_says("Approve as member");
    alice.get("/o/acme/settings").await.assert_status(200).assert_says("1 join request");
    let [request] = requests(&alice).await.try_into().unwrap();
    assert_eq!((request.email.as_str(), request.role), ("nina@acme-corp.example", Role::Member));
    let fields = [("org", "acme"), ("person", &request.person.to_string())];
    let page = "/o/acme/settings/people";
    alice.submit::<ApproveJoinRequest>(page, &fields).await.assert_leads_to(page);
    is_known(&app, NINA, "member").await;
    assert_eq!(app.count(&member(NINA, "member")).await, 1);
    assert_eq!(app.count(&recorded("join_request.approve", ADDRESS)).await, 1);
    let page = alice.get("/o/acme/settings/people").await.assert_status(200);
    assert!(!page.body.contains("join request"), "nobody asks any more");
    app.until(async || (state(&nina).await == Some(JoinState::Member)).then_some(())).await;
    nina.sign_in(&app, NINA, ACME).await;
    let decided = alice.decide(false, request.person).await;
    assert!(matches!(decided, Err(AppError::Conflict { .. })), "{decided:?}");
}

#[tokio::test]
async fn a_declined_person_can_ask_again_after_a_week() {
    let (app, _dns, alice) = acme_opens("ask", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await;
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    let [request] = requests(&alice).await.try_into().unwrap();
    alice.decide(false, request.person).await.unwrap();
    assert_eq!(app.count(&recorded("join_request.decline", ADDRESS)).await, 1);
    assert_eq!(requests(&alice).await, []);
    assert!(matches!(state(&nina).await, Some(JoinState::Declined { .. })));
    nina.get("/welcome").await.assert_says("Your request was declined");
    app.clock.advance(TimeDelta::days(6));
    let refused = nina.in_organization(ACME).ask_to_join().await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(state(&nina).await, Some(JoinState::Ask));
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    let alice = app.signed_in(ALICE, ACME).await;
    assert_eq!(requests(&alice).await.len(), 1);
    assert_eq!(app.count(&member(NINA, "member")).await, 0);
}

#[tokio::test]
async fn of_concurrent_decisions_only_one_takes_effect() {
    let (app, _dns, alice) = acme_opens("ask", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await;
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    let person = requests(&alice).await[0].person;
    let outcomes = together(6, |number| {
        let (alice, approve) = (alice.clone(), number % 2 == 0);
        async move { (approve, alice.decide(approve, person).await) }
    })
    .await;
    let [(is_approved, _)] = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).collect::<Vec<_>>()[..] else {
        panic!("{outcomes:?}");
    };
    let is_member = i64::from(*is_approved);
    assert_eq!(app.count(&member(NINA, "member")).await, is_member);
    assert_eq!(app.count("audit_log WHERE action LIKE 'join_request.%e' AND outcome = 'done'").await, 1);
}

#[tokio::test]
async fn only_member_managers_decide_and_only_in_their_organization() {
    let (app, _dns, alice) = acme_opens("ask", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await;
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    let person = requests(&alice).await[0].person;
    let (joe, bob) = (app.signed_in(JOE, ABC).await, app.signed_in(BOB, BETA).await);
    for approve in [true, false] {
        let outcome = joe.decide(approve, person).await;
        assert_eq!(outcome, Err(AppError::Forbidden { permission: Permission::ManageMembers }));
        // A request to another organization gives the same error as no request.
        let theirs = bob.decide(approve, person).await;
        let nobodys = bob.decide(approve, uuid::Uuid::nil()).await;
        assert!(matches!(theirs, Err(AppError::Conflict { .. })), "{theirs:?}");
        assert_eq!(theirs, nobodys);
        let in_acme = bob.in_organization(ACME).decide(approve, person).await;
        assert_eq!(in_acme, Err(AppError::SignInRequired));
        assert_eq!(bob.decide(approve, "x").await, Err(AppError::NotFound));
    }
    assert_eq!(requests(&bob).await, []);
    assert_eq!(bob.call(CountJoinRequests { org: bob.org() }).await, Ok(0));
    let forbidden = AppError::Forbidden { permission: Permission::ManageMembers };
    assert_eq!(joe.call(GetJoinRequests { org: joe.org() }).await, Err(forbidden.clone()));
    assert_eq!(joe.call(CountJoinRequests { org: joe.org() }).await, Err(forbidden));
    assert_eq!(requests(&alice).await.len(), 1);
}

#[tokio::test]
async fn a_member_manager_decides_on_the_people_page() {
    let (app, _dns, _) = acme_opens("ask", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await;
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    let dana = app.signed_in(DANA, ACME).await;
    // Sets the permissions as an access token does. The role stays, so that reconciling changes nothing.
    let grant = async |permissions: &str| {
        let person = format!("SELECT id FROM person WHERE subject = '{DANA}'");
        let sql = format!("UPDATE membership SET permissions = '{permissions}' WHERE person_id = ({person})");
        app.database.change(&sql).await;
    };
    grant("read:projects read:members manage:members").await;
    dana.get("/o/acme/settings/domains").await.assert_says("Your role doesn’t allow this");
    let page = dana.get("/o/acme/settings/people").await.assert_status(200);
    let page = page.assert_says("Join requests").assert_says("1 join request").assert_says(ADDRESS);
    assert!(!page.body.contains("/o/acme/settings/domains"));
    // A member without `manage:members` sees no join requests.
    grant("read:projects read:members").await;
    let page = dana.get("/o/acme/settings/people").await.assert_status(200);
    assert!(!page.body.contains("join request") && !page.body.contains(ADDRESS));
}

#[tokio::test]
async fn a_removed_member_cannot_rejoin_by_domain_without_approval() {
    let (app, _dns, alice) = acme_opens("join", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/o/acme");
    // The provider removes the member, and reconciling removes the membership in the application.
    let members = format!("/organizations/{}/members", ACME.id);
    app.management().send(Method::DELETE, &members, Some(json!({ "members": [NINA] }))).await;
    app.clock.advance(TimeDelta::minutes(16));
    app.until(async || (app.count(&member(NINA, "member")).await == 0).then_some(())).await;
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/welcome");
    assert_eq!(state(&nina).await, Some(JoinState::Ask));
    let refused = nina.in_organization(ACME).join().await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    nina.in_organization(ACME).ask_to_join().await.unwrap();
    alice.decide(true, requests(&alice).await[0].person).await.unwrap();
    is_known(&app, NINA, "member").await;
}

#[tokio::test]
async fn a_suspended_member_is_offered_nothing() {
    let (app, _dns, _) = acme_opens("join", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/o/acme");
    let suspend = "UPDATE membership SET status = 'suspended' WHERE person_id =
        (SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000006')";
    assert_eq!(app.database.change(suspend).await, 1);
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/welcome");
    assert_eq!(offer(&nina).await, None);
    assert_eq!(nina.in_organization(ACME).join().await, Err(AppError::NotFound));
    assert_eq!(nina.in_organization(ACME).ask_to_join().await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_domain_that_is_off_lost_or_removed_lets_nobody_join() {
    let (app, dns, alice) = acme_opens("off", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/welcome");
    assert_eq!(offer(&nina).await, None);
    alice.open_domain(DOMAIN, "ask", "member").await;
    assert_eq!(state(&nina).await, Some(JoinState::Ask));
    dns.forget(&host(DOMAIN));
    app.clock.advance(TimeDelta::hours(25));
    app.until(async || (app.count("organization_domain WHERE missed_at IS NOT NULL").await == 1).then_some(())).await;
    app.clock.advance(TimeDelta::days(4));
    app.until(async || (app.count("organization_domain WHERE state = 'lost'").await == 1).then_some(())).await;
    assert_eq!(offer(&nina).await, None);
    assert_eq!(nina.in_organization(ACME).ask_to_join().await, Err(AppError::NotFound));
    let alice = app.signed_in(ALICE, ACME).await;
    alice.remove_domain(DOMAIN).await.unwrap();
    assert_eq!(offer(&nina).await, None);
}

#[tokio::test]
async fn without_the_management_api_joining_is_not_offered() {
    let dns = Dns::start().await;
    let app = TestApp::spawn_with(Settings { dns: Some(dns.address), ..Settings::default() }).await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    alice.open_domain(DOMAIN, "join", "member").await;
    let nina = app.browser();
    sign_in_as(&app, &nina, NINA, ADDRESS, true).await.assert_leads_to("/welcome");
    assert_eq!(offer(&nina).await, None);
}
