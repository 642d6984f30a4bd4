//! Discovery: the email domain of a person selects the organization.

use crate::support::{
    ACME, ALICE, BETA, Dns, Member, NINA, TestApp,
    domains::{sign_in_as, with_dns},
};

const DOMAIN: &str = "acme-corp.example";

async fn acme_is_found() -> (TestApp, Dns, Member) {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    (app, dns, alice)
}

#[tokio::test]
async fn an_address_selects_the_organization_of_its_domain() {
    let (app, _dns, alice) = acme_is_found().await;
    let asked = |query: &'static str| {
        let browser = app.browser();
        async move {
            let authorization = browser.begin(query).await;
            (authorization.get("organization").to_owned(), authorization.get("login_hint").to_owned())
        }
    };
    let found = |hint: &str| (ACME.id.to_owned(), hint.to_owned());
    let nothing = |hint: &str| (String::new(), hint.to_owned());
    assert_eq!(asked("login_hint=alice@acme-corp.example").await, found("alice@acme-corp.example"));
    assert_eq!(asked("login_hint=Alice@ACME-Corp.Example").await, found("Alice@ACME-Corp.Example"));
    for hint in [
        "login_hint=alice@mail.acme-corp.example",
        "login_hint=alice@elsewhere.example",
        "login_hint=acme-corp.example",
        "login_hint=%00@%00",
        "login_hint=",
    ] {
        assert_eq!(asked(hint).await.0, "", "{hint}");
    }
    // An organization in the request, a sign-up or `discover=no` takes precedence over the email domain.
    assert_eq!(asked("login_hint=a@acme-corp.example&organization=org_BetaLlc000000001").await.0, BETA.id);
    assert_eq!(asked("login_hint=a@acme-corp.example&screen_hint=signup").await, nothing("a@acme-corp.example"));
    assert_eq!(asked("login_hint=a@acme-corp.example&discover=no").await, nothing("a@acme-corp.example"));
    // Discovery requires an enabled and verified domain.
    alice.change_domain(DOMAIN, "off", "member", false).await.unwrap();
    assert_eq!(asked("login_hint=a@acme-corp.example").await, nothing("a@acme-corp.example"));
    alice.send_domain("acme-2.example").await.assert_status(303);
    assert_eq!(asked("login_hint=a@acme-2.example").await, nothing("a@acme-2.example"));
}

#[tokio::test]
async fn a_non_member_signs_in_without_the_organization_and_may_join() {
    let (app, _dns, alice) = acme_is_found().await;
    alice.open_domain(DOMAIN, "join", "member").await;
    let nina = app.browser();
    let first = nina.begin("login_hint=nina@acme-corp.example&return_to=%2Fnew-organization").await;
    assert_eq!(first.get("organization"), ACME.id);
    let refused = format!(
        "/callback?state={}&error=access_denied&error_description=user+is+not+part+of+the+{}+organization",
        first.get("state"),
        ACME.id
    );
    let answer = nina.get(&refused).await.assert_status(303);
    let path = answer.location().strip_prefix("/login?").unwrap().to_owned();
    let second = nina.begin(&path).await;
    assert_eq!((second.get("organization"), second.get("login_hint")), ("", "nina@acme-corp.example"));
    // A second refusal shows an error page instead of starting another sign-in.
    let refused = format!("/callback?state={}&error=access_denied", second.get("state"));
    nina.get(&refused).await.assert_status(403).assert_says("You were not signed in");
    // A successful sign-in leads to the original target.
    let third = nina.begin(&path).await;
    let mut grant = third.grant(&app.provider, NINA);
    grant.id_token.set("email", "nina@acme-corp.example").set("email_verified", true);
    let code = app.provider.code(grant);
    nina.get(&third.callback(&code)).await.assert_leads_to("/new-organization");
    assert_eq!(app.management().roles(ACME.id, NINA).await, Some(vec!["member".to_owned()]));
}

#[tokio::test]
async fn a_named_organization_is_kept_after_a_refusal() {
    let (app, _dns, _) = acme_is_found().await;
    let nina = app.browser();
    let named = nina.begin("organization=org_AcmeCorp00000001&login_hint=nina@acme-corp.example").await;
    let why = format!("error=access_denied&error_description=user+x+is+not+part+of+the+{}+organization", ACME.id);
    let refused = format!("/callback?state={}&{why}", named.get("state"));
    nina.get(&refused).await.assert_status(403).assert_says("You can’t open this workspace");
    // An error other than `access_denied` shows an error page, without another sign-in.
    let found = nina.begin("login_hint=nina@acme-corp.example").await;
    let refused = format!("/callback?state={}&error=server_error", found.get("state"));
    nina.get(&refused).await.assert_status(503);
    sign_in_as(&app, &nina, NINA, "nina@elsewhere.example", true).await.assert_leads_to("/welcome");
}
