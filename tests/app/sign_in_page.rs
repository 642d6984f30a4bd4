//! `/sign-in`: signing in by workspace name or by email address, and the list of recent workspaces.

use crate::{
    snapshot::redacted,
    support::{ABC, ACME, ALICE, Answer, BETA, Browser, DANA, JOE, NINA, Settings, TestApp},
};

const RECENT: &str = "tessera-recent";

/// Returns the status, headers and body of `answer` without the parts that differ between equal answers.
fn observable(answer: &Answer, name: &str) -> (u16, Vec<String>, String) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| {
            !["location", "date", "set-cookie", "content-length", "x-request-id"].contains(&name.as_str())
        })
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.replace(name, "NAME").replace(answer.header("x-request-id"), "ID"))
}

#[tokio::test]
async fn the_page_offers_each_way_in() {
    let app = TestApp::spawn().await;
    let page = app.browser().get("/sign-in").await.assert_status(200);
    for text in ["href=\"/login\"", "name=\"workspace\"", "name=\"login_hint\"", "action=\"/login\""] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains("Last used on this device"));
    assert_eq!(page.header("set-cookie"), "");
    app.browser().get("/").await.assert_says("href=\"/sign-in\"").assert_says("href=\"/login\"");
}

#[tokio::test]
async fn a_workspace_name_starts_the_same_sign_in_whether_it_exists_or_not() {
    let app = TestApp::spawn().await;
    for known in [false, true] {
        let browser = app.browser();
        if known {
            browser.go_through(&app, NINA, "").await;
        }
        let mut answers = Vec::new();
        for name in ["acme", "nowhere"] {
            let answer = browser.get(&format!("/login?workspace={name}")).await.assert_status(303);
            let mut target = url::Url::parse(answer.location()).unwrap();
            let query: Vec<_> = target
                .query_pairs()
                .into_owned()
                .filter(|(name, _)| !["state", "nonce", "code_challenge"].contains(&name.as_str()))
                .collect();
            assert!(query.iter().all(|(name, value)| name != "organization" && !value.contains("acme")), "{query:?}");
            target.set_query(None);
            answers.push((target, query, observable(&answer, name)));
        }
        assert_eq!(answers[0], answers[1]);
    }
}

#[tokio::test]
async fn a_member_reaches_the_workspace_they_named() {
    let app = TestApp::spawn().await;
    for typed in ["acme", "ACME", "+acme+"] {
        let browser = app.browser();
        let answer = browser.go_through(&app, DANA, &format!("workspace={typed}")).await;
        answer.assert_leads_to("/o/acme");
        // The page of the workspace then creates the seat by a silent sign-in.
        let answer = browser.get("/o/acme").await.assert_status(303);
        let asked = browser.begin(answer.location().strip_prefix("/login?").unwrap()).await;
        assert_eq!((asked.get("organization"), asked.get("prompt")), (ACME.id, "none"));
    }
}

#[tokio::test]
async fn a_foreign_workspace_looks_like_a_missing_one() {
    let app = TestApp::spawn().await;
    let mut answers = Vec::new();
    for name in ["acme", "nowhere"] {
        let browser = app.browser();
        let answer = browser.go_through(&app, JOE, &format!("workspace={name}")).await.assert_status(404);
        let answer =
            answer.assert_says("You are not a member of this workspace").assert_says("signed in as joe@example.com");
        let answer = answer.assert_says(&format!("a workspace called “{name}”"));
        let answer = answer.assert_says(&format!("href=\"/login?workspace={name}&amp;prompt=login\""));
        answers.push(observable(&answer, name));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(app.count("seat").await, 0);
}

#[tokio::test]
async fn another_account_can_be_used_for_a_named_workspace() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    browser.go_through(&app, JOE, "workspace=acme").await.assert_status(404);
    let asked = browser.begin("workspace=acme&prompt=login").await;
    assert_eq!(asked.get("prompt"), "login");
    let code = app.provider.code(asked.grant(&app.provider, ALICE));
    browser.get(&asked.callback(&code)).await.assert_leads_to("/o/acme");
}

#[tokio::test]
async fn a_browser_with_a_seat_opens_the_workspace_directly() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.get("/login?workspace=Acme").await.assert_leads_to("/o/acme");
    // Dana is also a member of Beta, but has no seat there in this browser. The authorization request names no
    // organization.
    assert_eq!(dana.begin("workspace=beta").await.get("organization"), "");
    // A seat in another browser does not count.
    assert_eq!(app.browser().begin("workspace=acme").await.get("organization"), "");
}

#[tokio::test]
async fn a_suspended_member_is_treated_as_a_non_member() {
    let app = TestApp::spawn().await;
    app.database
        .change(
            "UPDATE membership SET status = 'suspended' WHERE org_id = (SELECT id FROM organization WHERE slug = 'beta')
             AND person_id = (SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000004')",
        )
        .await;
    app.browser().go_through(&app, DANA, "workspace=beta").await.assert_status(404);
}

#[tokio::test]
async fn an_impossible_name_is_refused_at_its_field() {
    let app = TestApp::spawn().await;
    let long = "a".repeat(51);
    for (typed, shown, message) in [
        ("", "", "Enter your workspace name"),
        ("ac%20me", "ac me", "only the letters a to z"),
        ("%3Cb%3E", "&lt;b", "only the letters a to z"),
        ("acme%00", "", "only the letters a to z"),
        ("-acme", "-acme", "start and end with"),
        (&long, &long, "at most 50 characters"),
    ] {
        let browser = app.browser();
        let answer = browser.get(&format!("/login?workspace={typed}")).await.assert_status(303);
        assert!(answer.location().starts_with("/sign-in?workspace="), "{}", answer.location());
        let page = browser.get(answer.location()).await.assert_status(422).assert_says(message);
        let page = page.assert_says("aria-invalid=\"true\"").assert_says("id=\"workspace-error\"");
        assert!(page.body.contains(&format!("value=\"{shown}")), "{typed}: what was typed is kept");
    }
    assert_eq!(app.count("login_transaction").await, 0);
}

#[tokio::test]
async fn an_email_address_is_sent_as_login_hint() {
    let app = TestApp::spawn().await;
    let asked = app.browser().begin("login_hint=dana%40example.com").await;
    assert_eq!((asked.get("login_hint"), asked.get("organization"), asked.get("prompt")), ("dana@example.com", "", ""));
    assert_eq!(app.browser().begin(&format!("login_hint={}", "a".repeat(400))).await.get("login_hint"), "");
}

/// Lists the recent workspaces that the page shows, in order.
async fn recent(browser: &Browser) -> Vec<String> {
    let page = browser.get("/sign-in").await.assert_status(200).body;
    let section = page.split("Last used on this device").nth(1).unwrap_or_default();
    let section = section.split("</section>").next().unwrap_or_default();
    section.split("href=\"/o/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn recent_workspaces_survive_a_sign_out() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.sign_in(&app, DANA, BETA).await;
    assert_eq!(recent(&dana).await, ["beta", "acme"]);
    dana.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
    assert_eq!(recent(&dana).await, ["beta", "acme"]);
    dana.sign_in(&app, DANA, ACME).await;
    assert_eq!(recent(&dana).await, ["acme", "beta"], "each is there once");
    dana.get("/sign-in").await.assert_says("Acme Corp").assert_says("Beta LLC");
    assert_eq!(recent(&app.browser()).await, Vec::<String>::new());
}

#[tokio::test]
async fn at_most_five_recent_workspaces_are_remembered() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let permissions: Vec<_> =
        tessera::testing::domain::permissions::Permission::ALL.iter().map(|it| it.as_str()).collect();
    for number in 0..7 {
        let id = format!("org_New{number:013}");
        app.provider.permit(JOE, &id, &permissions);
        let asked = browser.begin(&format!("organization={id}&prompt=login")).await;
        let mut grant = asked.grant(&app.provider, JOE);
        grant.id_token.set("org_name", format!("new-{number}"));
        let code = app.provider.code(grant);
        browser.get(&asked.callback(&code)).await.assert_leads_to(&format!("/o/new-{number}"));
        app.database.change(&format!("UPDATE organization SET display_name = '{}'", "ü".repeat(255))).await;
        // Joe opens ABC again, which now has a long display name.
        browser.sign_in(&app, JOE, ABC).await;
    }
    assert_eq!(recent(&browser).await.len(), 5);
    assert!(browser.cookies.lock().unwrap()[RECENT].len() < 3_000);
}

#[tokio::test]
async fn recent_workspaces_can_be_forgotten() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    dana.post_form("/sign-in", "/sign-in/forget", &[]).await.assert_leads_to("/sign-in");
    assert_eq!(recent(&dana).await, Vec::<String>::new());
    assert!(!dana.cookies.lock().unwrap().contains_key(RECENT));
    dana.get("/o/acme").await.assert_status(200);
    // A GET request, for example through a link on another site, does not clear the list.
    dana.get("/sign-in/forget").await.assert_status(405);
}

#[tokio::test]
async fn a_forged_cookie_is_ignored() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    let sealed = dana.cookies.lock().unwrap()[RECENT].clone();
    assert!(!sealed.contains("acme"));
    let mut damaged = sealed.clone();
    damaged.replace_range(40..41, if &sealed[40..41] == "A" { "B" } else { "A" });
    for forged in ["", "acme", "W3sic2x1ZyI6ImFjbWUifV0", &damaged] {
        dana.cookies.lock().unwrap().insert(RECENT.to_owned(), forged.to_owned());
        assert_eq!(recent(&dana).await, Vec::<String>::new(), "{forged}");
    }
    dana.cookies.lock().unwrap().insert(RECENT.to_owned(), sealed);
    assert_eq!(recent(&dana).await, ["acme"]);
}

#[tokio::test]
async fn the_cookie_is_same_site_http_only_and_lasts_a_year() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let answer = browser.go_through(&app, ALICE, "organization=org_AcmeCorp00000001").await;
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("tessera-recent=")).unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.split("; ").any(|it| it == attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let app = TestApp::spawn_with(Settings { base_url: Some("https://tessera.example/"), ..Settings::default() }).await;
    let answer = app.browser().post_form("/sign-in", "/sign-in/forget", &[]).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-tessera-recent=;") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn pages_on_the_way_in_are_as_their_snapshots() {
    let app = TestApp::spawn().await;
    let mut pages = Vec::new();
    for (name, path, status) in [
        ("sign_in", "/sign-in", 200),
        ("sign_in_with_a_mistake", "/sign-in?workspace=a%20b", 422),
        ("sign_out", "/logout", 200),
        ("expired_callback", "/callback?state=x&code=y", 400),
        ("unknown_workspace", "/login?organization=no%20where", 404),
    ] {
        let browser = app.browser();
        if name == "expired_callback" {
            // A browser without a cookie is told that cookies are needed.
            browser.begin("").await;
        }
        pages.push((name, browser.get(path).await.assert_status(status).body));
    }
    let _redacted = redacted();
    for (name, page) in pages {
        // The scripts at the end of the page depend on how quickly its resources were loaded.
        let shown = page.split("__RESOLVED_RESOURCES").next().unwrap_or_default();
        insta::assert_snapshot!(name, shown.replace("><", ">\n<"));
    }
}
