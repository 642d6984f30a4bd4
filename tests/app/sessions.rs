//! Browser sessions: the cookie, the stored data, and logout.

use reqwest::{Method, header};
use tessera::testing::domain::errors::AppError;

use crate::support::{ACME, ALICE, BETA, BOB, Browser, DANA, JWT_START, Settings, TestApp, functions::CreateProject};

const COOKIE: &str = "tessera";

#[tokio::test]
async fn sign_in_renews_the_session_id_and_invalidates_the_old_cookie() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
    // An attacker knows the cookie from before the sign-in, for example after planting it.
    let thief = browser.copy();
    let code = app.provider.code(authorization.grant(&app.provider, ALICE));
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
    let id = |browser: &crate::support::Browser| browser.cookies.lock().unwrap()[COOKIE].clone();
    assert_ne!(id(&browser), id(&thief));
    browser.get("/o/acme").await.assert_status(200);
    thief.get("/o/acme").await.assert_status(303);
}

#[tokio::test]
async fn the_cookie_is_same_site_and_http_only() {
    let app = TestApp::spawn().await;
    let answer = app.browser().get("/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("tessera="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|it| it == attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn over_tls_the_cookie_has_the_host_prefix() {
    let app = TestApp::spawn_with(Settings { base_url: Some("https://tessera.example/"), ..Settings::default() }).await;
    let answer = app.browser().get("/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-tessera="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.split("; ").any(|it| it == attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(answer.header("strict-transport-security").contains("max-age=31536000"));
}

#[tokio::test]
async fn a_cookie_with_a_disguised_name_is_no_session() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    // Without this check, `%5F_Host-tessera`, which any sibling host can set, would pass for `__Host-tessera`.
    for name in ["%74essera", "\u{2000}tessera"] {
        let sibling = alice.copy();
        let session = sibling.cookies.lock().unwrap().remove(COOKIE).unwrap();
        sibling.cookies.lock().unwrap().insert(name.to_owned(), session);
        sibling.get("/o/acme").await.assert_status(303);
    }
    alice.get("/o/acme").await.assert_status(200);
}

#[tokio::test]
async fn a_visitor_gets_no_cookie() {
    let app = TestApp::spawn().await;
    assert_eq!(app.browser().get("/").await.assert_status(200).header("set-cookie"), "");
    assert_eq!(app.count("browser_session").await, 0);
}

#[tokio::test]
async fn every_answer_may_be_loaded_by_this_origin_only() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for path in
        ["/", "/o/acme", "/o/nowhere", "/healthz", "/api/v1/projects", "/api/openapi.json", "/robots.txt", "/pkg/x.js"]
    {
        assert_eq!(alice.get(path).await.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn private_pages_are_not_cached_and_contain_no_tokens() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let page = alice.get("/o/acme").await.assert_status(200);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert!(!page.body.contains(JWT_START) && !page.body.contains("refresh-token"), "a token is in the page");
}

#[tokio::test]
async fn tokens_cookies_and_drafts_are_not_readable_in_the_database() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let cookie = alice.cookies.lock().unwrap()[COOKIE].clone();
    let form = [("org", "acme"), ("name", "Secret plan"), ("key", "S")];
    signed_out(&app).await.submit::<CreateProject>("/o/acme", &form).await.assert_status(303);
    let tokens: Vec<u8> = app.database.bytes_of("seat", "tokens").await;
    assert!(tokens.len() > 500);
    let mut all = app.database.bytes().unwrap_or_default();
    all.extend(tokens);
    for column in ["record"] {
        all.extend(app.database.bytes_of("browser_session", column).await);
    }
    all.extend(app.database.bytes_of("form_draft", "draft").await);
    for secret in ["refresh-token-", JWT_START, &cookie, "Secret plan"] {
        assert!(!all.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} can be read");
    }
}

#[tokio::test]
async fn logout_ends_every_seat_here_and_the_session_at_the_provider() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.sign_in(&app, DANA, BETA).await;
    let before = dana.copy();
    let answer = dana.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
    let target = url::Url::parse(answer.location()).unwrap();
    assert_eq!(
        format!("{}{}", target.origin().ascii_serialization(), target.path()),
        format!("{}oidc/logout", app.provider.issuer)
    );
    let query: std::collections::BTreeMap<_, _> = target.query_pairs().into_owned().collect();
    assert_eq!(query["post_logout_redirect_uri"], app.url.as_str());
    assert_eq!(query["client_id"], "tessera-under-test");
    assert!(query["id_token_hint"].starts_with(JWT_START));
    // The browser keeps only the cookie with its recent workspaces.
    assert_eq!(dana.cookies.lock().unwrap().keys().collect::<Vec<_>>(), ["tessera-recent"]);
    for browser in [dana.browser, before] {
        browser.get("/o/acme").await.assert_status(303);
        browser.get("/o/beta").await.assert_status(303);
    }
    assert_eq!((app.count("seat").await, app.count("browser_session").await), (0, 0));
}

#[tokio::test]
async fn logout_falls_back_to_the_auth0_endpoint() {
    let app = TestApp::spawn().await;
    app.provider.without_logout();
    let alice = app.signed_in(ALICE, ACME).await;
    let answer = alice.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
    let expected = format!("{}v2/logout?returnTo=", app.provider.issuer);
    assert!(answer.location().starts_with(&expected), "{}", answer.location());
}

#[tokio::test]
async fn logout_works_while_the_provider_is_down_and_without_a_session() {
    let mut app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    // The last answer does not count any more.
    app.clock.advance(chrono::TimeDelta::seconds(11));
    app.provider.stop().await;
    alice.post_form("/o/acme", "/logout", &[]).await.assert_leads_to("/");
    app.browser().post_form("/", "/logout", &[]).await.assert_leads_to("/");
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn a_link_to_logout_asks_first() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/logout").await.assert_status(200).assert_says("Sign out of Tessera?");
    alice.get("/o/acme").await.assert_status(200);
}

#[tokio::test]
async fn sign_in_returns_to_the_requested_path() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let page = "/o/acme/tasks/WEB-1?x=1&y=%C3%BC";
    // First without the organization, whose name the browser does not know; then to it.
    for organization in ["", ACME.id] {
        let answer = browser.get(page).await.assert_status(303);
        let authorization = browser.begin(answer.location().strip_prefix("/login?").unwrap()).await;
        assert_eq!(authorization.get("organization"), organization);
        let code = app.provider.code(authorization.grant(&app.provider, ALICE));
        browser.get(&authorization.callback(&code)).await.assert_leads_to(page);
    }
    browser.get(page).await.assert_status(200);
}

#[tokio::test]
async fn a_sign_in_never_leads_to_another_site() {
    let app = TestApp::spawn().await;
    for target in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/.//evil.example",
        "/x/..//evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/o/acme\r\nSet-Cookie: x=y",
        "/login?return_to=/login",
    ] {
        let browser = app.browser();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("organization", "acme")
            .append_pair("return_to", target)
            .finish();
        let authorization = browser.begin(&query).await;
        let code = app.provider.code(authorization.grant(&app.provider, ALICE));
        let answer = browser.get(&authorization.callback(&code)).await.assert_status(303);
        assert_eq!(answer.location(), "/o/acme", "{target:?}");
    }
}

#[tokio::test]
async fn a_request_from_another_site_changes_nothing() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        for (action, accept) in
            [("/fn/create_project", "text/html"), ("/fn/create_project", "application/json"), ("/logout", "text/html")]
        {
            let request = alice.request(Method::POST, action).header(header::ACCEPT, accept).header(name, value);
            let answer = alice.send(request.form(&[("org", "acme"), ("name", "Evil"), ("key", "EVIL")])).await;
            answer.assert_status(403).assert_says("This request came from another site");
        }
    }
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.count("project WHERE key = 'EVIL'").await, 0);
}

const DRAFT: [(&str, &str); 3] = [("org", "acme"), ("name", "Typed with <care>"), ("key", "TYPED")];

/// Returns a browser in which Alice was signed in to acme.
async fn signed_out(app: &TestApp) -> Browser {
    let alice = app.signed_in(ALICE, ACME).await;
    alice.cookies.lock().unwrap().remove(COOKIE);
    alice.browser
}

#[tokio::test]
async fn a_form_of_a_stranger_is_not_kept() {
    let app = TestApp::spawn().await;
    let refused = app.browser().submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(401);
    refused.assert_says("Sign in in another tab");
    // A sign-in that was only begun makes no difference, nor does a forged cookie.
    let begun = app.browser();
    begun.begin("organization=acme").await;
    begun.cookies.lock().unwrap().insert("tessera-recent".to_owned(), "forged".to_owned());
    begun.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(401);
    assert_eq!((app.count("form_draft").await, app.count("browser_session").await), (0, 1));
}

#[tokio::test]
async fn a_form_is_kept_in_a_browser_whose_seats_ended_at_the_provider() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.cookies.lock().unwrap().remove("tessera-recent");
    app.database.change("DELETE FROM seat").await;
    alice.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(303);
    assert_eq!(app.count("form_draft").await, 1);
}

#[tokio::test]
async fn drafts_of_one_address_are_limited() {
    let app = TestApp::spawn().await;
    for _ in 0..6 {
        let browser = signed_out(&app).await;
        for _ in 0..9 {
            app.clock.advance(chrono::TimeDelta::seconds(1));
            browser.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(303);
        }
    }
    assert_eq!(app.count("form_draft").await, 50);
}

#[tokio::test]
async fn the_session_of_a_stranger_ends_within_the_hour_and_that_of_a_member_does_not() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let stranger = app.browser();
    stranger.begin("organization=acme").await;
    let lasting = |minutes: i64| {
        let until = (app.clock.now() + chrono::TimeDelta::minutes(minutes)).to_rfc3339();
        format!("browser_session WHERE client IS NOT NULL AND expires_at <= '{until}'")
    };
    assert_eq!((app.count(&lasting(61)).await, app.count(&lasting(59)).await), (1, 0));
    app.clock.advance(chrono::TimeDelta::minutes(61));
    alice.get("/o/acme").await.assert_status(200);
    // A sign-in takes the limit away.
    let late = app.signed_in(DANA, ACME).await;
    app.clock.advance(chrono::TimeDelta::minutes(61));
    late.get("/o/acme").await.assert_status(200);
}

#[tokio::test]
async fn an_address_cannot_start_sign_ins_without_end() {
    let app = TestApp::spawn().await;
    app.browser().begin("organization=acme").await;
    let client = "127.0.0.1";
    // Sessions of strangers, of this address and of another.
    for (count, client) in [(998, client), (5, "192.0.2.1")] {
        let rows = format!(
            "WITH RECURSIVE n(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < {count})
             INSERT INTO browser_session (id, record, client, expires_at)
             SELECT '{client}/' || number, record, '{client}', expires_at
             FROM n, (SELECT record, expires_at FROM browser_session LIMIT 1) AS one"
        );
        app.database.change(&rows).await;
    }
    app.browser().begin("organization=acme").await;
    let refused = app.browser().get("/login?organization=acme").await.assert_status(429);
    let refused = refused.assert_says("Too many sign-ins were started from your network");
    assert_eq!(refused.header("retry-after"), "3600");
    assert_eq!(app.count("login_transaction").await, 2);
    // Who is signed in does not count, and a browser with a session goes on.
    app.clock.advance(chrono::TimeDelta::minutes(61));
    app.browser().begin("organization=acme").await;
}

#[tokio::test]
async fn form_input_survives_an_expired_session_in_the_same_browser_only() {
    let app = TestApp::spawn().await;
    let browser = app.signed_in(ALICE, ACME).await;
    // The session has ended; the cookie with the recent workspaces is kept longer.
    browser.cookies.lock().unwrap().remove(COOKIE);
    let answer = browser.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(303);
    let login = answer.location().to_owned();
    assert!(
        login.starts_with("/login?organization_name=acme&return_to=%2Fo%2Facme%2Fprojects%2Fnew&draft="),
        "{login}"
    );
    let authorization = browser.begin(login.strip_prefix("/login?").unwrap()).await;
    let code = app.provider.code(authorization.grant(&app.provider, ALICE));
    let page = browser.get(&authorization.callback(&code)).await.assert_status(303).location().to_owned();
    let restored = browser.get(&page).await.assert_status(200);
    restored.assert_says("Typed with &lt;care&gt;").assert_says("TYPED").assert_says("Your text has been restored");
    // The link does not restore the draft in another browser.
    let other = app.signed_in(ALICE, ACME).await.get(&page).await.assert_status(200);
    assert!(!other.body.contains("Typed with"));
    assert_eq!(app.count("project WHERE key = 'TYPED'").await, 0);
    // The draft is complete and can be submitted.
    browser.submit::<CreateProject>(&page, &DRAFT).await.assert_leads_to("/o/acme/projects/TYPED/board");
}

#[tokio::test]
async fn a_draft_expires_after_half_a_day() {
    let app = TestApp::spawn().await;
    let browser = signed_out(&app).await;
    let answer = browser.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(303);
    let draft = answer.location().rsplit_once("draft=").unwrap().1.to_owned();
    browser.sign_in(&app, ALICE, ACME).await;
    let page = format!("/o/acme/projects/new?draft={draft}");
    browser.get(&page).await.assert_says("Typed with");
    app.clock.advance(chrono::TimeDelta::hours(12) - chrono::TimeDelta::seconds(1));
    browser.get(&page).await.assert_says("Typed with");
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert!(!browser.get(&page).await.body.contains("Typed with"));
}

#[tokio::test]
async fn only_a_few_drafts_are_kept_per_browser() {
    let app = TestApp::spawn().await;
    let browser = signed_out(&app).await;
    let mut last = String::new();
    for _ in 0..14 {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        let answer = browser.submit::<CreateProject>("/o/acme/projects/new", &DRAFT).await.assert_status(303);
        answer.location().rsplit_once("draft=").unwrap().1.clone_into(&mut last);
    }
    assert_eq!(app.count("form_draft").await, 10);
    browser.sign_in(&app, ALICE, ACME).await;
    browser.get(&format!("/o/acme/projects/new?draft={last}")).await.assert_says("Typed with");
}

#[tokio::test]
async fn oversized_forms_are_refused() {
    let app = TestApp::spawn().await;
    let (stranger, alice) = (app.browser(), app.signed_in(ALICE, ACME).await);
    let long = "n".repeat(257 * 1024);
    let large = [("org", "acme"), ("name", long.as_str()), ("key", "LARGE")];
    let refused = stranger.submit::<CreateProject>("/o/acme/projects/new", &large).await.assert_status(401);
    refused.assert_says("too much text to keep");
    assert_eq!(stranger.call_raw::<()>("create_project", &large).await, Err(AppError::SignInRequired));
    assert_eq!(app.count("form_draft").await, 0);
    alice.submit::<CreateProject>("/o/acme/projects/new", &large).await.assert_status(422);

    let countless = vec![("a", "b"); 10_001];
    alice.submit::<CreateProject>("/o/acme/projects/new", &countless).await.assert_status(413);
    assert_eq!(alice.call_raw::<()>("create_project", &countless).await, Err(AppError::TooLarge));
    assert_eq!(stranger.call_raw::<()>("create_project", &countless).await, Err(AppError::SignInRequired));
}

#[tokio::test]
async fn a_browser_may_hold_different_people_in_different_organizations() {
    let app = TestApp::spawn().await;
    let browser = app.signed_in(ALICE, ACME).await;
    browser.sign_in(&app, BOB, BETA).await;
    for (organization, email) in [(ACME, "alice@acme.example"), (BETA, "bob@beta.example")] {
        browser.get(&format!("/o/{}", organization.slug)).await.assert_status(200).assert_says(email);
        let workspace = browser.in_organization(organization).workspace().await.unwrap();
        assert_eq!(workspace.person.email, email);
    }
}

#[tokio::test]
async fn a_malformed_cookie_is_ignored() {
    let app = TestApp::spawn().await;
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "%00", &"A".repeat(5000)] {
        let browser = app.browser();
        browser.cookies.lock().unwrap().insert(COOKIE.to_owned(), value.to_owned());
        browser.get("/o/acme").await.assert_status(303);
    }
}
