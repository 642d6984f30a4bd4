//! Authorization: a project or task that the reader may not see looks exactly like a missing one.

use reqwest::Method;
use tessera::testing::domain::{errors::AppError, permissions::Permission};

use crate::support::{
    ABC, ACME, ALICE, Answer, Browser, CAROL, JOE, Organization, Settings, TestApp, XYZ, functions::ListOrganizations,
};

/// An organization that does not exist.
const NOWHERE: Organization = Organization { id: "org_Nowhere000000001", slug: "nowhere" };

const JOES_MEMBERSHIP: &str = "org_id = (SELECT id FROM organization WHERE slug = 'abc-inc')
    AND person_id = (SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000005')";

/// Calls a server function and returns the status and body of the answer.
async fn raw(browser: &Browser, function: &str, query: &[(&str, &str)]) -> (u16, String) {
    let answer = browser.send(browser.request(Method::GET, &format!("/fn/{function}")).query(query)).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn a_page_of_another_organization_looks_missing() {
    let app = TestApp::spawn().await;
    for browser in [app.browser(), app.signed_in(JOE, ABC).await.browser] {
        for page in ["", "/settings", "/projects/WEB/board", "/tasks/WEB-1", "/no/such/page"] {
            let foreign = browser.get(&format!("/o/acme{page}")).await.assert_status(303);
            let none = browser.get(&format!("/o/nowhere{page}")).await.assert_status(303);
            assert!(foreign.location().starts_with("/login?organization_name=acme&"), "{}", foreign.location());
            assert_eq!(foreign.location().replace("acme", "nowhere"), none.location());
            assert_eq!(foreign.body, none.body);
        }
    }
}

#[tokio::test]
async fn a_server_function_answers_alike_for_foreign_and_missing_organizations() {
    let app = TestApp::spawn().await;
    for browser in [app.browser(), app.signed_in(JOE, ABC).await.browser] {
        let (foreign, none) = (
            raw(&browser, "get_workspace", &[("org", "acme")]).await,
            raw(&browser, "get_workspace", &[("org", "nowhere")]).await,
        );
        assert_eq!((foreign.0, &foreign), (401, &none));
        for organization in [ACME, NOWHERE] {
            let outsider = browser.in_organization(organization);
            assert_eq!(outsider.create_project("Mine", "MINE").await, Err(AppError::SignInRequired));
            assert_eq!(outsider.project("WEB").board().await, Err(AppError::SignInRequired));
        }
    }
    assert_eq!(app.count("project WHERE key = 'MINE'").await, 0);
}

#[tokio::test]
async fn a_task_of_another_organization_looks_missing() {
    let app = TestApp::spawn().await;
    let carol = app.signed_in(CAROL, ABC).await;
    carol.sign_in(&app, CAROL, XYZ).await;
    carol.create_project("Here", "HERE").await.unwrap();
    carol.project("HERE").add("todo", "Secret").await;
    carol.get("/o/abc-inc/tasks/HERE-1").await.assert_status(200).assert_says("Secret");
    for (foreign, none) in [
        ("/o/xyz-travel/tasks/HERE-1", "/o/xyz-travel/tasks/GONE-1"),
        ("/o/xyz-travel/projects/HERE/board", "/o/xyz-travel/projects/GONE/board"),
    ] {
        let (foreign, none) = (carol.get(foreign).await.assert_status(404), carol.get(none).await.assert_status(404));
        let foreign_body = without_nonce(&foreign).replace("HERE", "GONE");
        assert_eq!(foreign_body, without_nonce(&none));
        assert!(!foreign.body.contains("Secret"));
    }
    for (function, here, gone) in [("get_task", "HERE-1", "GONE-1"), ("get_board", "HERE", "GONE")] {
        let foreign = raw(&carol, function, &[("org", "xyz-travel"), ("key", here)]).await;
        assert_eq!((foreign.0, &foreign), (404, &raw(&carol, function, &[("org", "xyz-travel"), ("key", gone)]).await));
    }
    for key in ["HERE-1", "GONE-1", "not a key", "HERE-99999999999999999999"] {
        let task = carol.in_organization(XYZ).task(key);
        assert_eq!(task.write(1, "x", "").await, Err(AppError::NotFound), "{key}");
        assert_eq!(task.move_to("done").await, Err(AppError::NotFound), "{key}");
    }
    let task = carol.task("HERE-1").get().await.unwrap();
    assert_eq!((task.fields.title.as_str(), task.fields.position.state.as_str(), task.version), ("Secret", "todo", 1));
}

/// Returns the page without the parts that differ between equal answers: the nonce, the request id, and the list of
/// loaded resources, whose length depends on timing.
fn without_nonce(page: &Answer) -> String {
    let policy = page.header("content-security-policy");
    let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
    let shown = page.body.split("__RESOLVED_RESOURCES").next().unwrap_or_default();
    shown.replace(nonce, "").replace(page.header("x-request-id"), "")
}

#[tokio::test]
async fn a_membership_that_ends_or_is_suspended_takes_effect_on_the_next_request() {
    for change in ["DELETE FROM membership WHERE", "UPDATE membership SET status = 'suspended' WHERE"] {
        let app = TestApp::spawn().await;
        let joe = app.signed_in(JOE, ABC).await;
        joe.get("/o/abc-inc").await.assert_status(200);
        assert_eq!(app.database.change(&format!("{change} {JOES_MEMBERSHIP}")).await, 1);
        joe.get("/o/abc-inc").await.assert_status(403).assert_says("Your membership has ended").assert_says("ABC Inc");
        let ended = AppError::MembershipEnded { organization: "ABC Inc".to_owned() };
        assert_eq!(joe.workspace().await, Err(ended.clone()));
        assert_eq!(joe.create_project("Mine", "MINE").await, Err(ended));
        let picker = joe.call(ListOrganizations { q: String::new(), all: false }).await.unwrap();
        let listed: Vec<_> = picker.list.choices.iter().map(|choice| choice.slug.as_str()).collect();
        assert_eq!(listed, ["xyz-travel"]);
    }
}

#[tokio::test]
async fn a_suspended_person_cannot_sign_in_again() {
    let app = TestApp::spawn().await;
    app.database.change(&format!("UPDATE membership SET status = 'suspended' WHERE {JOES_MEMBERSHIP}")).await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_AbcInc0000000001").await;
    let code = app.provider.code(authorization.grant(&app.provider, JOE));
    let answer = browser.get(&authorization.callback(&code)).await;
    answer.assert_status(403).assert_says("Your membership is suspended");
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn a_demotion_takes_effect_on_the_next_request() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    joe.get("/o/abc-inc/projects/new").await.assert_says("name=\"key\"");
    app.database.change(&format!("UPDATE membership SET role = 'viewer' WHERE {JOES_MEMBERSHIP}")).await;
    let created = joe.create_project("Mine", "MINE").await;
    assert_eq!(created, Err(AppError::Forbidden { permission: Permission::WriteProjects }));
    assert!(!joe.get("/o/abc-inc/projects/new").await.body.contains("name=\"key\""));
}

#[tokio::test]
async fn a_viewer_writes_nothing_and_each_attempt_is_audited_once() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    let (project, task) = (joe.project("TRIP"), joe.task("TRIP-1"));
    for (action, permission, refused) in [
        ("project.create", Permission::WriteProjects, joe.create_project("N", "NEW").await.unwrap_err()),
        ("task.create", Permission::WriteTasks, project.create_task("todo", "T").await.unwrap_err()),
        ("task.update", Permission::WriteTasks, task.write(1, "T", "").await.unwrap_err()),
        ("task.move", Permission::WriteTasks, task.move_to("done").await.unwrap_err()),
    ] {
        assert_eq!(refused, AppError::Forbidden { permission }, "{action}");
        assert_eq!(app.count(&format!("audit_log WHERE action = '{action}' AND outcome = 'refused'")).await, 1);
    }
    assert_eq!(app.count("audit_log").await, 4);
    assert_eq!(app.count("project WHERE key = 'NEW'").await, 0);
}

#[tokio::test]
async fn a_refusal_is_audited_whatever_the_input() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, XYZ).await;
    let long = "x".repeat(10_000);
    for key in ["\0", "", &long] {
        let outcome = joe.create_project("N", key).await;
        assert_eq!(outcome, Err(AppError::Forbidden { permission: Permission::WriteProjects }));
    }
    assert_eq!(app.count("audit_log WHERE length(target) <= 100").await, 3);
}

#[tokio::test]
async fn repeated_refusals_are_counted_and_the_first_of_each_hour_are_audited() {
    let app = TestApp::spawn().await;
    // A whole hour, so that the test does not cross one.
    let past = app.clock.now().timestamp() % 3_600;
    app.clock.advance(chrono::TimeDelta::seconds(3_600 - past));
    let joe = app.signed_in(JOE, XYZ).await;
    for number in 0..12 {
        joe.create_project("N", &format!("NEW{number}")).await.unwrap_err();
    }
    let refused = |action: &str| format!("audit_log WHERE action = '{action}' AND outcome = 'refused'");
    let counted = |times: i64| format!("refusal_count WHERE action = 'project.create' AND times = {times}");
    assert_eq!((app.count(&refused("project.create")).await, app.count(&counted(12)).await), (10, 1));
    // Another action, and the next hour, have entries of their own.
    joe.task("TRIP-1").write(1, "T", "").await.unwrap_err();
    assert_eq!(app.count(&refused("task.update")).await, 1);
    app.clock.advance(chrono::TimeDelta::hours(1));
    joe.create_project("N", "LATER").await.unwrap_err();
    assert_eq!((app.count(&refused("project.create")).await, app.count(&counted(1)).await), (11, 1));
}

#[tokio::test]
async fn a_creation_is_audited_once_in_its_organization() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.create_project("New", "new").await.unwrap();
    let record = "audit_log a JOIN organization o ON o.id = a.org_id JOIN person p ON p.id = a.person_id
        WHERE o.slug = 'acme' AND p.subject = 'auth0|d00000000000000000000001' AND a.action = 'project.create'
        AND a.target = 'NEW' AND a.outcome = 'done'";
    assert_eq!((app.count(record).await, app.count("audit_log").await), (1, 1));
    // A rejected form leaves no audit record.
    alice.create_project("New", "new").await.unwrap_err();
    assert_eq!(app.count("audit_log").await, 1);
}

#[tokio::test]
async fn an_organization_name_ignores_case() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    // The application redirects to the lower-case name. Otherwise the sign-in, which ignores case, would cause a
    // redirect loop.
    let asked = alice.begin("organization=ACME").await;
    assert_eq!(asked.get("organization"), ACME.id);
}

#[tokio::test]
async fn a_name_with_a_null_byte_is_unknown() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let unknown = Organization { id: "", slug: "\0" };
    assert_eq!(alice.in_organization(unknown).workspace().await, Err(AppError::SignInRequired));
    alice.get("/login?organization=%00").await.assert_status(404);
    alice.get("/o/acme%00").await.assert_status(303);
}

#[tokio::test]
async fn a_vanity_host_redirects_to_the_workspace() {
    let app = TestApp::spawn_with(Settings { base_url: Some("http://localhost:3000/"), ..Settings::default() }).await;
    let browser = app.browser();
    for (path, target) in [
        ("/", "http://localhost:3000/o/acme"),
        ("/tasks/WEB-1?x=1", "http://localhost:3000/o/acme/tasks/WEB-1?x=1"),
        ("/o/beta", "http://localhost:3000/o/beta"),
        ("//evil.example", "http://localhost:3000/o/acme/evil.example"),
    ] {
        let request = browser.request(Method::GET, "/").build().unwrap();
        let url = format!("{}{}", request.url().origin().ascii_serialization(), path);
        let answer = browser.send(app.client().get(url).header("host", "acme.localhost:3000")).await;
        assert_eq!((answer.status, answer.location()), (307, target));
    }
}
