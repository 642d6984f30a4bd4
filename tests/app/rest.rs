//! The REST API: authentication, authorization and answers.

use chrono::TimeDelta;
use reqwest::header;
use serde_json::{Value, json};

use crate::{
    snapshot::redacted,
    support::{ABC, ACME, ALICE, Answer, BETA, CAROL, DANA, JOE, Key, NINA, Signing, TestApp, Token, XYZ},
};

/// Sends a request with these `Authorization` headers; returns the answer and its JSON body.
async fn get(app: &TestApp, path: &str, authorization: &[&str]) -> (Answer, Value) {
    let mut request = app.client().get(format!("{}api/v1/{path}", app.url));
    for value in authorization {
        request = request.header(header::AUTHORIZATION, *value);
    }
    let answer = app.browser().send(request).await;
    let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    (answer, body)
}

async fn get_with(app: &TestApp, path: &str, token: &Token) -> (Answer, Value) {
    get(app, path, &[&format!("Bearer {}", app.provider.sign(token))]).await
}

/// A valid access token.
fn token(app: &TestApp, sub: &str, organization: Option<&str>) -> Token {
    let mut grant = app.provider.grant(sub, organization).at(app.clock.now());
    grant.access_token.set("permissions", json!(["read:projects", "read:tasks"]));
    grant.access_token
}

#[tokio::test]
async fn without_a_token_the_answer_is_401_with_a_challenge() {
    let app = TestApp::spawn().await;
    for authorization in [&[][..], &["Basic YWxpY2U6c2VjcmV0"], &["Bearer"], &["Bearer  "], &["nonsense"]] {
        for path in ["profile", "projects", "projects/WEB"] {
            let (answer, problem) = get(&app, path, authorization).await;
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"tessera\""));
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!((&problem["status"], &problem["title"]), (&json!(401), &json!("Unauthorized")));
        }
    }
    // A session cookie does not authenticate an API request.
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/api/v1/projects").await.assert_status(401);
}

#[tokio::test]
async fn an_invalid_token_is_refused_as_invalid() {
    let app = TestApp::spawn().await;
    let key = Key::first();
    let now = app.clock.now().timestamp();
    let with = |change: &dyn Fn(&mut Token)| {
        let mut token = token(&app, ALICE, Some(ACME.id));
        change(&mut token);
        token
    };
    let id_token = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).id_token;
    for (what, token) in [
        ("an ID token", id_token.clone()),
        ("an ID token for the API", {
            let mut token = id_token;
            token.set("aud", "https://api.tessera.example/").set("nonce", "n");
            token
        }),
        ("alg none", with(&|token| token.signing = Signing::None)),
        ("HS256 with the PEM", with(&|token| token.signing = Signing::Hs256(key.public_pem.clone().into_bytes()))),
        ("HS256 with the modulus", with(&|token| token.signing = Signing::Hs256(key.modulus.clone()))),
        ("an unknown key", with(&|token| token.signing = Signing::UnknownKey("nobody's"))),
        ("a forged signature", with(&|token| token.signing = Signing::Forged)),
        ("another audience", with(&|token| _ = token.set("aud", "https://other.example/"))),
        ("no audience", with(&|token| _ = token.set("aud", Value::Null))),
        ("another issuer", with(&|token| _ = token.set("iss", "https://evil.example/"))),
        ("no issuer", with(&|token| _ = token.set("iss", Value::Null))),
        ("no subject", with(&|token| _ = token.set("sub", Value::Null))),
        ("expired", with(&|token| _ = token.set("exp", now - 60))),
        ("no expiry", with(&|token| _ = token.set("exp", Value::Null))),
        ("an expiry beyond reason", with(&|token| _ = token.set("exp", i64::MAX))),
        ("issued in the future", with(&|token| _ = token.set("iat", now + 61))),
        ("not valid yet", with(&|token| _ = token.set("nbf", now + 61))),
    ] {
        let (answer, _) = get_with(&app, "projects", &token).await;
        let challenge = answer.header("www-authenticate");
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        assert!(
            challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""),
            "{what}: {challenge}"
        );
    }
    for text in ["Bearer nonsense", "Bearer a.b.c", "Bearer ..", "bearer eyJhbGciOiJSUzI1NiJ9.e30.x"] {
        let (answer, _) = get(&app, "projects", &[text]).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""), "{text}");
    }
}

#[tokio::test]
async fn the_clocks_may_differ_by_a_minute() {
    let app = TestApp::spawn().await;
    let now = app.clock.now().timestamp();
    for (claim, value) in [("exp", now - 59), ("iat", now + 60), ("nbf", now + 60)] {
        let mut token = token(&app, ALICE, Some(ACME.id));
        token.set(claim, value);
        assert_eq!(get_with(&app, "projects", &token).await.0.status, 200, "{claim}");
    }
}

#[tokio::test]
async fn two_tokens_are_refused() {
    let app = TestApp::spawn().await;
    let good = format!("Bearer {}", app.provider.sign(&token(&app, ALICE, Some(ACME.id))));
    let (answer, _) = get(&app, "projects", &[&good, &good]).await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
}

#[tokio::test]
async fn a_token_is_accepted_until_the_end_of_the_leeway() {
    let app = TestApp::spawn().await;
    let token = token(&app, ALICE, Some(ACME.id));
    app.clock.advance(TimeDelta::seconds(900 + 59));
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 401);
}

#[tokio::test]
async fn a_valid_token_lists_only_the_projects_of_its_organization() {
    let app = TestApp::spawn().await;
    for (sub, organization, expected) in [
        (JOE, ABC, vec!["CRM", "HIRE"]),
        (CAROL, ABC, vec!["CRM", "HIRE"]),
        (CAROL, XYZ, vec!["TRIP"]),
        (ALICE, ACME, vec!["OPS", "WEB"]),
        (DANA, BETA, vec!["APP"]),
    ] {
        let token = token(&app, sub, Some(organization.id));
        let (answer, body) = get_with(&app, "projects", &token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let mut keys: Vec<_> =
            body["projects"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected);
    }
    let (_, project) = get_with(&app, "projects/web", &token(&app, ALICE, Some(ACME.id))).await;
    assert_eq!(project, json!({ "key": "WEB", "name": "Website relaunch", "open_tasks": 7, "all_tasks": 9 }));
}

#[tokio::test]
async fn the_profile_says_who_and_where_the_caller_is() {
    let app = TestApp::spawn().await;
    let (answer, profile) = get_with(&app, "profile", &token(&app, JOE, Some(ABC.id))).await;
    assert_eq!(answer.status, 200);
    let expected = json!({
        "sub": JOE, "name": "Joe Jensen", "email": "joe@example.com",
        "organization": { "id": ABC.id, "name": "abc-inc", "display_name": "ABC Inc" },
        "role": "member", "permissions": ["read:projects", "read:tasks"],
    });
    assert_eq!(profile, expected);
}

#[tokio::test]
async fn a_project_of_another_organization_looks_missing() {
    let app = TestApp::spawn().await;
    let token = token(&app, CAROL, Some(ABC.id));
    let (foreign, _) = get_with(&app, "projects/TRIP", &token).await;
    for path in ["projects/GONE", "projects/not-a-key", "projects/%00"] {
        let (none, problem) = get_with(&app, path, &token).await;
        assert_eq!((foreign.status, none.status, &problem["status"]), (404, 404, &json!(404)));
        assert_eq!(foreign.body, none.body);
    }
}

#[tokio::test]
async fn token_and_membership_must_both_grant_the_permission() {
    let app = TestApp::spawn().await;
    let forbidden = async |token: &Token| {
        let (answer, problem) = get_with(&app, "projects", token).await;
        assert_eq!((answer.status, &problem["permission"]), (403, &json!("read:projects")), "{}", answer.body);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_scope\", scope=\"read:projects\""), "{challenge}");
    };
    let mut token = token(&app, ALICE, Some(ACME.id));
    token.set("permissions", json!(["read:tasks", "made:up"]));
    forbidden(&token).await;
    // The `scope` claim applies only if the token has no `permissions` claim.
    token.set("scope", "openid read:projects");
    forbidden(&token).await;
    token.set("permissions", Value::Null);
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 200);
    app.database.change("UPDATE membership SET permissions = 'read:tasks' WHERE role = 'owner'").await;
    forbidden(&token).await;
}

#[tokio::test]
async fn a_token_without_an_organization_is_forbidden() {
    let app = TestApp::spawn().await;
    for value in [Value::Null, "".into(), " ".into()] {
        let mut token = token(&app, ALICE, None);
        token.set("org_id", value);
        let (answer, problem) = get_with(&app, "projects", &token).await;
        assert_eq!(answer.status, 403);
        assert!(problem["detail"].as_str().unwrap().contains("names no organization"), "{problem}");
    }
}

#[tokio::test]
async fn a_token_of_a_non_member_finds_nothing() {
    let app = TestApp::spawn().await;
    for (sub, organization) in [(NINA, ACME.id), ("auth0|nobody", ACME.id), (ALICE, BETA.id), (ALICE, "org_nowhere")] {
        let (answer, _) = get_with(&app, "projects", &token(&app, sub, Some(organization))).await;
        assert_eq!(answer.status, 404, "{sub} in {organization}");
    }
    app.database.change("UPDATE membership SET status = 'suspended' WHERE role = 'member'").await;
    assert_eq!(get_with(&app, "projects", &token(&app, JOE, Some(ABC.id))).await.0.status, 404);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let app = TestApp::spawn().await;
    for path in ["", "nothing", "projects/WEB/tasks"] {
        let (answer, problem) = get(&app, path, &[]).await;
        assert_eq!((answer.status, &problem["status"]), (404, &json!(404)), "{path:?}");
    }
    let answer = app.browser().send(app.client().delete(format!("{}api/v1/projects", app.url))).await;
    assert_eq!((answer.status, answer.header("content-type")), (405, "application/problem+json"));
}

#[tokio::test]
async fn unknown_key_ids_cause_at_most_five_fetches_a_minute() {
    let app = TestApp::spawn().await;
    let good = token(&app, ALICE, Some(ACME.id));
    for fetches in [5, 10] {
        for kid in ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9"] {
            let mut token = good.clone();
            token.signing = Signing::UnknownKey(kid);
            assert_eq!(get_with(&app, "projects", &token).await.0.status, 401);
            assert_eq!(
                get_with(&app, "projects", &good).await.0.status,
                200,
                "who has a known key is let in meanwhile"
            );
        }
        assert_eq!(app.provider.key_fetches(), fetches);
        app.clock.advance(TimeDelta::seconds(60));
    }
}

#[tokio::test]
async fn a_rotated_key_replaces_the_old_one() {
    let app = TestApp::spawn().await;
    let before = format!("Bearer {}", app.provider.sign(&token(&app, ALICE, Some(ACME.id))));
    assert_eq!(get(&app, "projects", &[&before]).await.0.status, 200);
    app.provider.rotate(Key::second());
    let after = format!("Bearer {}", app.provider.sign(&token(&app, ALICE, Some(ACME.id))));
    assert_eq!(get(&app, "projects", &[&after]).await.0.status, 200);
    assert_eq!(get(&app, "projects", &[&before]).await.0.status, 401);
}

#[tokio::test]
async fn cached_keys_work_while_the_provider_is_down() {
    let mut app = TestApp::spawn().await;
    let mut token = token(&app, ALICE, Some(ACME.id));
    token.set("exp", (app.clock.now() + TimeDelta::hours(3)).timestamp());
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 200);
    app.provider.stop().await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(59));
        assert_eq!(get_with(&app, "projects", &token).await.0.status, 200);
    }
}

#[tokio::test]
async fn without_any_keys_the_answer_is_503_and_readiness_says_why() {
    let mut app = TestApp::spawn().await;
    let token = token(&app, ALICE, Some(ACME.id));
    app.provider.stop().await;
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 503);
    let ready = app.browser().get("/readyz").await;
    ready.assert_status(503).assert_says("database: ok\nkeys: unavailable\n");
    app.browser().get("/healthz").await.assert_status(200);
    app.provider.resume().await;
    app.clock.advance(TimeDelta::seconds(3));
    assert_eq!(get_with(&app, "projects", &token).await.0.status, 200);
    app.browser().get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn answers_and_problem_documents_are_as_their_snapshots() {
    let app = TestApp::spawn().await;
    let good = token(&app, JOE, Some(ABC.id));
    let mut without_permission = good.clone();
    without_permission.set("permissions", json!(["read:tasks"]));
    let mut without_organization = good.clone();
    without_organization.set("org_id", Value::Null);
    let mut answers = Vec::new();
    for (what, path, token) in [
        ("the caller", "profile", Some(&good)),
        ("projects", "projects", Some(&good)),
        ("one project", "projects/CRM", Some(&good)),
        ("no such project", "projects/GONE", Some(&good)),
        ("no permission", "projects", Some(&without_permission)),
        ("no organization", "projects", Some(&without_organization)),
        ("no token", "projects", None),
        ("no such address", "nothing", None),
    ] {
        let (answer, body) = match token {
            Some(token) => get_with(&app, path, token).await,
            None => get(&app, path, &[]).await,
        };
        answers.push(json!({
            "what": what,
            "status": answer.status,
            "content-type": answer.header("content-type"),
            "www-authenticate": answer.header("www-authenticate"),
            "body": body,
        }));
    }
    let _redacted = redacted();
    insta::assert_json_snapshot!("rest_answers", answers);
}
