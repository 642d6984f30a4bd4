//! Live updates of open pages.

use std::time::{Duration, Instant};

use tessera::testing::domain::{
    live::{ENDED, RESET},
    tasks::{event::Event, fields::FieldChange},
};

use crate::support::{ABC, ACME, ALICE, BETA, CAROL, CLIENT_ID, DANA, JOE, Member, Signing, Stream, TestApp, Token};

/// Returns the number of the last event that a project's board includes.
async fn as_of(member: &Member, project: &str) -> i64 {
    member.project(project).board().await.unwrap().as_of
}

/// Finds the id of Joe, whose name is either the one in the demo data or his subject.
async fn id_of_joe(member: &Member) -> String {
    let people = member.people().await.members;
    people.iter().find(|person| [JOE, "Joe Jensen"].contains(&person.name.as_str())).unwrap().id.to_string()
}

#[tokio::test]
async fn events_reach_the_other_in_order_and_once() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let after = as_of(&dana, "WEB").await;
    let mut stream = dana.listen(after).await;
    let number = alice.project("WEB").add("todo", "Told").await;
    let moved = alice.project("WEB").task(number).move_to("done").await.unwrap();

    let message = stream.next().await.unwrap();
    let created = message.event();
    assert_eq!((message.id, created.number), (Some(after + 1), after + 1));
    assert_eq!((created.name.as_str(), created.project.as_str(), created.task), (ALICE, "WEB", Some(number)));
    assert!(matches!(&created.event, Event::Created { fields } if fields.title == "Told"), "{created:?}");
    let second = stream.event().await;
    assert_eq!(Some(second.number), moved.event);
    let Event::Changed { changes, .. } = second.event else { panic!("{second:?}") };
    assert!(matches!(&changes[..], [FieldChange::Position(change)] if change.to == moved.position), "{changes:?}");
}

/// Half of the events of a busy machine arrive within this time, many times what it takes on an idle one.
const TYPICAL: Duration = Duration::from_secs(1);

#[tokio::test]
async fn an_event_arrives_within_a_second() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let mut stream = dana.listen(as_of(&dana, "WEB").await).await;
    let mut times = Vec::new();
    for _ in 0..20 {
        let number = alice.project("WEB").add("todo", "Told").await;
        let answered = Instant::now();
        assert_eq!(stream.event().await.task, Some(number));
        times.push(answered.elapsed());
    }
    times.sort_unstable();
    let (median, longest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("an event arrives {median:?} after the answer to its author (median of 20), {longest:?} at most");
    assert!(median < TYPICAL, "{times:?}");
}

#[tokio::test]
async fn a_stream_resumes_where_it_broke_off() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let after = as_of(&alice, "WEB").await;
    let mut stream = alice.listen(after).await;
    for title in ["one", "two"] {
        alice.project("WEB").add("todo", title).await;
    }
    let seen = stream.event().await.number;
    drop(stream);
    alice.project("WEB").add("todo", "three").await;
    let mut stream = alice.resume_listening(seen).await;
    assert_eq!(stream.event().await.number, seen + 1);
    assert_eq!(stream.event().await.number, seen + 2);
    alice.project("WEB").add("todo", "four").await;
    assert_eq!(stream.event().await.number, seen + 3, "nothing is lost and nothing is told twice");
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_stream_delivers_events_of_another_node() {
    let app = TestApp::spawn().await;
    let node = app.another_node().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let danas_browser = app.signed_in(DANA, ACME).await;
    let dana = node.reached_by(&danas_browser);
    let after = as_of(&dana, "WEB").await;
    let mut danas = dana.listen(after).await;
    let mut alices = alice.listen(after).await;

    let first = alice.project("WEB").add("todo", "Made at the one").await;
    let second = dana.project("WEB").add("todo", "Made at the other").await;
    assert_eq!(second, first + 1, "they count together");
    for stream in [&mut alices, &mut danas] {
        for (n, number) in [(1, first), (2, second)] {
            let message = stream.event().await;
            assert_eq!((message.number, message.task), (after + n, Some(number)));
        }
    }

    // A browser whose node has stopped resumes the stream at another node.
    drop(danas);
    node.stop().await;
    let third = alice.project("WEB").add("todo", "Made meanwhile").await;
    let mut danas = danas_browser.resume_listening(after + 2).await;
    assert_eq!(danas.event().await.task, Some(third));
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_stream_ends_when_membership_ends_at_another_node() {
    let app = TestApp::managing().await;
    let node = app.another_node().await;
    let carol = app.signed_in(CAROL, ABC).await;
    let joe = node.reached_by(&app.signed_in(JOE, ABC).await);
    let mut stream = joe.listen(0).await;
    stream.event().await;
    carol.remove_member(&id_of_joe(&carol).await).await.unwrap();
    while stream.next().await.expect("it says why").name != ENDED {}
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_stream_that_missed_too_much_is_reset() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let org = "SELECT id FROM organization WHERE slug = 'acme'";
    let sql = format!("UPDATE event_head SET number = number + 2000 WHERE org_id = ({org})");
    assert_eq!(app.database.change(&sql).await, 1);
    let mut stream = alice.resume_listening(1).await;
    let message = stream.next().await.unwrap();
    assert_eq!((message.name.as_str(), message.id), (RESET, Some(as_of(&alice, "WEB").await)));
    alice.project("WEB").add("todo", "Afterwards").await;
    assert_eq!(Some(stream.event().await.number), message.id.map(|id| id + 1));
}

#[tokio::test]
async fn no_event_crosses_organizations_or_leaves_a_private_project() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let alice = app.signed_in(ALICE, ACME).await;
    for key in ["SHUT", "OPEN"] {
        carol.create_project(key, key).await.unwrap();
    }
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'SHUT'").await, 1);
    let after = as_of(&joe, "OPEN").await;
    let mut joes = joe.listen(after).await;
    let mut carols = carol.listen(after).await;
    alice.project("WEB").add("todo", "Elsewhere").await;
    carol.project("SHUT").add("todo", "Secret").await;
    carol.project("OPEN").add("todo", "Public").await;
    let message = joes.event().await;
    assert_eq!((message.project.as_str(), message.number), ("OPEN", after + 2), "{message:?}");
    assert_eq!(carols.event().await.project.as_str(), "SHUT", "its owner sees it");

    let closed = joe.project("SHUT").board().await;
    let never = joe.project("NEVER").board().await;
    assert_eq!(closed, never, "a closed project looks like none");
    joe.get("/o/abc-inc/tasks/SHUT-1").await.assert_status(404);
    assert!(!joe.get("/o/abc-inc").await.body.contains("SHUT"));
}

#[tokio::test]
async fn a_stream_ends_with_the_membership() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let mut stream = joe.listen(0).await;
    stream.event().await;
    carol.remove_member(&id_of_joe(&carol).await).await.unwrap();
    loop {
        let message = stream.next().await.expect("it says why");
        if message.name == ENDED {
            break;
        }
    }
    assert_eq!(stream.next().await, None);
    let refused = joe.request(reqwest::Method::GET, "/o/abc-inc/live").send().await.unwrap();
    assert_eq!(refused.status(), 403);
}

/// Reads the stream until its end; returns whether it said that access has ended.
async fn ends(mut stream: Stream) -> bool {
    let mut has_said_so = false;
    while let Some(message) = stream.next().await {
        has_said_so |= message.name == ENDED;
    }
    has_said_so
}

// The heartbeat, which also finds ended seats, comes after 15 s. These tests measure that the end comes earlier.
const BEFORE_THE_HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(10);

#[tokio::test]
async fn a_sign_out_ends_the_streams_of_the_browser_at_once() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let elsewhere = app.signed_in(ALICE, ACME).await;
    let (streams, mut other) =
        ([alice.listen_at("WEB").await, alice.listen(0).await], elsewhere.listen_at("WEB").await);
    let mut seen_by_dana = dana.listen_at("WEB").await;
    assert!(seen_by_dana.next().await.unwrap().data.contains(ALICE));
    alice.post_form("/o/acme", "/logout", &[]).await.assert_status(303);
    for stream in streams {
        assert!(tokio::time::timeout(BEFORE_THE_HEARTBEAT, ends(stream)).await.expect("it ends at once"));
    }
    // The stream of her other browser goes on.
    alice.sign_in(&app, ALICE, ACME).await;
    alice.task("WEB-1").comment("Still here").await.unwrap();
    while !other.next().await.expect("it goes on").name.is_empty() {}
}

#[tokio::test]
async fn a_sign_out_at_the_provider_ends_streams_and_presence_at_once() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let (stream, mut seen_by_dana) = (alice.listen_at("WEB").await, dana.listen_at("WEB").await);
    assert!(seen_by_dana.next().await.unwrap().data.contains(ALICE));
    let now = app.clock.now().timestamp();
    let claims = serde_json::json!({
        "iss": app.provider.issuer, "sub": ALICE, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "once",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let token = app.provider.sign(&Token { claims, signing: Signing::Good });
    let browser = app.browser();
    let request = browser.request(reqwest::Method::POST, "/backchannel-logout").form(&[("logout_token", token)]);
    browser.send(request).await.assert_status(200);
    assert!(tokio::time::timeout(BEFORE_THE_HEARTBEAT, ends(stream)).await.expect("it ends at once"));
    let nobody = r#"{"page":"WEB","people":[]}"#;
    let left = async { while seen_by_dana.next().await.expect("her stream goes on").data != nobody {} };
    tokio::time::timeout(BEFORE_THE_HEARTBEAT, left).await.expect("she has left at once");
}

#[tokio::test]
async fn a_stream_needs_a_seat_in_the_organization() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    for (browser, path) in
        [(&dana.browser, "/o/beta/live"), (&dana.browser, "/o/nowhere/live"), (&app.browser(), "/o/acme/live")]
    {
        let answer = browser.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        assert_eq!(answer.text().await.unwrap(), "");
    }
    dana.sign_in(&app, DANA, BETA).await;
    dana.in_organization(BETA).listen(0).await;
}
