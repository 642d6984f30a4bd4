//! Members of an organization: roles and removal.

use chrono::TimeDelta;
use reqwest::Method;
use tessera::testing::domain::{
    errors::AppError,
    permissions::{Permission, Role},
};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, Fault, JOE, Member, Organization, Person, Settings, TestApp, XYZ,
    functions::{LeaveOrganization, RemoveMember},
};

/// Finds the id of `person` by email address: that of the token or of the provider, whichever was stored last.
async fn id(member: &Member, person: Person) -> String {
    let found = member.people().await.members;
    let known = match person {
        ALICE => "alice@acme.example",
        CAROL => "carol@example.com",
        DANA => "dana@example.com",
        JOE => "joe@example.com",
        _ => panic!("{person}"),
    };
    let is_theirs = |email: &str| email == known || email == format!("{person}@example.com");
    found.iter().find(|member| is_theirs(&member.email)).unwrap_or_else(|| panic!("{known}: {found:?}")).id.to_string()
}

/// Waits until every queued change has reached the provider.
async fn reached_the_provider(app: &TestApp) {
    app.until(async || {
        app.clock.advance(TimeDelta::seconds(1));
        (app.count("provider_change").await == 0).then_some(())
    })
    .await;
}

fn membership(organization: Organization, person: Person, and: &str) -> String {
    format!(
        "membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id
         WHERE o.slug = '{}' AND p.subject = '{person}' {and}",
        organization.slug
    )
}

#[tokio::test]
async fn every_member_sees_the_list_and_only_some_can_change_it() {
    let app = TestApp::managing().await;
    let joe = app.signed_in(JOE, ABC).await;
    let found = joe.people().await.members;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|member| member.roles.is_empty() && !member.may_remove));
    joe.get("/o/abc-inc/settings/people").await.assert_status(200).assert_says("2 members").assert_says("(you)");
    let carol = app.signed_in(CAROL, ABC).await;
    let found = carol.people().await.members;
    assert!(found.iter().all(|member| member.roles == Role::ALL && member.may_remove != member.is_you));
}

#[tokio::test]
async fn a_new_role_takes_effect_at_once_and_reaches_the_provider() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    app.management().fail((Method::POST, "/organizations/*/members/*/roles"), Fault::Trouble, 1);
    let joes = id(&carol, JOE).await;
    carol.set_role(&joes, "admin").await.unwrap();
    joe.get("/o/abc-inc/settings/people/invite").await.assert_status(200).assert_says("Send invitations");
    reached_the_provider(&app).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec!["admin".to_owned()]));
    carol.set_role(&joes, "viewer").await.unwrap();
    joe.get("/o/abc-inc/settings/people/invite").await.assert_status(403);
    reached_the_provider(&app).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec!["viewer".to_owned()]));
    assert_eq!(app.count("audit_log WHERE action = 'member.role' AND target LIKE '%@example.com viewer'").await, 1);
}

#[tokio::test]
async fn a_change_that_another_worker_has_claimed_since_stays_claimed() {
    let app = TestApp::managing().await;
    let (carol, _joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Silence, 1);
    carol.set_role(&id(&carol, JOE).await, "admin").await.unwrap();
    app.management().fell_silent().await;
    // The claim expires, and another node claims the change. Then the attempt of this one fails.
    let until = (app.clock.now() + TimeDelta::seconds(75)).to_rfc3339();
    app.database.change(&format!("UPDATE provider_change SET taken_until = '{until}'")).await;
    app.management().end_silence();
    // The worker makes one change after the other.
    carol.invite("new@example.com", "member").await.unwrap();
    app.until(async || (app.count("invitation WHERE state = 'open'").await == 1).then_some(())).await;
    assert_eq!(app.count(&format!("provider_change WHERE taken_until = '{until}' AND tries = 0")).await, 1);
}

#[tokio::test]
async fn a_pending_change_is_not_undone_by_provider_tokens() {
    let app = TestApp::managing().await;
    app.provider.permit(JOE, ABC.id, &Role::Admin.permissions().iter().map(Permission::as_str).collect::<Vec<_>>());
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let joes = id(&carol, JOE).await;
    app.management().fail((Method::POST, "/organizations/*/members"), Fault::Trouble, 1000);
    app.management().fail((Method::DELETE, "/organizations/*/members"), Fault::Trouble, 1000);
    carol.set_role(&joes, "viewer").await.unwrap();
    let again = app.signed_in(JOE, ABC).await;
    again.get("/o/abc-inc/settings/people/invite").await.assert_status(403);
    // A sign-in does not restore a removed member.
    carol.remove_member(&joes).await.unwrap();
    let answer = joe.get("/o/abc-inc").await.assert_status(403).assert_says("Your membership has ended");
    assert!(!answer.body.contains("signed out"));
    let error = joe.create_project("Late", "LATE").await.unwrap_err();
    assert_eq!(error, AppError::MembershipEnded { organization: "ABC Inc".to_owned() });
    let authorization = joe.begin("organization=abc-inc").await;
    let code = app.provider.code(authorization.grant(&app.provider, JOE));
    joe.get(&authorization.callback(&code)).await.assert_status(403);
    assert_eq!(app.count(&membership(ABC, JOE, "")).await, 0);
}

#[tokio::test]
async fn a_removed_member_loses_access_here_and_at_the_provider() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    joe.sign_in(&app, JOE, XYZ).await;
    let joes = id(&carol, JOE).await;
    let fields = [("org", "abc-inc"), ("person", joes.as_str())];
    let answer = carol.submit::<RemoveMember>("/o/abc-inc/settings/people", &fields).await;
    answer.assert_leads_to("/o/abc-inc/settings/people");
    joe.get("/o/abc-inc").await.assert_status(403).assert_says("Your membership has ended");
    joe.get("/o/xyz-travel").await.assert_status(200);
    reached_the_provider(&app).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, None);
    assert!(app.management().roles(XYZ.id, JOE).await.is_some());
    assert_eq!(app.count("audit_log WHERE action = 'member.remove' AND outcome = 'done'").await, 1);
}

#[tokio::test]
async fn nobody_changes_a_role_above_their_own() {
    let app = TestApp::managing().await;
    let (dana, alice) = (app.signed_in(DANA, ACME).await, app.signed_in(ALICE, ACME).await);
    let alices = id(&dana, ALICE).await;
    let danas = id(&dana, DANA).await;
    for refused in [
        dana.set_role(&alices, "viewer").await,
        dana.set_role(&danas, "owner").await,
        dana.remove_member(&alices).await,
    ] {
        assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    }
    assert_eq!(app.count("audit_log WHERE outcome = 'refused'").await, 3);
    let seen = dana.people().await.members;
    let above = seen.iter().find(|member| member.role == Role::Owner).unwrap();
    assert!(above.roles.is_empty() && !above.may_remove);
    // A member can always lower their own role.
    dana.set_role(&danas, "member").await.unwrap();
    let forbidden = Err(AppError::Forbidden { permission: Permission::ManageMembers });
    assert_eq!(dana.set_role(&danas, "admin").await, forbidden);
    assert_eq!(app.count(&membership(ACME, ALICE, "AND m.role = 'owner'")).await, 1);
    drop(alice);
}

#[tokio::test]
async fn the_last_owner_stays_until_there_is_another() {
    let app = TestApp::managing().await;
    let carol = app.signed_in(CAROL, ABC).await;
    app.signed_in(JOE, ABC).await;
    let carols = id(&carol, CAROL).await;
    let joes = id(&carol, JOE).await;
    let leave = [("org", "abc-inc")];
    for refused in [carol.set_role(&carols, "member").await, carol.remove_member(&carols).await, carol.leave().await] {
        let said = refused.unwrap_err().to_string();
        assert!(said.starts_with("A workspace needs at least one owner."), "{said}");
    }
    // The page without scripts shows the same error.
    let answer = carol.submit::<LeaveOrganization>("/o/abc-inc/settings/people", &leave).await;
    answer.assert_status(409).assert_says("A workspace needs at least one owner.");
    carol.set_role(&joes, "owner").await.unwrap();
    let answer = carol.submit::<LeaveOrganization>("/o/abc-inc/settings/people", &leave).await;
    answer.assert_leads_to("/");
    carol.get("/o/abc-inc").await.assert_status(403).assert_says("you have left");
    reached_the_provider(&app).await;
    assert_eq!(app.management().roles(ABC.id, CAROL).await, None);
    assert_eq!(app.count(&membership(ABC, JOE, "AND o.owner_id = p.id AND m.role = 'owner'")).await, 1);
}

#[tokio::test]
async fn people_of_other_organizations_look_missing() {
    let app = TestApp::managing().await;
    let (bob, carol) = (app.signed_in(BOB, BETA).await, app.signed_in(CAROL, ABC).await);
    let joes = id(&carol, JOE).await;
    for person in [joes.as_str(), "00000000-0000-0000-0000-000000000000", "nonsense"] {
        assert_eq!(bob.set_role(person, "viewer").await, Err(AppError::NotFound));
        assert_eq!(bob.remove_member(person).await, Err(AppError::NotFound));
    }
    assert_eq!(bob.in_organization(ABC).set_role(&joes, "viewer").await, Err(AppError::SignInRequired));
    let outcome = carol.set_role(&joes, "boss").await;
    assert_eq!(outcome, Err(AppError::BadRequest));
    assert_eq!(app.count(&membership(ABC, JOE, "AND m.role = 'member'")).await, 1);
}

#[tokio::test]
async fn without_the_management_api_only_roles_can_be_changed() {
    let app = TestApp::spawn_with(Settings::default()).await;
    let carol = app.signed_in(CAROL, ABC).await;
    let joes = id(&carol, JOE).await;
    carol.set_role(&joes, "admin").await.unwrap();
    assert_eq!(app.count(&membership(ABC, JOE, "AND m.role = 'admin'")).await, 1);
    let refused = carol.remove_member(&joes).await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    assert_eq!(app.count("provider_change").await, 0);
    assert_eq!(app.count(&membership(ABC, JOE, "")).await, 1);
}
