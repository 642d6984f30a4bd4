//! Silent sign-in to another workspace, and its fallback to a prompt.

use reqwest::{Method, header};

use crate::support::{
    ABC, ACME, ALICE, Answer, Authorization, BETA, Browser, DANA, JOE, TestApp, XYZ, functions::CreateProject,
};

/// Answers an authorization request with an error of the provider.
async fn refuse(browser: &Browser, asked: &Authorization, error: &str, description: &str) -> Answer {
    let state = asked.get("state");
    browser.get(&format!("/callback?state={state}&error={error}&error_description={description}")).await
}

fn authorization(answer: &Answer) -> Authorization {
    Authorization::of(answer.location())
}

#[tokio::test]
async fn a_signed_in_person_enters_another_workspace_without_a_prompt() {
    let app = TestApp::spawn().await;
    let dana = app.browser();
    assert_eq!(dana.begin("organization=acme").await.get("prompt"), "", "nobody is known yet");
    dana.sign_in(&app, DANA, ACME).await;
    let answer = dana.get("/o/beta/settings").await.assert_status(303);
    let query = answer.location().strip_prefix("/login?").unwrap().to_owned();
    let asked = dana.begin(&query).await;
    assert_eq!((asked.get("prompt"), asked.get("organization")), ("none", BETA.id));
    let code = app.provider.code(asked.grant(&app.provider, DANA));
    dana.get(&asked.callback(&code)).await.assert_leads_to("/o/beta/settings");
    dana.get("/o/beta/settings").await.assert_status(200);
}

#[tokio::test]
async fn a_silent_attempt_that_needs_interaction_is_retried_once_with_a_prompt() {
    let app = TestApp::spawn().await;
    for error in ["login_required", "interaction_required", "consent_required", "account_selection_required"] {
        let dana = app.signed_in(DANA, ACME).await;
        let silent = dana.begin("organization_name=beta&return_to=%2Fo%2Fbeta%2Fsettings").await;
        assert_eq!(silent.get("prompt"), "none");
        let again = authorization(&refuse(&dana, &silent, error, "").await.assert_status(303));
        assert_eq!((again.get("prompt"), again.get("organization")), ("", BETA.id), "{error}");
        for name in ["state", "nonce", "code_challenge"] {
            assert_ne!(again.get(name), silent.get(name), "{name}");
        }
        // If the second attempt fails too, the page asks the person to sign in.
        let answer = refuse(&dana, &again, error, "").await.assert_status(401).assert_says("Please sign in");
        assert!(answer.body.contains("return_to=%2Fo%2Fbeta%2Fsettings"), "the way is kept");
        // The login transaction of the first attempt is consumed, so another answer to it is rejected.
        refuse(&dana, &silent, error, "").await.assert_status(400);
        // The link on the page continues the sign-in.
        let last = dana.begin("organization_name=beta&prompt=login&return_to=%2Fo%2Fbeta%2Fsettings").await;
        let code = app.provider.code(last.grant(&app.provider, DANA));
        dana.get(&last.callback(&code)).await.assert_leads_to("/o/beta/settings");
    }
}

#[tokio::test]
async fn form_input_survives_a_failed_silent_attempt() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    app.database.change("DELETE FROM seat").await;
    let fields = [("org", "abc-inc"), ("name", "Kept name"), ("key", "KEPT")];
    let answer = joe.submit::<CreateProject>("/o/abc-inc/projects/new", &fields).await.assert_status(303);
    let silent = joe.begin(answer.location().strip_prefix("/login?").unwrap()).await;
    assert_eq!(silent.get("prompt"), "none");
    let again = authorization(&refuse(&joe, &silent, "login_required", "").await.assert_status(303));
    let code = app.provider.code(again.grant(&app.provider, JOE));
    let answer = joe.get(&again.callback(&code)).await.assert_status(303);
    joe.get(answer.location()).await.assert_status(200).assert_says("Kept name");
}

#[tokio::test]
async fn other_errors_of_a_silent_attempt_show_an_error_page() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let silent = joe.begin("organization=org_AcmeCorp00000001").await;
    assert_eq!(silent.get("prompt"), "none");
    let description = format!("user {} is not part of the {} organization", JOE.replace('|', "%7C"), ACME.id);
    let answer = refuse(&joe, &silent, "access_denied", &description).await.assert_status(403);
    let answer =
        answer.assert_says("You can’t open this workspace").assert_says("The account joe@example.com is not a member");
    answer.assert_says(&format!("href=\"/login?organization={}&amp;prompt=login\"", ACME.id));
    let silent = joe.begin("organization=org_AcmeCorp00000001").await;
    refuse(&joe, &silent, "server_error", "").await.assert_status(503);
    assert_eq!(app.count("seat").await, 1);
}

#[tokio::test]
async fn a_forged_error_reveals_nothing_about_other_people() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    for subject in [ALICE, "nobody", ""] {
        let asked = joe.begin("organization=org_AcmeCorp00000001").await;
        let description = format!("user {} is not part of", subject.replace('|', "%7C"));
        let answer = refuse(&joe, &asked, "access_denied", &description).await.assert_status(403);
        let answer = answer.assert_says("The account that you signed in with");
        assert!(!answer.body.contains("alice@"));
    }
}

#[tokio::test]
async fn an_explicit_prompt_or_hint_is_not_silent() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    for (query, prompt) in [
        ("organization=beta&prompt=login", "login"),
        ("organization=beta&prompt=select_account", "select_account"),
        ("organization=beta&prompt=none", "none"),
        ("organization=beta&prompt=made-up", "none"),
        ("organization=beta&login_hint=dana%40example.com", ""),
        ("organization=beta&screen_hint=signup", ""),
        ("prompt=none", ""),
        ("prompt=login", "login"),
        ("", ""),
    ] {
        assert_eq!(dana.begin(query).await.get("prompt"), prompt, "{query}");
    }
}

#[tokio::test]
async fn a_script_request_starts_no_silent_sign_in() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    for (mode, prompt) in [("navigate", "none"), ("cors", ""), ("no-cors", "")] {
        let request = dana.request(Method::GET, "/login?organization=beta").header("sec-fetch-mode", mode);
        let answer = dana.send(request.header(header::ACCEPT, "text/html")).await.assert_status(303);
        assert_eq!(authorization(&answer).get("prompt"), prompt, "{mode}");
    }
}

#[tokio::test]
async fn after_a_sign_out_the_provider_prompts() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
    assert_eq!(dana.begin("organization=beta").await.get("prompt"), "");
}

#[tokio::test]
async fn a_workspace_with_a_seat_opens_without_the_provider() {
    let app = TestApp::spawn().await;
    let mut app = app;
    let joe = app.signed_in(JOE, ABC).await;
    joe.sign_in(&app, JOE, XYZ).await;
    app.provider.stop().await;
    for org in ["abc-inc", "xyz-travel"] {
        joe.get(&format!("/o/{org}")).await.assert_status(200);
    }
}
