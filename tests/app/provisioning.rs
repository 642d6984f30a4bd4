//! Creating organizations: after any failure, an organization exists both in the application and at the provider, or in
//! neither.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use tessera::testing::domain::{
    errors::AppError,
    organizations::setup::{OrganizationSetup, SetupState},
};

use crate::support::{
    Answer, Browser, Fault, JOE, NINA, Outcome, Person, Process, Settings, TestApp,
    functions::{CancelSetup, CreateOrganization, GetSetup, RetrySetup},
    together,
};

/// The provider calls that create an organization, in order.
const STEPS: [(Method, &str); 7] = [
    (Method::GET, "/users/*"),
    (Method::GET, "/connections"),
    (Method::POST, "/organizations"),
    (Method::POST, "/organizations/*/members"),
    (Method::GET, "/roles"),
    (Method::GET, "/organizations/*/members/*/roles"),
    (Method::POST, "/organizations/*/members/*/roles"),
];

/// Returns a browser in which `person` is signed in, but in no organization.
async fn signed_in(app: &TestApp, person: Person) -> Browser {
    let browser = app.browser();
    let authorization = browser.begin("").await;
    let code = app.provider.code(authorization.grant(&app.provider, person));
    browser.get(&authorization.callback(&code)).await.assert_status(303);
    browser
}

/// Submits the form as a browser without WASM does.
async fn create(browser: &Browser, name: &str, slug: &str) -> Answer {
    browser.submit::<CreateOrganization>("/new-organization", &[("name", name), ("slug", slug)]).await
}

/// Returns the id of the setup that an answer redirects to.
#[track_caller]
fn id(answer: &Answer) -> String {
    let path = answer.location().strip_prefix("/new-organization/");
    path.unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

async fn setup(browser: &Browser, id: &str) -> OrganizationSetup {
    browser.call(GetSetup { id: id.to_owned() }).await.unwrap()
}

/// Creates an organization as the WASM client does.
async fn call_create(browser: &Browser, name: &str, slug: &str) -> Outcome<()> {
    browser.call(CreateOrganization { name: name.to_owned(), slug: slug.to_owned() }).await
}

/// Advances the clock until the setup has ended, and has been undone if it failed; returns its final state.
async fn outcome(app: &TestApp, browser: &Browser, id: &str) -> SetupState {
    outcome_in_steps_of(TimeDelta::seconds(1), app, browser, id).await
}

/// [`outcome`] with a clock that advances by `step`. It stands still during an attempt, which otherwise outlives its claim.
async fn outcome_in_steps_of(step: TimeDelta, app: &TestApp, browser: &Browser, id: &str) -> SetupState {
    app.until(async || {
        if app.count("organization_setup WHERE taken_until IS NOT NULL").await == 0 {
            app.clock.advance(step);
        }
        let ended = app.count("organization_setup WHERE state IN ('waiting', 'undoing')").await == 0;
        Some(setup(browser, id).await.state).filter(|_| ended)
    })
    .await
}

/// Asserts that the organization exists once on both sides, with `person` as its owner.
async fn assert_founded(app: &TestApp, slug: &str, person: Person) {
    let organization = app.management().organization(slug).await.unwrap_or_else(|| panic!("{slug} is not there"));
    let id = organization["id"].as_str().unwrap();
    assert_eq!(app.management().roles(id, person).await, Some(vec!["owner".to_owned()]), "{slug}");
    let here = format!(
        "organization o JOIN membership m ON m.org_id = o.id AND m.person_id = o.owner_id AND m.role = 'owner'
         JOIN person p ON p.id = m.person_id JOIN project j ON j.org_id = o.id AND j.key = 'START'
         WHERE o.slug = '{slug}' AND o.provider_id = '{id}' AND p.subject = '{person}'"
    );
    assert_eq!(app.count(&here).await, 1, "{slug}");
}

/// Asserts that the organization exists on neither side.
async fn assert_nothing_left(app: &TestApp, slug: &str) {
    assert!(app.management().organization(slug).await.is_none(), "{slug} is at the provider");
    assert_eq!(app.count(&format!("organization WHERE slug = '{slug}'")).await, 0);
}

#[tokio::test]
async fn a_created_organization_belongs_to_its_creator_on_both_sides() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    let answer = create(&browser, " Novak &  Daughters ", "").await.assert_status(303);
    let id = id(&answer);
    assert_eq!(setup(&browser, &id).await.state, SetupState::Done);
    assert_founded(&app, "novak-daughters", NINA).await;
    let there = app.management().organization("novak-daughters").await.unwrap();
    assert_eq!(there["display_name"], "Novak & Daughters");
    // The page leads to the new organization, which requires a sign-in.
    browser.get(&format!("/new-organization/{id}")).await.assert_page_leads_to("/o/novak-daughters");
    let authorization = browser.begin("organization=novak-daughters").await;
    assert_eq!(authorization.get("organization"), there["id"].as_str().unwrap());
    let code = app.provider.code(authorization.grant(&app.provider, NINA));
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/novak-daughters");
    browser.get("/o/novak-daughters").await.assert_status(200).assert_says("First steps");
    browser.get("/o/novak-daughters/settings").await.assert_status(200).assert_says("Owner");
    let record = "audit_log a JOIN organization o ON o.id = a.org_id
                  WHERE o.slug = 'novak-daughters' AND a.action = 'organization.create' AND a.outcome = 'done'";
    assert_eq!(app.count(record).await, 1);
}

#[tokio::test]
async fn a_temporary_failure_at_any_step_is_retried() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    let before = app.management().organizations().await;
    let mut founded = 0;
    for (number, step) in STEPS.into_iter().enumerate() {
        for fault in [Fault::TooMany, Fault::Trouble, Fault::LostAnswer] {
            // The advance keeps the number of new organizations below the daily limit.
            app.clock.advance(TimeDelta::hours(12));
            app.management().fail(step.clone(), fault, 1);
            let slug = format!("company-{number}-{}", format!("{fault:?}").to_lowercase());
            let id = id(&create(&browser, "Company", &slug).await);
            assert!(setup(&browser, &id).await.state.is_open(), "{step:?} {fault:?}");
            assert_eq!(outcome(&app, &browser, &id).await, SetupState::Done, "{step:?} {fault:?}");
            assert_founded(&app, &slug, NINA).await;
            founded += 1;
        }
    }
    assert_eq!(app.management().organizations().await, before + founded);
}

#[tokio::test]
async fn a_refusal_at_any_step_leaves_nothing_behind() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    for (number, step) in STEPS.into_iter().enumerate() {
        app.management().fail(step.clone(), Fault::Refusal, 1);
        let slug = format!("company-{number}");
        let id = id(&create(&browser, "Company", &slug).await);
        assert_eq!(outcome(&app, &browser, &id).await, SetupState::Refused, "{step:?}");
        assert_nothing_left(&app, &slug).await;
    }
    // The name is available again.
    let again = id(&create(&browser, "Company", "company-3").await);
    assert_eq!(outcome(&app, &browser, &again).await, SetupState::Done);
}

#[tokio::test]
async fn a_failed_rollback_is_retried() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Refusal, 1);
    app.management().fail((Method::DELETE, "/organizations/*"), Fault::Trouble, 3);
    let id = id(&create(&browser, "Company", "company").await);
    assert_eq!(setup(&browser, &id).await.state, SetupState::Refused, "its founder can go on");
    assert!(app.management().organization("company").await.is_some());
    // The name stays taken until the rollback succeeds.
    create(&browser, "Company", "company").await.assert_status(422).assert_says("is taken");
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        app.management().organization("company").await.is_none().then_some(())
    })
    .await;
    app.until(async || (app.count("organization_setup WHERE state = 'failed'").await == 1).then_some(())).await;
    assert_nothing_left(&app, "company").await;
}

#[tokio::test]
async fn a_taken_name_is_answered_with_free_ones() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    // The application already has an organization with this name.
    let answer = create(&browser, "Acme Again", "ACME").await.assert_status(422);
    let answer = answer.assert_says("“acme” is taken. Try one of these: acme-team, acme-hq, acme-work.");
    answer.assert_says("value=\"Acme Again\"");
    // Only the provider has an organization with this name, which stays unchanged.
    let body = json!({ "name": "elsewhere", "display_name": "Somebody else’s" });
    let theirs = app.management().send(Method::POST, "/organizations", Some(body)).await;
    let id = id(&create(&browser, "Elsewhere", "elsewhere").await);
    assert_eq!(outcome(&app, &browser, &id).await, SetupState::Taken);
    let page = browser.get(&format!("/new-organization/{id}")).await.assert_status(200);
    page.assert_says("“elsewhere” is taken").assert_says("Choose another name");
    assert_eq!(app.management().organization("elsewhere").await.unwrap()["id"], theirs["id"]);
    assert_eq!(app.count("organization WHERE slug = 'elsewhere'").await, 0);
}

#[tokio::test]
async fn concurrent_creations_give_the_name_to_one() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    let answers = together(6, |_| {
        let browser = browser.clone();
        async move { create(&browser, "Company", "company").await.status }
    })
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 422).count(), 5, "{answers:?}");
    assert_founded(&app, "company", NINA).await;
}

#[tokio::test]
async fn only_its_creator_sees_and_cancels_a_setup() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::TooMany, 1);
    let id = id(&create(&browser, "Company", "company").await);
    browser.get("/new-organization").await.assert_status(200).assert_says("Setting up");
    // Neither another person nor a visitor can retry or cancel the setup.
    let joe = signed_in(&app, JOE).await;
    for (browser, refused) in [(&joe, AppError::NotFound), (&app.browser(), AppError::SignInRequired)] {
        assert_eq!(browser.call(RetrySetup { id: id.clone() }).await, Err(refused.clone()));
        assert_eq!(browser.call(CancelSetup { id: id.clone() }).await, Err(refused));
    }
    for id in [id.as_str(), "1"] {
        assert_eq!(joe.call(GetSetup { id: id.to_owned() }).await, Err(AppError::NotFound));
    }
    // The creator can cancel the setup.
    browser.call(CancelSetup { id: id.clone() }).await.unwrap();
    assert_eq!(setup(&browser, &id).await.state, SetupState::Cancelled);
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        (app.count("organization_setup WHERE state = 'failed'").await == 1).then_some(())
    })
    .await;
    assert_nothing_left(&app, "company").await;
}

#[tokio::test]
async fn a_setup_gives_up_after_a_day_without_the_provider() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Trouble, 1000);
    let id = id(&create(&browser, "Company", "company").await);
    let state = outcome_in_steps_of(TimeDelta::minutes(30), &app, &browser, &id).await;
    assert_eq!(state, SetupState::Refused);
    assert_nothing_left(&app, "company").await;
}

#[tokio::test]
async fn the_outcome_of_an_attempt_that_lost_its_claim_changes_nothing() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Silence, 1);
    let form = browser.clone();
    let first = tokio::spawn(async move { create(&form, "Company", "company").await });
    app.management().fell_silent().await;
    // The claim expires, and another attempt succeeds.
    app.clock.advance(TimeDelta::seconds(31));
    let is_done = async || app.count("organization_setup WHERE state = 'done'").await == 1;
    app.until(async || is_done().await.then_some(())).await;
    // The first attempt fails, after which the form is answered.
    app.management().end_silence();
    first.await.unwrap().assert_status(303);
    assert!(is_done().await);
    assert_founded(&app, "company", NINA).await;
}

#[tokio::test]
async fn each_invalid_field_shows_its_error() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    for (name, slug, field) in [
        ("", "", "name"),
        (" \u{0}", "fine", "name"),
        (&"n".repeat(101), "fine", "name"),
        ("Fine", "not fine", "slug"),
        ("Fine", "-x", "slug"),
        ("Fine", &"s".repeat(51), "slug"),
        ("Fine", "www", "slug"),
        ("株式会社", "", "slug"),
    ] {
        let error = call_create(&browser, name, slug).await.unwrap_err();
        assert!(error.field(field).is_some(), "{name:?} {slug:?}: {error:?}");
    }
    assert!(app.management().calls().iter().all(|call| !call.starts_with("POST /organizations")));
    let nobody = call_create(&app.browser(), "N", "nn").await;
    assert_eq!(nobody, Err(AppError::SignInRequired));
}

#[tokio::test]
async fn a_person_can_create_only_a_few_organizations_a_day() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    for number in 0..10 {
        create(&browser, "Company", &format!("company-{number}")).await.assert_status(303);
    }
    let refused = call_create(&browser, "One more", "one-more").await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_creator_confirms_their_address_first() {
    let app = TestApp::managing().await;
    let browser = signed_in(&app, NINA).await;
    app.database.execute("UPDATE person SET email_verified = FALSE").await;
    let path = format!("/users/{}", NINA.replace('|', "%7C"));
    app.management().send(Method::PATCH, &path, Some(json!({ "email_verified": false }))).await;
    create(&browser, "Spam", "spam").await.assert_status(409).assert_says("Confirm your email address first");
    assert_eq!(app.count("organization_setup").await, 0);
    assert_nothing_left(&app, "spam").await;
    app.management().send(Method::PATCH, &path, Some(json!({ "email_verified": true }))).await;
    create(&browser, "Honest", "honest").await.assert_status(303);
}

#[tokio::test]
async fn without_the_management_api_organizations_are_created_at_the_provider() {
    let app = TestApp::spawn_with(Settings::default()).await;
    let browser = signed_in(&app, NINA).await;
    browser.get("/new-organization").await.assert_status(200).assert_says("managed in your identity provider");
    let refused = call_create(&browser, "Company", "").await;
    assert_eq!(refused, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_setup_continues_after_its_process_was_killed() {
    let app = TestApp::managing().await;
    let process = Process::start(&app.database, &app.provider, app.management(), None).await;
    let browser = Browser::new(process.url.clone(), app.client().clone());
    let authorization = browser.begin("").await;
    let code = app.provider.code(authorization.grant(&app.provider, NINA));
    browser.get(&authorization.callback(&code)).await.assert_status(303);
    // The process is killed before it receives the provider's answer.
    app.management().fail((Method::POST, "/organizations"), Fault::Silence, 1);
    let form = browser.clone();
    let sending = tokio::spawn(async move {
        let fields = [("name", "Company"), ("slug", "company")];
        _ = form.request(Method::POST, "/fn/create_organization").form(&fields).send().await;
    });
    app.management().fell_silent().await;
    let url = process.kill();
    sending.await.unwrap();
    assert!(app.management().organization("company").await.is_some());
    assert_eq!(app.count("organization WHERE slug = 'company'").await, 0);
    // Ends the lease of the killed process.
    app.database.change("UPDATE organization_setup SET taken_until = NULL").await;
    let _process = Process::start(&app.database, &app.provider, app.management(), Some(&url)).await;
    app.until(async || (app.count("organization_setup WHERE state = 'done'").await == 1).then_some(())).await;
    assert_founded(&app, "company", NINA).await;
}
