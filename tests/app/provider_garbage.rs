//! Something else answers in the provider's place, or it is in trouble. Nobody who is signed in notices.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use serde_json::json;

use crate::support::{ABC, ACME, ALICE, Answer, CAROL, Garbage, JOE, TestApp};

const LOGIN: &str = "/login?organization=org_AcmeCorp00000001";

fn assert_says_what_to_do(answer: Answer, garbage: Garbage) {
    assert_eq!(answer.header("retry-after"), "30", "{garbage:?}");
    let answer = answer.assert_status(503).assert_says("Sign-in is not available at the moment");
    answer.assert_says("Try again in a minute.");
}

#[tokio::test]
async fn before_its_first_answer_a_sign_in_says_what_to_do() {
    let app = TestApp::spawn().await;
    for garbage in Garbage::ALL {
        app.provider.garble(Some(garbage));
        assert_says_what_to_do(app.browser().get(LOGIN).await, garbage);
        app.browser().get("/readyz").await.assert_status(503).assert_says("keys: unavailable\n");
        app.clock.advance(TimeDelta::seconds(3));
    }
    app.provider.garble(None);
    app.signed_in(ALICE, ACME).await;
}

#[tokio::test]
async fn nobody_is_signed_out_and_a_sign_in_can_be_repeated() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let mut token = app.provider.grant(ALICE, Some(ACME.id)).at(app.clock.now()).access_token;
    token.set("permissions", json!(["read:projects"])).set("exp", (app.clock.now() + TimeDelta::days(1)).timestamp());
    let token = app.provider.sign(&token);
    let read = async || {
        let request = app.client().get(format!("{}api/v1/projects", app.url)).bearer_auth(&token);
        app.browser().send(request).await
    };
    read().await.assert_status(200);
    for garbage in Garbage::ALL {
        app.clock.advance(TimeDelta::minutes(35));
        let browser = app.browser();
        let authorization = browser.begin("organization=org_AcmeCorp00000001").await;
        let code = app.provider.code(authorization.grant(&app.provider, ALICE));
        app.provider.garble(Some(garbage));
        // The document and the keys are old now, and permissions are due to be refreshed.
        app.clock.advance(TimeDelta::minutes(26));
        alice.get("/o/acme/projects/WEB/board").await.assert_status(200);
        alice.project("WEB").create_task("todo", &format!("{garbage:?}")).await.unwrap();
        read().await.assert_status(200);
        app.browser().get("/readyz").await.assert_status(200);
        assert_says_what_to_do(app.browser().get(LOGIN).await, garbage);
        assert_says_what_to_do(browser.get(&authorization.callback(&code)).await, garbage);
        app.provider.garble(None);
        app.clock.advance(TimeDelta::seconds(31));
        alice.get("/o/acme").await.assert_status(200);
    }
    app.signed_in(ALICE, ACME).await;
}

#[tokio::test]
async fn the_queue_retries_and_nobody_loses_a_workspace() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let id = app.database.id("SELECT id FROM person WHERE subject = 'auth0|d00000000000000000000005'").await;
    for (garbage, role) in Garbage::ALL.into_iter().zip(["admin", "viewer"].into_iter().cycle()) {
        app.management().garble(Some(garbage));
        carol.set_role(&id.to_string(), role).await.unwrap();
        // Organizations are due to be reconciled, too.
        app.clock.advance(TimeDelta::minutes(16));
        let tried = "provider_change WHERE tries > 0 OR state = 'failed'";
        app.until(async || (app.count(tried).await > 0).then_some(())).await;
        joe.get("/o/abc-inc").await.assert_status(200);
        app.management().garble(None);
        if garbage == Garbage::OtherJson {
            // This is an answer of the API, as far as anybody can tell, and no repetition would change it.
            app.database.change("UPDATE provider_change SET state = 'waiting'").await;
        }
        let done = async || {
            app.clock.advance(TimeDelta::seconds(5));
            (app.count("provider_change").await == 0).then_some(())
        };
        app.until(done).await;
        assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec![role.to_owned()]), "{garbage:?}");
        assert_eq!(app.count("seat").await, 2, "{garbage:?}");
    }
}

/// The provider accepts connections and says nothing. Its client gives up after eight seconds.
#[tokio::test]
async fn of_those_who_are_signed_in_one_at_a_time_waits_for_a_silent_provider() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    app.provider.garble(Some(Garbage::Silence));
    // The permissions are due to be refreshed.
    app.clock.advance(TimeDelta::minutes(61));
    let all_but_one = async {
        let mut pages: FuturesUnordered<_> = (0..6).map(|_| alice.get("/o/acme/projects/WEB/board")).collect();
        for _ in 0..5 {
            pages.next().await.unwrap().assert_status(200);
        }
        pages
    };
    let mut last = tokio::time::timeout(Duration::from_secs(7), all_but_one).await.expect("the others do not wait");
    last.next().await.unwrap().assert_status(200);
    let next = alice.get("/o/acme/projects/WEB/board");
    tokio::time::timeout(Duration::from_secs(7), next).await.expect("nobody tries again soon").assert_status(200);
    assert_says_what_to_do(app.browser().get(LOGIN).await, Garbage::Silence);
    app.provider.garble(None);
    app.clock.advance(TimeDelta::seconds(31));
    app.signed_in(ALICE, ACME).await;
}
