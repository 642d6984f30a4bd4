//! Before the sign-in, the name of a workspace does not show whether the workspace exists.

use reqwest::Method;

use crate::support::{ACME, Answer, Browser, DANA, Fault, JOE, NINA, Settings, TestApp};

/// Follows an address to the authorization request; returns its parameters but for those that are random.
async fn request(browser: &Browser, path: &str) -> Vec<(String, String)> {
    let mut answer = browser.get(path).await.assert_status(303);
    while answer.location().starts_with("/login?") {
        answer = browser.get(answer.location()).await.assert_status(303);
    }
    let target = url::Url::parse(answer.location()).unwrap();
    let random = ["state", "nonce", "code_challenge"];
    target.query_pairs().into_owned().filter(|(name, _)| !random.contains(&name.as_str())).collect()
}

/// Signs `person` in by the name of a workspace, which the browser does not know; returns the answer of the callback.
async fn by_name(app: &TestApp, browser: &Browser, person: &str, name: &str) -> Answer {
    let authorization = browser.begin(&format!("organization_name={name}&return_to=%2Fo%2F{name}%2Fsettings")).await;
    assert_eq!(authorization.get("organization"), "");
    let code = app.provider.code(authorization.grant(&app.provider, person));
    browser.get(&authorization.callback(&code)).await
}

/// The page with the name of the workspace and the request id left out.
fn body(answer: &Answer, name: &str) -> String {
    let body = answer.body.replace(name, "…");
    let id = answer.headers["x-request-id"].to_str().unwrap();
    body.replace(id, "…")
}

#[tokio::test]
async fn strangers_are_sent_to_the_same_sign_in_for_every_name() {
    let app = TestApp::spawn().await;
    let joe = app.browser();
    joe.go_through(&app, JOE, "").await.assert_status(303);
    // Nobody is signed in; Joe is, and is no member of acme.
    for browser in [app.browser(), joe] {
        for path in [
            "/o/{}",
            "/o/{}/projects/WEB/board",
            "/login?organization={}",
            "/login?organization_name={}",
            "/login?organization_name={}&login_hint=a%40b.example",
            "/login?organization={}&screen_hint=signup&prompt=login",
        ] {
            let of = async |name: &str| request(&browser, &path.replace("{}", name)).await;
            let known = of("acme").await;
            assert_eq!(known, of("nowhere").await, "{path}");
            assert!(known.iter().all(|(name, value)| name != "organization" && value != ACME.id), "{path}: {known:?}");
        }
    }
}

#[tokio::test]
async fn strangers_are_refused_alike_after_the_sign_in() {
    let app = TestApp::managing().await;
    let refused = async |name: &str| {
        let answer = by_name(&app, &app.browser(), NINA, name).await.assert_status(404);
        body(&answer.assert_says("You are not a member of this workspace"), name)
    };
    assert_eq!(refused("acme").await, refused("nowhere").await);
}

#[tokio::test]
async fn a_vanity_host_reveals_nothing_either() {
    let app = TestApp::spawn_with(Settings { base_url: Some("http://localhost:3000/"), ..Settings::default() }).await;
    let browser = app.browser();
    let mut answers = Vec::new();
    for name in ["acme", "nowhere"] {
        for path in ["", "login", "o/acme"] {
            let host = format!("{name}.localhost:3000");
            let answer = browser.send(app.client().get(format!("{}{path}", app.url)).header("host", host)).await;
            answers.push((answer.status, answer.location().replace(name, "…").replace("acme", "…")));
        }
    }
    assert_eq!(answers[..3], answers[3..]);
    assert_eq!(answers[1].1, "http://localhost:3000/login?organization_name=…");
}

#[tokio::test]
async fn a_member_arrives_at_the_page_and_then_signs_in_silently() {
    for manages in [false, true] {
        let app = TestApp::spawn_with(Settings { manages, ..Settings::default() }).await;
        let dana = app.browser();
        by_name(&app, &dana, DANA, "acme").await.assert_leads_to("/o/acme/settings");
        let login = dana.get("/o/acme/settings").await.assert_status(303);
        let silent = dana.begin(login.location().strip_prefix("/login?").unwrap()).await;
        assert_eq!((silent.get("prompt"), silent.get("organization")), ("none", ACME.id));
        let code = app.provider.code(silent.grant(&app.provider, DANA));
        dana.get(&silent.callback(&code)).await.assert_leads_to("/o/acme/settings");
        // The device knows the workspace from now on, also when nobody is signed in.
        dana.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
        assert_eq!(dana.begin("organization_name=ACME").await.get("organization"), ACME.id);
        assert_eq!(dana.begin("organization_name=beta").await.get("organization"), "");
    }
}

#[tokio::test]
async fn the_provider_is_asked_where_it_alone_knows_the_members() {
    // Nina became a member at the provider. Without the Management API nothing here says so.
    let app = TestApp::spawn().await;
    let nina = app.browser();
    let answer = by_name(&app, &nina, NINA, "acme").await.assert_status(303);
    let expected = format!("/login?organization={}&return_to=%2Fo%2Facme%2Fsettings", ACME.id);
    assert_eq!(answer.location(), expected);
    let silent = nina.begin(expected.strip_prefix("/login?").unwrap()).await;
    assert_eq!((silent.get("prompt"), silent.get("organization")), ("none", ACME.id));
    let code = app.provider.code(silent.grant(&app.provider, NINA));
    nina.get(&silent.callback(&code)).await.assert_leads_to("/o/acme/settings");
    nina.get("/o/acme/settings").await.assert_status(200);
    by_name(&app, &app.browser(), NINA, "nowhere").await.assert_status(404);
    // With it, the membership is fetched during the sign-in; the provider is asked if that fails.
    let app = TestApp::managing().await;
    let path = format!("/organizations/{}/members", ACME.id);
    let body = serde_json::json!({ "members": [NINA] });
    app.management().send(Method::POST, &path, Some(body)).await;
    app.management().fail((Method::GET, "/users/*/organizations"), Fault::Trouble, 1);
    assert_eq!(by_name(&app, &app.browser(), NINA, "acme").await.assert_status(303).location(), expected);
    by_name(&app, &app.browser(), NINA, "acme").await.assert_leads_to("/o/acme/settings");
}

#[tokio::test]
async fn a_form_that_was_kept_during_the_sign_in_comes_back() {
    let app = TestApp::spawn().await;
    let dana = app.browser();
    let authorization = dana.begin("organization_name=acme&return_to=%2Fo%2Facme%2Fprojects%2Fnew&draft=kept").await;
    let code = app.provider.code(authorization.grant(&app.provider, DANA));
    dana.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme/projects/new?draft=kept");
    let silent = dana.begin("organization_name=acme&return_to=%2Fo%2Facme%2Fprojects%2Fnew%3Fdraft%3Dkept").await;
    assert_eq!(silent.get("prompt"), "none");
}
