//! Rights that change after a request has begun and before its write: the write counts as made after the change.

use tessera::testing::{
    domain::{errors::AppError, permissions::Permission},
    server::{
        error::Error,
        services::{inbox, members, projects},
    },
};

use crate::support::{ABC, ACME, ALICE, CAROL, DANA, Direct, JOE, NEEDS_POSTGRES, Person, TestApp, waiting_for_a_lock};

fn membership(person: Person, slug: &str) -> String {
    format!(
        "membership WHERE org_id = (SELECT id FROM organization WHERE slug = '{slug}')
           AND person_id = (SELECT id FROM person WHERE subject = '{person}')"
    )
}

/// A statement that changes a membership. The role decides, whatever the token of the sign-in granted.
fn set(person: Person, slug: &str, columns: &str) -> String {
    let change = format!("UPDATE membership SET permissions = NULL, {columns} WHERE");
    membership(person, slug).replacen("membership WHERE", &change, 1)
}

/// What a member of abc-inc is told whose membership has ended.
fn ended() -> AppError {
    AppError::MembershipEnded { organization: "ABC Inc".to_owned() }
}

#[tokio::test]
async fn a_write_takes_the_rights_of_its_own_transaction() {
    let app = TestApp::spawn().await;
    let (joes, projects_before) = (membership(JOE, "abc-inc"), app.count("project").await);
    app.signed_in(JOE, ABC).await;
    // Nothing has changed: the positive control.
    let ctx = app.context(JOE, ABC).await;
    projects::create(&ctx, "Kept", "KEPT", "").await.unwrap();
    // Demoted: the permission is gone, and the refusal is on record.
    let ctx = app.context(JOE, ABC).await;
    app.database.change(&set(JOE, "abc-inc", "role = 'viewer'")).await;
    let refused = projects::create(&ctx, "Late", "LATE", "").await;
    assert!(matches!(refused, Err(Error::Forbidden(Permission::WriteProjects))), "{refused:?}");
    assert_eq!(app.count("audit_log WHERE action = 'project.create' AND outcome = 'refused'").await, 1);
    // A viewer may still mark what they have read, but not on the word of an older role.
    let refused = inbox::mark_all_read(&ctx, 1).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    inbox::mark_all_read(&app.context(JOE, ABC).await, 1).await.unwrap();
    // Promoted: the older context decides, and it knows nothing of the new rights.
    let ctx = app.context(JOE, ABC).await;
    app.database.change(&set(JOE, "abc-inc", "role = 'member'")).await;
    assert!(matches!(projects::create(&ctx, "Early", "EARLY", "").await, Err(Error::Forbidden(_))));
    // Suspended, and removed.
    let ctx = app.context(JOE, ABC).await;
    app.database.change(&set(JOE, "abc-inc", "status = 'suspended'")).await;
    let refused = projects::create(&ctx, "Late", "LATE", "").await;
    assert!(matches!(refused, Err(Error::MembershipEnded { .. })), "{refused:?}");
    app.database.change(&format!("DELETE FROM {joes}")).await;
    for refused in [projects::create(&ctx, "Late", "LATE", "").await.map(drop), inbox::mark_all_read(&ctx, 1).await] {
        assert!(matches!(refused, Err(Error::MembershipEnded { .. })), "{refused:?}");
        assert_eq!(AppError::from(refused.unwrap_err()), ended());
    }
    assert_eq!(app.count("project").await, projects_before + 1);
}

#[tokio::test]
async fn an_administrator_who_was_demoted_changes_no_one() {
    let app = TestApp::managing().await;
    app.signed_in(DANA, ACME).await;
    app.signed_in(ALICE, ACME).await;
    let (ctx, alice) = (app.context(DANA, ACME).await, app.context(ALICE, ACME).await.person);
    app.database.change(&set(DANA, "acme", "role = 'member'")).await;
    let refused = members::remove(&ctx, alice.0).await;
    assert!(matches!(refused, Err(Error::Forbidden(Permission::ManageMembers))), "{refused:?}");
    app.database.change(&format!("DELETE FROM {}", membership(DANA, "acme"))).await;
    let refused = members::leave(&ctx).await;
    assert!(matches!(refused, Err(Error::MembershipEnded { .. })), "{refused:?}");
    assert_eq!(app.count(&membership(ALICE, "acme")).await, 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_write_that_waits_for_a_change_of_rights_is_refused() {
    let app = TestApp::spawn().await;
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    let joe = app.signed_in(JOE, ABC).await;
    let before = app.count("project").await;
    let expectations = [
        (set(JOE, "abc-inc", "role = 'viewer'"), AppError::Forbidden { permission: Permission::WriteProjects }),
        (format!("DELETE FROM {}", membership(JOE, "abc-inc")), ended()),
    ];
    for (change, expected) in expectations {
        // As a change of rights holds it.
        let mut changing = pool.begin().await.unwrap();
        let lock = "SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0))::text FROM organization WHERE slug = 'abc-inc'";
        sqlx::query(lock).execute(&mut *changing).await.unwrap();
        let writing = tokio::spawn({
            let joe = joe.clone();
            async move { joe.create_project("Late", "LATE").await }
        });
        waiting_for_a_lock(&app).await;
        sqlx::query(sqlx::AssertSqlSafe(change)).execute(&mut *changing).await.unwrap();
        changing.commit().await.unwrap();
        assert_eq!(writing.await.unwrap(), Err(expected));
        assert_eq!(app.count("project").await, before);
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_change_of_rights_waits_for_a_write_that_has_begun() {
    let app = TestApp::managing().await;
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    let (joe, carol) = (app.signed_in(JOE, ABC).await, app.signed_in(CAROL, ABC).await);
    let project = carol.project("CRM");
    // Holds up the write, which already has its lock.
    let mut holding = pool.begin().await.unwrap();
    let lock = "SELECT 1 FROM project WHERE key = 'CRM' FOR UPDATE";
    sqlx::query(lock).execute(&mut *holding).await.unwrap();
    let tasks = app.count("task").await;
    let writing = tokio::spawn({
        let project = joe.project("CRM");
        async move { project.create_task("todo", "In time").await }
    });
    let shared = "pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while app.count(shared).await == 0 {
        tokio::task::yield_now().await;
    }
    let joes = app.context(JOE, ABC).await.person.0.to_string();
    let removing = tokio::spawn({
        let carol = carol.clone();
        async move { carol.remove_member(&joes).await }
    });
    waiting_for_a_lock(&app).await;
    holding.commit().await.unwrap();
    writing.await.unwrap().unwrap();
    removing.await.unwrap().unwrap();
    assert_eq!(app.count("task").await, tasks + 1);
    assert_eq!(project.create_task("todo", "Another").await.map(drop), Ok(()));
    assert!(joe.project("CRM").create_task("todo", "Too late").await.is_err());
}

#[tokio::test]
async fn two_owners_who_remove_each_other_get_one_success_and_no_internal_error() {
    let app = TestApp::managing().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    app.database.change(&set(DANA, "acme", "role = 'owner'")).await;
    let alices = app.context(ALICE, ACME).await.person.0.to_string();
    let danas = app.context(DANA, ACME).await.person.0.to_string();
    let (first, second) = tokio::join!(alice.remove_member(&danas), dana.remove_member(&alices));
    let outcomes = [&first, &second];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(!outcomes.iter().any(|outcome| matches!(outcome, Err(AppError::Internal { .. }))), "{outcomes:?}");
}
