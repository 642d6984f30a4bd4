//! Join rules: memberships that users get by signing in.

use serde_json::{Value, json};
use tessera::testing::idp::{ConnectionId, JoinCondition, JoinRuleError, OrganizationId};

use crate::support::{ABC, ACME, JOE, Provider, XYZ, assert_refused, code, peer::Pair};

fn organization(id: &str) -> OrganizationId {
    OrganizationId::unchecked(id)
}

fn domain(domain: &str) -> JoinCondition {
    JoinCondition::EmailDomain(domain.to_owned())
}

fn attribute(path: &str, value: &str) -> JoinCondition {
    JoinCondition::Attribute { path: path.to_owned(), value: value.to_owned() }
}

async fn add(provider: &Provider, organization_id: &str, condition: JoinCondition, role: &str) {
    provider.idp.add_join_rule(&organization(organization_id), &condition, role).await.unwrap();
}

/// Returns the names of the user's roles in the organization; `None` if the user is not a member.
async fn roles(provider: &Provider, organization: &str, email: &str) -> Option<Vec<String>> {
    let of =
        format!("JOIN users u ON u.id = m.user_id WHERE m.organization_id = '{organization}' AND u.email = '{email}'");
    let members = provider.texts(format!("SELECT u.id FROM members m {of}").leak()).await;
    let role = "(SELECT name FROM roles r WHERE r.id = m.role_id)";
    let roles = provider.texts(format!("SELECT {role} FROM member_roles m {of} ORDER BY 1").leak()).await;
    (!members.is_empty()).then_some(roles)
}

#[tokio::test]
async fn a_verified_address_of_the_domain_becomes_a_member() {
    let provider = Provider::start().await;
    add(&provider, ABC, domain("Example.COM"), "member").await;
    let browser = provider.browser();
    let code = browser.code("nina@example.com", &[("organization", ABC)]).await;
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["org_id"], ABC);
    assert!(access["permissions"].as_array().unwrap().contains(&json!("write:tasks")), "{access}");
    assert_eq!(roles(&provider, ABC, "nina@example.com").await.unwrap(), ["member"]);

    // Signing in again does not change the role that an administrator gave the user since.
    provider.sql("UPDATE member_roles SET role_id = (SELECT id FROM roles WHERE name = 'viewer')").await;
    provider.browser().code("nina@example.com", &[("organization", ABC)]).await;
    assert_eq!(roles(&provider, ABC, "nina@example.com").await.unwrap(), ["viewer"]);
}

#[tokio::test]
async fn an_unverified_address_matches_no_rule() {
    let provider = Provider::start().await;
    add(&provider, ABC, domain("example.com"), "member").await;
    provider.sql("UPDATE users SET email_verified = FALSE WHERE email = 'nina@example.com'").await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let description = format!("user auth0|d00000000000000000000006 is not part of the {ABC} organization");
    assert_refused(&browser.log_in(&state, "nina@example.com").await, "access_denied", &description);
}

#[tokio::test]
async fn only_the_whole_domain_matches() {
    let provider = Provider::start().await;
    for rule in ["sub.example.com", "com.example", "xample.com"] {
        add(&provider, ABC, domain(rule), "member").await;
    }
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    browser.log_in(&state, "nina@example.com").await;
    assert_eq!(roles(&provider, ABC, "nina@example.com").await, None);

    provider.sql("UPDATE users SET email = 'nina@bücher.example' WHERE email = 'nina@example.com'").await;
    add(&provider, ABC, domain("XN--bcher-kva.example"), "member").await;
    provider.browser().code("nina@bücher.example", &[("organization", ABC)]).await;
}

#[tokio::test]
async fn only_the_requested_organization_is_joined() {
    let provider = Provider::start().await;
    for id in [ABC, ACME] {
        add(&provider, id, domain("example.com"), "viewer").await;
    }
    provider.browser().code("nina@example.com", &[("organization", ABC)]).await;
    assert_eq!(roles(&provider, ACME, "nina@example.com").await, None);

    // If the login requests no organization, the rules of all organizations apply.
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    browser.log_in(&state, "nina@example.com").await;
    assert_eq!(roles(&provider, ACME, "nina@example.com").await.unwrap(), ["viewer"]);
    assert_eq!(roles(&provider, XYZ, "nina@example.com").await, None);
}

#[tokio::test]
async fn a_rule_applies_to_a_person_with_a_session() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    code(&browser.log_in(&state, "nina@example.com").await);
    let description = format!("user auth0|d00000000000000000000006 is not part of the {ABC} organization");
    assert_refused(&browser.authorize(&[("organization", ABC)]).await, "access_denied", &description);
    add(&provider, ABC, domain("example.com"), "member").await;
    code(&browser.authorize(&[("organization", ABC)]).await);
}

#[tokio::test]
async fn an_attribute_rule_makes_members() {
    let provider = Provider::start().await;
    add(&provider, ACME, attribute("app_metadata.hr.company", "Acme"), "admin").await;
    add(&provider, ACME, attribute("app_metadata.groups", "board"), "viewer").await;
    let refused = async || {
        let browser = provider.browser();
        let state = browser.begin("/u/login", &[("organization", ACME)]).await;
        let description = format!("user {JOE} is not part of the {ACME} organization");
        assert_refused(&browser.log_in(&state, "joe@example.com").await, "access_denied", &description);
    };
    refused().await;
    provider.sql(r#"UPDATE users SET user_metadata = '{"hr":{"company":"Acme"}}'"#).await;
    refused().await;
    provider.sql(r#"UPDATE users SET app_metadata = '{"hr":{"company":"Acme"},"groups":["staff","board"]}'"#).await;
    provider.browser().code("joe@example.com", &[("organization", ACME)]).await;
    assert_eq!(roles(&provider, ACME, "joe@example.com").await.unwrap(), ["admin", "viewer"]);
}

#[tokio::test]
async fn a_connection_rule_makes_members() {
    let pair = Pair::start(json!({})).await;
    let condition = JoinCondition::Connection(pair.connection.clone());
    add(&pair.here, ABC, condition, "member").await;
    add(&pair.here, XYZ, domain("example.com"), "owner").await;
    pair.enable_for(ABC, true).await;

    let browser = pair.here.browser();
    pair.sign_in(&browser, "nina@example.com", &[]).await;
    code(&browser.authorize(&[("organization", ABC)]).await);
    // A membership by a rule, with its role, has priority over a membership by the connection, which has no role.
    let fresh = pair.here.browser();
    pair.sign_in(&fresh, "dana@example.com", &[("organization", ABC)]).await.code();
    for email in ["nina@example.com", "dana@example.com"] {
        assert_eq!(roles(&pair.here, ABC, email).await.unwrap(), ["member"], "{email}");
        // The issuer cannot give users access to organizations that do not use its connection, whatever address it
        // asserts.
        assert_eq!(roles(&pair.here, XYZ, email).await, None, "{email}");
    }
    // A user of another connection with the same address is not a member.
    let other = pair.here.browser();
    let state = other.begin("/u/login", &[("organization", ABC)]).await;
    let description = format!("user auth0|d00000000000000000000006 is not part of the {ABC} organization");
    assert_refused(&other.log_in(&state, "nina@example.com").await, "access_denied", &description);
}

#[tokio::test]
async fn an_invalid_or_too_broad_rule_is_refused() {
    let provider = Provider::start().await;
    let try_it = async |condition: JoinCondition| {
        provider.idp.add_join_rule(&organization(ABC), &condition, "member").await.unwrap_err()
    };
    for public in ["gmail.com", "GMail.com", "outlook.com", "yahoo.co.uk", "icloud.com", "gmx.at"] {
        assert!(matches!(try_it(domain(public)).await, JoinRuleError::PublicDomain(_)), "{public}");
    }
    for wrong in ["", "example", "127.0.0.1", "a b.example", "*.example.com", "@example.com"] {
        assert!(matches!(try_it(domain(wrong)).await, JoinRuleError::NotADomain(_)), "{wrong}");
    }
    for wrong in ["user_metadata.company", "name", "app_metadata", "app_metadata.", "app_metadata..a", ""] {
        assert!(matches!(try_it(attribute(wrong, "x")).await, JoinRuleError::UnsafeAttribute(_)), "{wrong}");
    }
    assert!(matches!(try_it(attribute("app_metadata.a", " ")).await, JoinRuleError::NoValue));
    let unknown = JoinCondition::Connection(ConnectionId::unchecked("con_x"));
    assert!(matches!(try_it(unknown).await, JoinRuleError::UnknownConnection(_)));

    let add =
        async |id: &str, role: &str| provider.idp.add_join_rule(&organization(id), &domain("acme.example"), role).await;
    assert!(matches!(add("org_x", "member").await, Err(JoinRuleError::UnknownOrganization(_))));
    assert!(matches!(add(ABC, "king").await, Err(JoinRuleError::UnknownRole(_))));
    add(ABC, "member").await.unwrap();
    assert!(matches!(add(ABC, "viewer").await, Err(JoinRuleError::Exists)));
    add(ACME, "member").await.unwrap();
}

#[tokio::test]
async fn rules_are_listed_and_deleted() {
    let provider = Provider::start().await;
    let (abc, acme) = (organization(ABC), organization(ACME));
    let rule = provider.idp.add_join_rule(&abc, &domain("EXAMPLE.com"), "member").await.unwrap();
    assert!(rule.id.as_str().starts_with("jr_") && rule.created_at == 1_788_000_000);
    assert_eq!(rule.condition, domain("example.com"));
    assert_eq!(provider.idp.join_rules(&abc).await.unwrap(), std::slice::from_ref(&rule));
    assert_eq!(provider.idp.join_rules(&acme).await.unwrap(), []);

    assert!(matches!(provider.idp.remove_join_rule(&acme, &rule.id).await, Err(JoinRuleError::Unknown)));
    provider.browser().code("nina@example.com", &[("organization", ABC)]).await;
    provider.idp.remove_join_rule(&abc, &rule.id).await.unwrap();
    assert!(matches!(provider.idp.remove_join_rule(&abc, &rule.id).await, Err(JoinRuleError::Unknown)));
    provider.browser().code("nina@example.com", &[("organization", ABC)]).await;
}

#[test]
fn the_action_for_auth0_follows_the_same_rules() {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/auth0/actions/join-by-rule.test.js");
    let run = std::process::Command::new("node").args(["--test", tests]).output().expect("node is on the path");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
    assert!(said.contains("pass 8"), "{said}");
}
