//! The administrator's console, as a browser uses it.

use chrono::TimeDelta;
use reqwest::{StatusCode, header};

use crate::support::{ABC, ACME, Browser, JOE, LOGOUT, Provider, location};

const JOE_ENCODED: &str = "auth0%7Cd00000000000000000000005";
const PAGES: [&str; 9] = [
    "console/organizations",
    "console/people",
    "console/invitations",
    "console/clients",
    "console/connections",
    "console/keys",
    "console/keys/rotate",
    "console/settings",
    "console/log",
];

/// Signs the administrator in and returns the browser.
async fn administrator(provider: &Provider) -> Browser {
    let new = provider.idp.reset_administrator().await.unwrap();
    let browser = provider.browser();
    let response = browser.post("console/sign-in", &[("name", new.name), ("password", &new.password)]).await;
    assert_eq!(location(&response), "/console/organizations");
    browser
}

async fn text(browser: &Browser, path: &str) -> String {
    let response = browser.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn every_page_needs_a_sign_in_and_returns_afterwards() {
    let provider = Provider::start().await;
    let stranger = provider.browser();
    for page in PAGES {
        assert!(location(&stranger.get(page).await).starts_with("/console/sign-in?next=%2Fconsole%2F"), "{page}");
    }
    for action in ["keys/rotate", "keys/revoke", "person/block", "settings", "invitations/new", "invitation/revoke"] {
        let response = stranger.post(&format!("console/{action}"), &[("id", JOE)]).await;
        assert!(location(&response).starts_with("/console/sign-in"), "{action}");
    }
    let new = provider.idp.reset_administrator().await.unwrap();
    let form = |next| [("name", new.name), ("password", new.password.as_str()), ("next", next)];
    let inside = stranger.post("console/sign-in", &form("/console/people?q=joe")).await;
    assert_eq!(location(&inside), "/console/people?q=joe");
    for outside in ["https://evil.example/", "//evil.example", "/console\\evil", "/consolevil"] {
        let response = stranger.post("console/sign-in", &form(outside)).await;
        assert_eq!(location(&response), "/console/organizations", "{outside}");
    }
}

#[tokio::test]
async fn the_cookie_is_strict_and_ends_with_sign_out_password_change_or_expiry() {
    let provider = Provider::start().await;
    let new = provider.idp.reset_administrator().await.unwrap();
    let sign_in = [("name", new.name), ("password", new.password.as_str())];
    let browser = provider.browser();
    let response = browser.post("console/sign-in", &sign_in).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("idp_console=") && cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    text(&browser, "console/keys").await;

    browser.post("console/sign-out", &[]).await;
    assert!(browser.get("console/keys").await.status().is_redirection());

    browser.post("console/sign-in", &sign_in).await;
    provider.advance(TimeDelta::hours(8) - TimeDelta::seconds(1));
    text(&browser, "console/keys").await;
    provider.advance(TimeDelta::seconds(1));
    assert!(browser.get("console/keys").await.status().is_redirection());

    browser.post("console/sign-in", &sign_in).await;
    text(&browser, "console/keys").await;
    provider.idp.reset_administrator().await.unwrap();
    assert!(browser.get("console/keys").await.status().is_redirection());
    assert_eq!(browser.post("console/sign-in", &sign_in).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_the_first_start_creates_an_administrator() {
    let provider = Provider::start().await;
    assert!(provider.idp.first_administrator().await.unwrap().is_some());
    assert!(provider.idp.first_administrator().await.unwrap().is_none());
    assert!(provider.reopen().await.first_administrator().await.unwrap().is_none());
}

#[tokio::test]
async fn wrong_passwords_are_refused_alike_and_then_throttled() {
    let provider = Provider::start().await;
    let new = provider.idp.reset_administrator().await.unwrap();
    let browser = provider.browser();
    let stranger = browser.post("console/sign-in", &[("name", "nobody"), ("password", "x")]).await;
    assert_eq!(stranger.status(), StatusCode::BAD_REQUEST);
    assert!(stranger.text().await.unwrap().contains("Wrong name or password."));
    for _ in 0..10 {
        let wrong = browser.post("console/sign-in", &[("name", new.name), ("password", "x")]).await;
        assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
        assert!(wrong.text().await.unwrap().contains("Wrong name or password."));
    }
    let right = [("name", new.name), ("password", new.password.as_str())];
    let waiting = browser.post("console/sign-in", &right).await;
    assert_eq!(
        (waiting.status(), &waiting.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"900".parse().unwrap())
    );
    provider.advance(TimeDelta::minutes(15) - TimeDelta::seconds(1));
    assert_eq!(browser.post("console/sign-in", &right).await.status(), StatusCode::TOO_MANY_REQUESTS);
    provider.advance(TimeDelta::seconds(1));
    assert!(browser.post("console/sign-in", &right).await.status().is_redirection());
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let response = browser.post_from("http://evil.example", "console/person/block", &[("id", JOE)]).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(!text(&browser, &format!("console/person?id={JOE_ENCODED}")).await.contains("Blocked"));
}

#[tokio::test]
async fn every_page_opens_and_forbids_scripts() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    for page in PAGES {
        let response = browser.get(page).await;
        assert_eq!(response.status(), StatusCode::OK, "{page}");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        let section = page.split('/').nth(1).unwrap();
        let current = format!(r#"<a href="/console/{section}" aria-current="page">"#);
        assert!(response.text().await.unwrap().contains(&current), "{page}");
    }
}

#[tokio::test]
async fn a_missing_record_is_not_found() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    for page in [
        "organization?id=org_nobody",
        "organization",
        "person?id=auth0%7Cx%00",
        "person/block?id=x",
        "invitation?id=x",
        "invitations/new?organization=x",
        "keys/revoke?kid=x",
    ] {
        assert_eq!(browser.get(&format!("console/{page}")).await.status(), StatusCode::NOT_FOUND, "{page}");
    }
    for page in ["people?page=-1", "people?page=99999999999999999999", "log?q=%25_%5C", "organizations?q=%27"] {
        text(&browser, &format!("console/{page}")).await;
    }
}

#[tokio::test]
async fn organizations_and_people_are_searched_and_shown_with_details() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let found = text(&browser, "console/organizations?q=TRAVEL").await;
    assert!(found.contains("XYZ Travel") && !found.contains("Acme Corp"));
    assert!(text(&browser, "console/organizations?q=%25").await.contains("Nothing found"));

    let one = text(&browser, &format!("console/organization?id={ABC}")).await;
    assert!(one.contains("Joe Jensen") && one.contains(r#"<span class="tag">member</span>"#));
    assert!(one.contains("Username-Password-Authentication") && !one.contains("Alice Archer"));

    let found = text(&browser, "console/people?q=jensen").await;
    assert!(found.contains("joe@example.com") && !found.contains("carol@example.com"));
    provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let one = text(&browser, &format!("console/person?id={JOE_ENCODED}")).await;
    assert!(one.contains("ABC Inc") && one.contains("XYZ Travel") && one.contains("Sign out everywhere"));
}

#[tokio::test]
async fn a_list_is_paged() {
    let provider = Provider::start().await;
    provider
        .sql(
            "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 30)
             INSERT INTO organizations (id, name, created_at)
             SELECT 'org_made' || number, 'made' || number, 0 FROM numbers",
        )
        .await;
    let browser = administrator(&provider).await;
    let first = text(&browser, "console/organizations?q=made").await;
    assert!(first.contains("page=2") && !first.contains(r#"rel="prev""#));
    let second = text(&browser, "console/organizations?q=made&page=2").await;
    assert!(second.contains(r#"rel="prev""#) && second.contains("q=made&amp;page=1"));
}

#[tokio::test]
async fn blocking_asks_for_confirmation_and_ends_the_sessions() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let joe = provider.browser();
    joe.code("joe@example.com", &[("organization", ABC)]).await;
    let page = format!("console/person?id={JOE_ENCODED}");
    assert!(text(&browser, &format!("console/person/block?id={JOE_ENCODED}")).await.contains("Block Joe Jensen?"));
    assert!(!text(&browser, &page).await.contains("Blocked"));

    let blocked = browser.post("console/person/block", &[("id", JOE)]).await;
    assert_eq!(location(&blocked), format!("/{page}"));
    let shown = text(&browser, &page).await;
    assert!(shown.contains("Blocked") && shown.contains("No active sessions"));
    // Joe's session has ended, so the login page asks for the password again.
    joe.begin("/u/login", &[("organization", ABC)]).await;

    browser.post("console/person/unblock", &[("id", JOE)]).await;
    assert!(!text(&browser, &page).await.contains("Blocked"));
    provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
}

#[tokio::test]
async fn a_person_can_be_signed_out_everywhere() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let joe = provider.browser();
    joe.code("joe@example.com", &[("organization", ABC)]).await;
    text(&browser, &format!("console/person/sign-out?id={JOE_ENCODED}")).await;
    browser.post("console/person/sign-out", &[("id", JOE)]).await;
    joe.begin("/u/login", &[("organization", ABC)]).await;
}

#[tokio::test]
async fn an_invitation_is_created_copied_and_revoked() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let form = text(&browser, &format!("console/invitations/new?organization={ACME}")).await;
    let viewer = form.split("<option value=\"").find(|part| part.contains(">viewer<")).unwrap();
    let viewer = viewer.split('"').next().unwrap();

    let fields =
        |email, inviter, role| [("organization", ACME), ("email", email), ("inviter", inviter), ("role", role)];
    let wrong = browser.post("console/invitations/new", &fields("zoe", "", viewer)).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let wrong = wrong.text().await.unwrap();
    assert!(
        wrong.contains("Enter an email address")
            && wrong.contains("Enter your name.")
            && wrong.contains(r#"value="zoe""#)
    );
    let wrong = browser.post("console/invitations/new", &fields("zoe@example.com", "Ada", "rol_none")).await;
    assert!(wrong.text().await.unwrap().contains("Choose one of the roles."));

    let made = browser.post("console/invitations/new", &fields("Zoe@Example.com", "Ada", viewer)).await;
    let page = location(&made).to_owned();
    let shown = text(&browser, &page).await;
    assert!(shown.contains("zoe@example.com") && shown.contains(r#"<span class="tag">viewer</span>"#));
    let link = shown.split(r#"id="link" type="text" value=""#).nth(1).unwrap().split('"').next().unwrap();
    assert!(link.starts_with("http://app.example/login?invitation="), "{link}");
    let query = link.split_once('?').unwrap().1.replace("&amp;", "&");
    let ticket = query.split('&').next().unwrap().strip_prefix("invitation=").unwrap().to_owned();
    assert!(text(&browser, "console/invitations").await.contains("zoe@example.com"));

    let zoe = provider.browser();
    zoe.begin("/u/invitation", &[("organization", ACME), ("invitation", &ticket)]).await;
    let id = page.split_once("id=").unwrap().1;
    assert!(text(&browser, &format!("console/invitation/revoke?id={id}")).await.contains("Revoke the invitation"));
    let revoked = browser.post("console/invitation/revoke", &[("id", id)]).await;
    assert_eq!(location(&revoked), "/console/invitations");
    let refused = zoe.authorize(&[("organization", ACME), ("invitation", &ticket)]).await;
    crate::support::assert_refused(&refused, "invalid_request", "invitation not found or already used");
}

#[tokio::test]
async fn keys_are_rotated_and_the_previous_one_is_revoked() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let before = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let old = jsonwebtoken::decode_header(before["id_token"].as_str().unwrap()).unwrap().kid.unwrap();

    assert_eq!(location(&browser.post("console/keys/rotate", &[]).await), "/console/keys");
    let after = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    assert_ne!(jsonwebtoken::decode_header(after["id_token"].as_str().unwrap()).unwrap().kid.unwrap(), old);
    let published = || async {
        reqwest::get(format!("{}.well-known/jwks.json", provider.issuer)).await.unwrap().text().await.unwrap()
    };
    assert!(published().await.contains(&old));

    assert!(text(&browser, &format!("console/keys/revoke?kid={old}")).await.contains("Revoke this key?"));
    assert_eq!(location(&browser.post("console/keys/revoke", &[("kid", &old)]).await), "/console/keys");
    assert!(!published().await.contains(&old));
    assert!(text(&browser, "console/keys").await.contains("revoked"));
    // A key that is already revoked cannot be revoked.
    assert_eq!(browser.post("console/keys/revoke", &[("kid", &old)]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn settings_survive_a_restart() {
    let provider = Provider::start().await;
    let browser = administrator(&provider).await;
    let wrong = [("allow_organization_names", "on"), ("allowed_logout_urls", "http://app.example/ nowhere")];
    let wrong = browser.post("console/settings", &wrong).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert!(wrong.text().await.unwrap().contains("“nowhere” is not an address"));
    assert!(
        browser.authorize(&[("organization", "acme")]).await.headers()["location"].to_str().unwrap().contains("error=")
    );

    let right = [("allow_organization_names", "on"), ("allowed_logout_urls", LOGOUT)];
    assert_eq!(location(&browser.post("console/settings", &right).await), "/console/settings?saved=yes");
    assert!(text(&browser, "console/settings?saved=yes").await.contains("Saved."));
    provider.reopen().await;
    browser.begin("/u/login", &[("organization", "acme")]).await;
    assert_eq!(location(&browser.get(&format!("v2/logout?returnTo={LOGOUT}")).await), LOGOUT);
}

#[tokio::test]
async fn the_log_is_searched() {
    let provider = Provider::start().await;
    provider
        .sql(
            "INSERT INTO events (id, at, kind, description, user_id, address) VALUES
             ('1', 1788000000, 's', 'Success Login', 'auth0|x', '10.0.0.1'), ('2', 1788000001, 'fp', 'Wrong password', NULL, '10.0.0.2')",
        )
        .await;
    let browser = administrator(&provider).await;
    let all = text(&browser, "console/log").await;
    assert!(all.find("Wrong password").unwrap() < all.find("Success Login").unwrap());
    let found = text(&browser, "console/log?q=10.0.0.1").await;
    assert!(found.contains("Success Login") && !found.contains("Wrong password"));
}
