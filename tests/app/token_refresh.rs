//! Refreshing the tokens of a seat, which updates the permissions from the provider.

use chrono::TimeDelta;
use tessera::testing::domain::{
    errors::AppError,
    permissions::{Permission, Role},
};

use crate::support::{ABC, ACME, ALICE, DANA, JOE, Refusal, TestApp, together};

/// Returns a time longer than the lifetime of the access token.
fn later() -> TimeDelta {
    TimeDelta::minutes(16)
}

#[tokio::test]
async fn permissions_are_refreshed_only_after_the_token_expires() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(TimeDelta::seconds(899));
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 1);
    for refreshes in 2..=4 {
        app.clock.advance(later());
        for _ in 0..2 {
            alice.get("/o/acme").await.assert_status(200);
        }
        // Each refresh uses the latest refresh token, since the provider accepts a token only once.
        assert_eq!(app.provider.refreshes(), refreshes);
    }
}

#[tokio::test]
async fn concurrent_requests_cause_one_refresh() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(later());
    let hold = app.provider.hold().await;
    let first = alice.workspace();
    let others = async {
        app.provider.reached_by(2).await;
        // During the refresh, the other requests use the stored permissions.
        for _ in 0..19 {
            alice.workspace().await.unwrap();
        }
        drop(hold);
    };
    let (first, ()) = tokio::join!(first, others);
    first.unwrap();
    assert_eq!(app.provider.refreshes(), 1);
    app.clock.advance(later());
    let ask = |_| {
        let alice = alice.clone();
        async move { alice.workspace().await }
    };
    for outcome in together(20, ask).await {
        outcome.unwrap();
    }
    assert_eq!(app.provider.refreshes(), 2);
}

#[tokio::test]
async fn a_provider_error_keeps_the_seat_and_is_retried() {
    let mut app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(later());
    let mut refreshes = 0;
    for refusal in [Refusal::BadGateway, Refusal::TooManyRequests] {
        app.provider.refuse(Some(refusal));
        for _ in 0..3 {
            alice.get("/o/acme").await.assert_status(200);
        }
        refreshes += 1;
        assert_eq!(app.provider.refreshes(), refreshes, "it is left alone for a while: {refusal:?}");
        app.clock.advance(TimeDelta::seconds(31));
    }
    app.provider.stop().await;
    alice.get("/o/acme").await.assert_status(200);
    app.provider.resume().await;
    app.provider.refuse(None);
    app.clock.advance(TimeDelta::seconds(31));
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), refreshes + 1);
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), refreshes + 1);
}

#[tokio::test]
async fn a_seat_ends_when_the_provider_stays_unreachable() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.refuse(Some(Refusal::BadGateway));
    app.clock.advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    alice.get("/o/acme").await.assert_status(200);
    app.clock.advance(TimeDelta::seconds(1));
    alice.get("/o/acme").await.assert_status(303);
}

#[tokio::test]
async fn a_refusal_of_the_provider_ends_the_seat() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(later());
    app.provider.refuse(Some(Refusal::InvalidGrant));
    let answer = alice.get("/o/acme/projects/WEB/board").await;
    answer.assert_leads_to("/login?organization_name=acme&return_to=%2Fo%2Facme%2Fprojects%2FWEB%2Fboard");
    assert_eq!(alice.workspace().await, Err(AppError::SignInRequired));
    assert_eq!((app.count("seat").await, app.provider.refreshes()), (0, 1));
}

#[tokio::test]
async fn a_seat_without_a_refresh_token_lasts_as_long_as_its_access_token() {
    let app = TestApp::spawn().await;
    let browser = app.browser();
    let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
    let mut grant = authorization.grant(&app.provider, ALICE);
    grant.has_refresh_token = false;
    let code = app.provider.code(grant);
    browser.get(&authorization.callback(&code)).await.assert_leads_to("/o/acme");
    app.clock.advance(TimeDelta::seconds(899));
    browser.get("/o/acme").await.assert_status(200);
    app.clock.advance(TimeDelta::seconds(1));
    browser.get("/o/acme").await.assert_status(303);
}

#[tokio::test]
async fn permissions_are_refreshed_within_an_hour_whatever_the_token_says() {
    let app = TestApp::spawn().await;
    app.provider.lifetime(86_400);
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(TimeDelta::seconds(3_599));
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    alice.get("/o/acme").await.assert_status(200);
    assert_eq!(app.provider.refreshes(), 1);
}

#[tokio::test]
async fn permissions_revoked_at_the_provider_end_with_the_refresh() {
    let app = TestApp::spawn().await;
    app.provider.permit(
        DANA,
        ACME.id,
        &["read:projects", "write:projects", "read:tasks", "write:tasks", "read:members"],
    );
    let dana = app.signed_in(DANA, ACME).await;
    let before = dana.workspace().await.unwrap();
    assert_eq!(before.organization.role, Role::Member, "the provider's word goes before the local role");
    assert!(before.permissions.allow(Permission::WriteTasks));
    app.provider.permit(DANA, ACME.id, &["read:projects", "read:tasks", "read:members"]);
    app.clock.advance(later());
    let after = dana.workspace().await.unwrap();
    assert_eq!((after.organization.role, after.permissions), (Role::Viewer, Role::Viewer.permissions()));
    let refused = dana.create_project("No", "NO").await;
    assert_eq!(refused, Err(AppError::Forbidden { permission: Permission::WriteProjects }));
}

#[tokio::test]
async fn a_refresh_never_demotes_the_last_owner() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.permit(ALICE, ACME.id, &["read:projects", "read:tasks", "read:members"]);
    app.clock.advance(later());
    assert_eq!(alice.workspace().await.unwrap().organization.role, Role::Owner);
}

#[tokio::test]
async fn a_demoted_owner_hands_ownership_to_another_owner() {
    let app = TestApp::spawn().await;
    app.database
        .change(
            "UPDATE membership SET role = 'owner' WHERE org_id = (SELECT id FROM organization WHERE slug = 'acme')
             AND person_id = (SELECT id FROM person WHERE email = 'dana@example.com')",
        )
        .await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.permit(ALICE, ACME.id, &["read:projects", "read:tasks", "read:members"]);
    app.clock.advance(later());
    assert_eq!(alice.workspace().await.unwrap().organization.role, Role::Viewer);
    let owner =
        "organization o JOIN person p ON p.id = o.owner_id WHERE o.slug = 'acme' AND p.email = 'dana@example.com'";
    assert_eq!(app.count(owner).await, 1);
}

#[tokio::test]
async fn concurrent_demotions_leave_one_owner() {
    let app = TestApp::spawn().await;
    app.database
        .change(
            "UPDATE membership SET role = 'owner' WHERE org_id = (SELECT id FROM organization WHERE slug = 'acme')
             AND person_id = (SELECT id FROM person WHERE email = 'dana@example.com')",
        )
        .await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    for person in [ALICE, DANA] {
        app.provider.permit(person, ACME.id, &["read:projects", "read:tasks", "read:members"]);
    }
    app.clock.advance(later());
    let (alice, dana) = tokio::join!(alice.workspace(), dana.workspace());
    let mut roles = [alice, dana].map(|workspace| workspace.unwrap().organization.role);
    roles.sort_unstable();
    assert_eq!(roles, [Role::Viewer, Role::Owner]);
    let owner = "organization o JOIN membership m ON m.org_id = o.id AND m.person_id = o.owner_id
        WHERE o.slug = 'acme' AND m.role = 'owner' AND m.status = 'active'";
    assert_eq!(app.count(owner).await, 1);
}

#[tokio::test]
async fn a_refresh_does_not_restore_a_removed_member() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    let gone = "membership WHERE person_id = (SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000005')
         AND org_id = (SELECT id FROM organization WHERE slug = 'abc-inc')";
    assert_eq!(app.database.change(&format!("DELETE FROM {gone}")).await, 1);
    app.clock.advance(later());
    joe.get("/o/abc-inc").await.assert_status(403).assert_says("Your membership has ended");
    assert_eq!((app.count(gone).await, app.count("seat").await), (0, 0));
}

#[tokio::test]
async fn a_member_removed_at_the_provider_sees_a_page_and_no_redirect_loop() {
    let app = TestApp::spawn().await;
    let joe = app.signed_in(JOE, ABC).await;
    app.provider.refuse(Some(Refusal::Left));
    app.clock.advance(later());
    let answer = joe.get("/o/abc-inc").await.assert_status(403).assert_says("Your membership has ended");
    let answer = answer.assert_says("ABC Inc").assert_says("href=\"/\"");
    answer.assert_says("href=\"/login?organization_name=abc-inc&amp;prompt=login\"");
    assert_eq!(app.count("seat").await, 0);
    // The next sign-in is silent. Its refusal shows an error page too.
    let answer = joe.get("/o/abc-inc").await.assert_status(303);
    let asked = joe.begin(answer.location().strip_prefix("/login?").unwrap()).await;
    let state = asked.get("state");
    let refusal = "error=access_denied&error_description=user%20x%20is%20not%20part%20of%20the%20org";
    let answer = joe.get(&format!("/callback?state={state}&{refusal}")).await.assert_status(403);
    answer.assert_says("You can’t open this workspace");
}

#[tokio::test]
async fn a_running_refresh_does_not_undo_a_logout() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.clock.advance(later());
    let hold = app.provider.hold().await;
    let refreshing = alice.workspace();
    let logout = async {
        app.provider.reached_by(2).await;
        alice.copy().post_form("/o/acme", "/logout", &[]).await.assert_status(303);
        drop(hold);
    };
    let (refreshed, ()) = tokio::join!(refreshing, logout);
    assert_eq!(refreshed, Err(AppError::SignInRequired));
    assert_eq!(app.count("seat").await, 0);
}
