//! Which email addresses prove something: the provider's statement that an address is verified depends on the connection
//! that makes it.

use chrono::TimeDelta;
use tessera::testing::domain::errors::AppError;
use uuid::Uuid;

use crate::{
    invitations::{settled, there},
    support::{
        ABC, ACME, ALICE, BETA, Browser, CAROL, Dns, Fault, Member, NINA, Organization, TestApp,
        domains::with_dns,
        functions::{AcceptInvitation, GetJoinOffer, ListPendingInvitations},
    },
};

const DOMAIN: &str = "acme-corp.example";
const ANN: &str = "ann@acme-corp.example";

/// Carol has invited `email` to abc-inc as an administrator.
async fn invited(app: &TestApp, email: &str) -> Member {
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite(email, "admin").await.unwrap();
    settled(app, &carol).await;
    carol
}

/// Acme has proven its domain and lets people join it.
async fn acme_proves_its_domain() -> (TestApp, Dns, Member) {
    let (app, dns) = with_dns().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.prove_domain(&app, &dns, DOMAIN).await;
    alice.open_domain(DOMAIN, "join", "member").await;
    (app, dns, alice)
}

/// Signs `subject` in as the provider asserts it: with the verified address `email`, and to `organization` if there is one.
async fn sign_in(app: &TestApp, subject: &str, email: &str, organization: Option<Organization>) -> Browser {
    let browser = app.browser();
    let query = organization.map_or_else(String::new, |organization| format!("organization={}", organization.id));
    let authorization = browser.begin(&query).await;
    let mut grant = authorization.grant(&app.provider, subject);
    grant.id_token.set("email", email).set("email_verified", true);
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await.assert_status(303);
    browser
}

/// The ids of the invitations that the browser's pages list.
async fn pending(browser: &Browser) -> Vec<Uuid> {
    let pending = browser.call(ListPendingInvitations {}).await.unwrap();
    pending.into_iter().map(|invitation| invitation.id).collect()
}

async fn accept(browser: &Browser, id: Uuid) -> Result<String, AppError> {
    browser.call(AcceptInvitation { id: id.to_string() }).await
}

async fn members(app: &TestApp, organization: &str, subject: &str) -> i64 {
    let from = "membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id";
    app.count(&format!("{from} WHERE o.slug = '{organization}' AND p.subject = '{subject}'")).await
}

#[tokio::test]
async fn a_connection_of_another_company_proves_no_address() {
    let (app, _dns, _) = acme_proves_its_domain().await;
    let carol = invited(&app, ANN).await;
    let id = carol.people().await.invitations[0].id;
    let of_beta = app.management().add_federated_person(BETA.id, "beta-sso", ANN).await;
    for subject in [
        of_beta.as_str(),
        "oidc|auth0|ann",
        "samlp|evil|ann",
        "waad|ann",
        "google-oauth2|1",
        "Auth0|ann",
        " auth0|ann",
        "ann",
    ] {
        let mallory = sign_in(&app, subject, ANN, None).await;
        assert_eq!(pending(&mallory).await, Vec::<Uuid>::new(), "{subject}");
        assert_eq!(accept(&mallory, id).await, Err(AppError::NotFound), "{subject}");
        assert_eq!(mallory.call(GetJoinOffer {}).await.unwrap(), None, "{subject}");
        assert_eq!(members(&app, "acme", subject).await + members(&app, "abc-inc", subject).await, 0, "{subject}");
    }
    // Nor does it help to be a member of another company, whose connection this is.
    let mallory = sign_in(&app, &of_beta, ANN, Some(BETA)).await;
    assert_eq!(pending(&mallory).await, Vec::<Uuid>::new());
    // The provider's own database has mailed the address.
    let body = serde_json::json!({ "email": ANN, "email_verified": true });
    app.management().send(reqwest::Method::PATCH, &format!("/users/{}", NINA.replace('|', "%7C")), Some(body)).await;
    let ann = sign_in(&app, NINA, ANN, None).await;
    assert_eq!(pending(&ann).await, [id]);
    assert_eq!(members(&app, "acme", NINA).await, 1, "joined by the domain");
    accept(&ann, id).await.unwrap();
    assert_eq!(members(&app, "abc-inc", NINA).await, 1);
}

#[tokio::test]
async fn a_connection_of_the_organization_proves_addresses_at_its_domain() {
    let (app, _dns, alice) = acme_proves_its_domain().await;
    let id = invited(&app, ANN).await.people().await.invitations[0].id;
    // Signed in without an organization: the Management API says whose connection it is.
    let subject = app.management().add_federated_person(ACME.id, "acme-sso", ANN).await;
    let ann = sign_in(&app, &subject, ANN, None).await;
    assert_eq!(pending(&ann).await, [id]);
    assert_eq!(members(&app, "acme", &subject).await, 1, "joined by the domain");
    // Signed in to the organization: the provider lets only its own connections do so.
    let bea = sign_in(&app, "samlp|acme-adfs|bea", ANN, Some(ACME)).await;
    assert_eq!(pending(&bea).await, [id]);
    // The connection proves no address elsewhere, and none once the domain is no longer proven.
    let elsewhere = sign_in(&app, "samlp|acme-adfs|bea", "bea@elsewhere.example", Some(ACME)).await;
    assert_eq!(pending(&elsewhere).await, Vec::<Uuid>::new());
    assert_eq!(pending(&bea).await, Vec::<Uuid>::new(), "it is the same person, now with another address");
    assert_eq!(pending(&ann).await, [id]);
    alice.remove_domain(DOMAIN).await.unwrap();
    assert_eq!(pending(&ann).await, Vec::<Uuid>::new());
    assert_eq!(accept(&ann, id).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn an_address_proves_nothing_while_the_provider_does_not_say_whose_connection_it_is() {
    let (app, _dns, _) = acme_proves_its_domain().await;
    let id = invited(&app, ANN).await.people().await.invitations[0].id;
    let subject = app.management().add_federated_person(ACME.id, "acme-sso", ANN).await;
    let call = (reqwest::Method::GET, "/organizations/*/enabled_connections");
    for fault in [Fault::Trouble, Fault::Refusal, Fault::Silence] {
        app.management().fail(call.clone(), fault, 1);
        let ann = sign_in(&app, &subject, ANN, None).await;
        assert_eq!(pending(&ann).await, Vec::<Uuid>::new(), "{fault:?}");
    }
    assert_eq!(pending(&sign_in(&app, &subject, ANN, None).await).await, [id]);
}

#[tokio::test]
async fn a_listed_invitation_is_accepted_without_its_ticket() {
    let app = TestApp::managing().await;
    let carol = invited(&app, "nina@example.com").await;
    let id = carol.people().await.invitations[0].id;
    let nina = sign_in(&app, NINA, "Nina@Example.com", None).await;
    assert_eq!(pending(&nina).await, [id]);
    let field = id.to_string();
    let answer = nina.submit::<AcceptInvitation>("/welcome", &[("id", field.as_str())]).await;
    answer.assert_leads_to("/o/abc-inc");
    // The provider has the member, with the role, and the mail's link is used up.
    assert_eq!(app.management().roles(ABC.id, NINA).await, Some(vec!["admin".to_owned()]));
    app.until(async || there(&app, ABC).await.is_empty().then_some(())).await;
    let login = nina.get("/o/abc-inc").await.assert_status(303);
    assert_eq!(nina.begin(login.location().strip_prefix("/login?").unwrap()).await.get("organization"), ABC.id);
    nina.sign_in(&app, NINA, ABC).await;
    nina.get("/o/abc-inc/settings").await.assert_status(200).assert_says("Admin");
    assert_eq!(app.count("audit_log WHERE action = 'invitation.accept' AND outcome = 'done'").await, 1);
    assert!(carol.people().await.invitations.is_empty());
    assert_eq!(pending(&nina).await, Vec::<Uuid>::new());
    assert_eq!(accept(&nina, id).await, Err(AppError::NotFound), "it can be accepted once");
}

#[tokio::test]
async fn only_an_open_invitation_is_accepted() {
    let app = TestApp::managing().await;
    let carol = invited(&app, "nina@example.com").await;
    let id = carol.people().await.invitations[0].id;
    let nina = sign_in(&app, NINA, "nina@example.com", None).await;
    assert_eq!(accept(&app.browser(), id).await, Err(AppError::SignInRequired));
    assert_eq!(accept(&nina, Uuid::nil()).await, Err(AppError::NotFound));
    carol.revoke_invitation(id).await.unwrap();
    assert_eq!(accept(&nina, id).await, Err(AppError::NotFound), "revoked");
    carol.invite("nina@example.com", "member").await.unwrap();
    let invitation = settled(&app, &carol).await.remove(0);
    let id = invitation.id;
    app.clock.advance(invitation.expires_at.unwrap() - app.clock.now() - TimeDelta::seconds(1));
    let nina = sign_in(&app, NINA, "nina@example.com", None).await;
    assert_eq!(pending(&nina).await, [id]);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(accept(&nina, id).await, Err(AppError::NotFound), "expired");
    assert_eq!(members(&app, "abc-inc", NINA).await, 0);
}
