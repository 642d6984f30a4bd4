//! `/organizations/{id}/invitations`: invitations to an organization.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tessera::testing::idp::{AppType, Client, OrganizationUsage};

use super::support::{Answer, Api, UNKNOWN_ORGANIZATION, no_organization, pluck};
use crate::support::{ABC, ACME, Provider};

const CONNECTION: &str = "con_0000000000000002";

fn path() -> String {
    format!("/organizations/{ABC}/invitations")
}

fn draft(email: &str) -> Value {
    json!({"inviter": {"name": "Carol"}, "invitee": {"email": email}, "client_id": "web"})
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

#[track_caller]
fn no_invitation(answer: Answer) {
    answer.refused(404, "The invitation does not exist.", "inexistent_invitation");
}

#[tokio::test]
async fn an_invitation_has_a_link_to_the_login_of_its_client() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let invitation = api.post(&path(), draft("New.One@Example.com")).await.ok(201);
    let (id, ticket) = (invitation["id"].as_str().unwrap(), invitation["ticket_id"].as_str().unwrap());
    assert!(id.starts_with("uinv_") && id.len() == 21, "{id}");
    assert!(ticket.len() == 32 && ticket.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{ticket}");
    let link = format!("http://app.example/login?invitation={ticket}&organization={ABC}&organization_name=abc-inc");
    let expected = json!({
        "id": id, "organization_id": ABC, "inviter": {"name": "Carol"}, "invitee": {"email": "new.one@example.com"},
        "invitation_url": link, "created_at": "2026-08-29T10:40:00.000Z", "expires_at": "2026-09-05T10:40:00.000Z",
        "client_id": "web", "ticket_id": ticket,
    });
    assert_eq!(invitation, expected);
    assert_eq!(api.get(&format!("{}/{id}", path())).await.ok(200), expected);
    assert_eq!(api.get(&path()).await.ok(200), json!([expected]));

    // The link leads to the page of the invitation.
    let page = provider.browser().authorize(&[("organization", ABC), ("invitation", ticket)]).await;
    assert!(crate::support::location(&page).starts_with("/u/invitation?state="));
}

#[tokio::test]
async fn an_invitation_keeps_its_properties() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let role = provider.text("SELECT id FROM roles WHERE name = 'viewer'").await;
    let connection = provider.text("SELECT id FROM connections").await;
    let mut sent = json!({
        "inviter": {"name": "Carol"}, "invitee": {"email": "new@example.com"}, "client_id": "web",
        "connection_id": connection, "roles": [role], "app_metadata": {"plan": {"seats": 3}},
        "user_metadata": {"colour": "blue"},
    });
    let created =
        api.post(&path(), with(with(sent.clone(), "ttl_sec", 60), "send_invitation_email", false)).await.ok(201);
    for name in ["id", "organization_id", "invitation_url", "created_at", "ticket_id"] {
        sent[name] = created[name].clone();
    }
    sent["expires_at"] = "2026-08-29T10:41:00.000Z".into();
    assert_eq!(created, sent);
}

#[tokio::test]
async fn an_invitation_expires_after_the_requested_time() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for (seconds, until) in [
        (0, "2026-09-05T10:40:00.000Z"),
        (1, "2026-08-29T10:40:01.000Z"),
        (604_800, "2026-09-05T10:40:00.000Z"),
        (2_592_000, "2026-09-28T10:40:00.000Z"),
    ] {
        let invitation = api.post(&path(), with(draft("new@example.com"), "ttl_sec", seconds)).await.ok(201);
        assert_eq!(invitation["expires_at"], until);
    }
    for (seconds, message) in [
        (json!(-1), "'Value -1 is less than minimum 0' on property ttl_sec."),
        (json!(2_592_001), "'Value 2592001 is greater than maximum 2592000' on property ttl_sec."),
        (json!(1.5), "'Expected type integer but found type number' on property ttl_sec."),
        (json!("60"), "'Expected type integer but found type string' on property ttl_sec."),
    ] {
        let message = format!("Payload validation error: {message}");
        let answer = api.post(&path(), with(draft("new@example.com"), "ttl_sec", seconds)).await;
        answer.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn an_expired_invitation_is_not_found() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let short = api.post(&path(), with(draft("short@example.com"), "ttl_sec", 60)).await.ok(201);
    let long = api.post(&path(), draft("long@example.com")).await.ok(201);
    let one = |invitation: &Value| format!("{}/{}", path(), invitation["id"].as_str().unwrap());
    provider.advance(TimeDelta::seconds(59));
    api.get(&one(&short)).await.ok(200);
    provider.advance(TimeDelta::seconds(1));
    no_invitation(api.get(&one(&short)).await);
    no_invitation(api.delete(&one(&short), Value::Null).await);
    assert_eq!(api.get(&path()).await.ok(200), json!([long]));
}

#[tokio::test]
async fn an_invitation_is_mailed_unless_disabled() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    api.post(&path(), with(draft("quiet@example.com"), "send_invitation_email", false)).await.ok(201);
    let loud = api.post(&path(), draft("loud@example.com")).await.ok(201);
    let explicit = api.post(&path(), with(draft("explicit@example.com"), "send_invitation_email", true)).await.ok(201);
    assert_eq!(provider.text("SELECT CAST(COUNT(*) AS TEXT) FROM mails").await, "2");
    for (invitation, recipient) in [(loud, "loud@example.com"), (explicit, "explicit@example.com")] {
        assert_eq!(provider.mail_to(recipient).await.link, invitation["invitation_url"].as_str().unwrap());
    }
}

#[tokio::test]
async fn only_a_mailed_invitation_verifies_the_address() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let create = json!({"connection": "Username-Password-Authentication", "email": "old@example.com",
        "password": "correct horse", "verify_email": false});
    for (email, is_mailed) in [
        ("loud@example.com", true),
        ("quiet@example.com", false),
        ("old@example.com", false),
        ("old@example.com", true),
    ] {
        if email == "old@example.com" && !is_mailed {
            api.post("/users", create.clone()).await.ok(201);
        }
        let invitation = api.post(&path(), with(draft(email), "send_invitation_email", is_mailed)).await.ok(201);
        let browser = provider.browser();
        let ticket = invitation["ticket_id"].as_str().unwrap();
        let state = browser.begin("/u/invitation", &[("invitation", ticket), ("organization", ABC)]).await;
        let form = [("state", state.as_str()), ("name", "Eve"), ("password", "correct horse")];
        crate::support::code(&browser.post("u/invitation", &form).await);
        let found = api.get(&format!("/users-by-email?email={email}")).await.ok(200);
        assert_eq!(found[0]["email_verified"], is_mailed, "{email}");
        if !is_mailed {
            provider.mail_to(email).await.ticket("/u/email-verification");
        }
        provider.advance(TimeDelta::seconds(1));
    }
}

#[tokio::test]
async fn an_invitation_that_cannot_be_accepted_is_refused() {
    let without_login = Client {
        client_id: "without-login".to_owned(),
        app_type: AppType::RegularWeb,
        organization_usage: OrganizationUsage::Allow,
        ..Client::default()
    };
    let provider = Provider::start_with(|config| config.clients.push(without_login)).await;
    provider
        .sql("INSERT INTO connections (id, name, strategy, created_at) VALUES ('con_0000000000000002', 'x', 'oidc', 1)")
        .await;
    let api = Api::of(&provider).await;
    let base = draft("new@example.com");
    let unknown_roles = json!(["rol_0000000000000001", "rol_0000000000000002"]);
    for (body, message) in [
        (with(base.clone(), "client_id", "nobody"), "The specified client_id does not exist."),
        (with(base.clone(), "client_id", "denies"), "The specified client_id does not allow organizations."),
        (
            with(base.clone(), "client_id", "without-login"),
            "A default login route is required to generate the invitation url.",
        ),
        (with(base.clone(), "connection_id", "con_0000000000000000"), "The specified connection does not exist."),
        (
            with(base.clone(), "connection_id", CONNECTION),
            "The specified connection is not enabled for the organization.",
        ),
        (
            with(base, "roles", unknown_roles),
            "One or more of the specified roles do not exist: rol_0000000000000001, rol_0000000000000002",
        ),
    ] {
        api.post(&path(), body).await.refused(400, message, "invalid_body");
    }
    assert_eq!(api.get(&path()).await.ok(200), json!([]));
    let elsewhere = format!("/organizations/{UNKNOWN_ORGANIZATION}/invitations");
    no_organization(api.post(&elsewhere, draft("new@example.com")).await);
    no_organization(api.get(&elsewhere).await);
}

#[tokio::test]
async fn a_body_must_be_as_documented() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let base = draft("new@example.com");
    for (body, message) in [
        (json!({}), "'Missing required property: inviter'."),
        (json!({"inviter": {"name": "C"}, "client_id": "web"}), "'Missing required property: invitee'."),
        (with(base.clone(), "inviter", json!({})), "'Missing required property: name' on property inviter."),
        (
            with(base.clone(), "inviter", json!({"name": ""})),
            "'String is too short (0 chars), minimum 1' on property inviter.name.",
        ),
        (
            with(base.clone(), "inviter", json!({"name": "x".repeat(301)})),
            "'String is too long (301 chars), maximum 300' on property inviter.name.",
        ),
        (
            with(base.clone(), "invitee", json!({"email": "nobody"})),
            "'Object didn't pass validation for format email: nobody' on property invitee.email.",
        ),
        (
            with(base.clone(), "client_id", "a b"),
            "'Object didn't pass validation for format client-id: a b' on property client_id.",
        ),
        (with(base.clone(), "roles", json!([])), "'Array is too short (0), minimum 1' on property roles."),
        (with(base.clone(), "ticket_id", "x"), "'Additional properties not allowed: ticket_id'."),
        (with(base, "app_metadata", "x"), "'Expected type object but found type string' on property app_metadata."),
    ] {
        let message = format!("Payload validation error: {message}");
        api.post(&path(), body).await.refused(400, &message, "invalid_body");
    }
}

#[tokio::test]
async fn only_its_organization_deletes_an_invitation() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let invitation = api.post(&path(), draft("new@example.com")).await.ok(201);
    let id = invitation["id"].as_str().unwrap();
    let foreign = format!("/organizations/{ACME}/invitations/{id}");
    no_invitation(api.get(&foreign).await);
    no_invitation(api.delete(&foreign, Value::Null).await);
    no_organization(api.get(&format!("/organizations/{UNKNOWN_ORGANIZATION}/invitations/{id}")).await);

    let one = format!("{}/{id}", path());
    api.delete(&one, Value::Null).await.no_content();
    no_invitation(api.get(&one).await);
    no_invitation(api.delete(&one, Value::Null).await);
    no_invitation(api.get(&format!("{}/nothing", path())).await);
    let ticket = invitation["ticket_id"].as_str().unwrap();
    let page = provider.browser().authorize(&[("organization", ABC), ("invitation", ticket)]).await;
    crate::support::assert_refused(&page, "invalid_request", "invitation not found or already used");
}

#[tokio::test]
async fn the_list_is_sorted_and_paged() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        api.post(&path(), draft(email)).await.ok(201);
        provider.advance(TimeDelta::seconds(1));
    }
    let emails = async |query: &str| {
        let list = api.get(&format!("{}{query}", path())).await.ok(200);
        let list = list.get("invitations").cloned().unwrap_or(list);
        let emails: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["invitee"]["email"].as_str().unwrap()[..1].to_owned())
            .collect();
        emails.concat()
    };
    assert_eq!(emails("").await, "abc");
    assert_eq!(emails("?sort=created_at:1").await, "abc");
    assert_eq!(emails("?sort=created_at:-1").await, "cba");
    assert_eq!(emails("?sort=created_at:-1&per_page=2&page=1").await, "a");
    assert_eq!(emails("?include_totals=true&per_page=2").await, "ab");
    let message = "Query validation error: 'Invalid sort: name:1' on property sort.";
    api.get(&format!("{}?sort=name:1", path())).await.refused(400, message, "invalid_query_string");

    // With `include_totals`, the response contains the start and the limit, but never the total.
    let whole = api.get(&format!("{}?include_totals=true&per_page=2&page=1", path())).await.ok(200);
    let bare = api.get(&format!("{}?per_page=2&page=1", path())).await.ok(200);
    assert_eq!(whole, json!({"start": 2, "limit": 2, "invitations": bare}));

    // Select and exclude fields
    let list = api.get(&format!("{}?fields=client_id,invitee&per_page=1", path())).await.ok(200);
    assert_eq!(list, json!([{"client_id": "web", "invitee": {"email": "a@example.com"}}]));
    let without = "id,ticket_id,invitation_url,inviter,invitee,created_at,expires_at";
    let list = api.get(&format!("{}?fields={without}&include_fields=false&per_page=1", path())).await.ok(200);
    assert_eq!(list, json!([{"client_id": "web", "organization_id": ABC}]));
    let all = api.get(&path()).await.ok(200);
    let id = pluck(&all, "id")[1];
    assert_eq!(api.get(&format!("{}/{id}?fields=id", path())).await.ok(200), json!({"id": id}));
}

#[tokio::test]
async fn a_login_address_with_a_query_keeps_it() {
    let provider = Provider::start_with(|config| {
        "http://app.example/login?tenant=a".clone_into(&mut config.clients[0].initiate_login_uri);
    })
    .await;
    let api = Api::of(&provider).await;
    let invitation = api.post(&path(), draft("new@example.com")).await.ok(201);
    let link = invitation["invitation_url"].as_str().unwrap();
    assert!(link.starts_with("http://app.example/login?tenant=a&invitation="), "{link}");
}

#[tokio::test]
async fn the_command_creates_the_same_invitations() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let made = provider.idp.invite("abc-inc", "new@example.com", "Carol", &["viewer"]).await.unwrap();
    let shown = api.get(&format!("{}/{}", path(), made.id)).await.ok(200);
    assert_eq!(shown["invitation_url"], made.url);
    assert_eq!(shown["roles"].as_array().unwrap().len(), 1);
    assert_eq!(provider.text("SELECT recipient FROM mails").await, "new@example.com");
}
