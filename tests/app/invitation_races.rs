//! Changes of an invitation at the same moment.

use crate::{
    invitations::{only, settled},
    support::{ABC, CAROL, Direct, NEEDS_POSTGRES, TestApp},
};

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn an_invitation_that_is_being_sent_can_be_revoked() {
    let app = TestApp::managing().await;
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    let carol = app.signed_in(CAROL, ABC).await;
    carol.invite("new@example.com", "member").await.unwrap();
    settled(&app, &carol).await;
    let id = only(&carol).await.id;
    app.database.change("UPDATE invitation SET state = 'waiting'").await;
    // As the worker records that the provider has sent it.
    let mut sending = pool.begin().await.unwrap();
    sqlx::query("UPDATE invitation SET state = 'open'").execute(&mut *sending).await.unwrap();
    let revoking = tokio::spawn({
        let carol = carol.clone();
        async move { carol.revoke_invitation(id).await }
    });
    let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    app.until(async || (app.count(waits).await > 0).then_some(())).await;
    sending.commit().await.unwrap();
    revoking.await.unwrap().unwrap();
    assert_eq!(app.count("invitation WHERE state = 'revoked'").await, 1);
}
