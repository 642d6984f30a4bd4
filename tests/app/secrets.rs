//! No token, code, cookie or ticket stands in the log, nor on a page of somebody who does not have it.

use chrono::TimeDelta;
use reqwest::{Method, header};

use crate::support::{ACME, ALICE, Answer, Browser, JWT_START, Log, NINA, Refusal, TestApp};

/// The pages that a run has seen.
#[derive(Default)]
struct Pages(Vec<(String, String)>);

impl Pages {
    /// Opens a page and keeps it.
    async fn open(&mut self, browser: &Browser, path: &str) -> Answer {
        let answer = browser.get(path).await;
        self.0.push((path.to_owned(), answer.body.clone()));
        answer
    }

    /// Lists the pages that contain `secret`, but for those whose address has it.
    fn with(&self, secret: &str) -> Vec<&str> {
        let shown = self.0.iter().filter(|(path, body)| body.contains(secret) && !path.contains(secret));
        shown.map(|(path, _)| path.as_str()).collect()
    }
}

#[tokio::test]
async fn the_log_and_the_pages_of_a_run_contain_no_secret() {
    let app = TestApp::managing().await;
    let log = Log::start();
    let mut pages = Pages::default();
    let mut secrets = Vec::new();

    // Sign in, once with success, and once with each mistake.
    let browser = app.browser();
    let authorization = browser.begin(&format!("organization={}", ACME.id)).await;
    let code = app.provider.code(authorization.grant(&app.provider, ALICE));
    secrets.push(("code", code.clone()));
    pages.open(&browser, &authorization.callback(&code)).await.assert_leads_to("/o/acme");
    pages.open(&browser, &authorization.callback(&code)).await;
    pages.open(&browser, "/callback?state=stolen-state&code=stolen-code").await;
    pages.open(&browser, "/callback?state=stolen-state&error=access_denied&error_description=stolen-reason").await;
    for stolen in ["stolen-state", "stolen-code", "stolen-reason"] {
        secrets.push(("parameter of a callback", stolen.to_owned()));
    }

    // Invite a person, who opens the link.
    let alice = browser.in_organization(ACME);
    alice.invite("nina@example.com", "member").await.unwrap();
    let invitations = format!("/organizations/{}/invitations?per_page=100", ACME.id);
    let ticket = app
        .until(async || {
            app.clock.advance(TimeDelta::milliseconds(100));
            let all = app.management().get(&invitations).await;
            let is_open = app.count("invitation WHERE state = 'open'").await == 1;
            is_open.then(|| all[0]["ticket_id"].as_str().unwrap().to_owned())
        })
        .await;
    secrets.push(("ticket", ticket.clone()));
    let guest = app.browser();
    pages.open(&guest, &format!("/login?invitation={ticket}&organization={}&organization_name=acme", ACME.id)).await;
    pages.open(&guest, &format!("/invitation?ticket={ticket}")).await.assert_status(200);
    guest.post_form("/invitation", &format!("/invitation/accept?ticket={ticket}"), &[]).await.assert_status(303);
    pages.open(&guest, "/invitation?ticket=stolen-ticket").await;
    secrets.push(("unknown ticket", "stolen-ticket".to_owned()));
    let nina = app.browser();
    nina.go_through(&app, NINA, "").await;

    // Tokens are refreshed, then refused.
    app.clock.advance(TimeDelta::minutes(16));
    pages.open(&browser, "/o/acme").await.assert_status(200);
    for page in
        ["", "/settings", "/settings/people", "/settings/sign-in-service", "/projects/WEB/board", "/tasks/WEB-1"]
    {
        pages.open(&browser, &format!("/o/acme{page}")).await;
    }
    for browser in [&browser, &guest, &nina] {
        for page in ["/", "/sign-in", "/welcome", "/new-organization", "/no/such/page"] {
            pages.open(browser, page).await;
        }
    }
    for cookie in [&browser, &guest, &nina].iter().flat_map(|browser| browser.cookies.lock().unwrap().clone()) {
        secrets.push(("cookie", cookie.1));
    }
    app.provider.refuse(Some(Refusal::InvalidGrant));
    app.clock.advance(TimeDelta::minutes(16));
    pages.open(&browser, "/o/acme").await;
    app.provider.refuse(None);

    // A client of the API, with a good and with a bad token.
    let token = app.provider.sign(&app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token);
    for token in [token.as_str(), &format!("{token}x"), "stolen-token"] {
        let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(token);
        let answer = browser.send(request).await;
        pages.0.push(("/api/v1/projects".to_owned(), answer.body));
    }
    secrets.push(("unknown token", "stolen-token".to_owned()));
    let logout = alice.request(Method::POST, "/backchannel-logout").header(header::ACCEPT, "application/json");
    pages.0.push((
        "/backchannel-logout".to_owned(),
        alice.send(logout.form(&[("logout_token", "stolen-token")])).await.body,
    ));
    browser.post_form("/o/acme", "/logout", &[]).await;

    secrets.push(("token", JWT_START.to_owned()));
    secrets.push(("refresh token", "refresh-token-".to_owned()));
    for (kind, secret) in secrets {
        // A shorter one may stand by chance in what is random, such as a nonce.
        assert!(secret.len() > 5, "{kind}");
        assert_eq!(log.lines_with(&secret), Vec::<String>::new(), "a {kind} is in the log");
        assert_eq!(pages.with(&secret), Vec::<&str>::new(), "a {kind} is on these pages");
    }
    assert!(!log.lines_with("INFO").is_empty() || !log.lines_with("WARN").is_empty(), "the run is logged");
}
