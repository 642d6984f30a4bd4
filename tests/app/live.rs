//! What open pages are told.

use tessera::domain::{
    live::{ENDED, RESET},
    projects::Board,
    tasks::{Moved, TaskCard, event::Event, fields::FieldChange},
};

use crate::support::{ABC, ACME, ALICE, BETA, Browser, CAROL, DANA, JOE, Stream, TestApp};

async fn add(browser: &Browser, org: &str, project: &str, title: &str) -> TaskCard {
    let fields = [("org", org), ("project", project), ("state", "todo"), ("title", title)];
    browser.call("create_task", &fields).await.unwrap()
}

async fn place(browser: &Browser, org: &str, key: &str, state: &str) -> Moved {
    browser.call("move_task", &[("org", org), ("key", key), ("state", state)]).await.unwrap()
}

async fn as_of(browser: &Browser, org: &str, key: &str) -> i64 {
    browser.ask::<Board>("get_board", &[("org", org), ("key", key)]).await.unwrap().as_of
}

#[tokio::test]
async fn what_one_does_the_other_is_told_in_order_and_once() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let after = as_of(&dana, "acme", "WEB").await;
    let mut stream = Stream::open(&dana, "acme", after, false).await;
    let card = add(&alice, "acme", "WEB", "Told").await;
    let key = format!("WEB-{}", card.number);
    let moved = place(&alice, "acme", &key, "done").await;

    let told = stream.next().await.unwrap();
    let created = told.event();
    assert_eq!((told.id, created.number), (Some(after + 1), after + 1));
    assert_eq!((created.name.as_str(), created.project.as_str(), created.task), (ALICE, "WEB", Some(card.number)));
    assert!(matches!(&created.event, Event::Created { facts } if facts.title == "Told"), "{created:?}");
    let second = stream.event().await;
    assert_eq!(Some(second.number), moved.event);
    let Event::Changed { changes } = second.event else { panic!("{second:?}") };
    assert!(matches!(&changes[..], [FieldChange::Place(swap)] if swap.to == moved.place), "{changes:?}");
}

#[tokio::test]
async fn a_stream_resumes_where_it_broke_off() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let after = as_of(&alice, "acme", "WEB").await;
    let mut stream = Stream::open(&alice, "acme", after, false).await;
    for title in ["one", "two"] {
        add(&alice, "acme", "WEB", title).await;
    }
    let seen = stream.event().await.number;
    drop(stream);
    add(&alice, "acme", "WEB", "three").await;
    let mut stream = Stream::open(&alice, "acme", seen, true).await;
    assert_eq!(stream.event().await.number, seen + 1);
    assert_eq!(stream.event().await.number, seen + 2);
    add(&alice, "acme", "WEB", "four").await;
    assert_eq!(stream.event().await.number, seen + 3, "nothing is lost and nothing is told twice");
}

#[tokio::test]
async fn a_stream_is_told_what_was_done_at_another_node() {
    let app = TestApp::spawn().await;
    let Some(node) = app.another_node().await else { return };
    let alice = app.signed_in(ALICE, ACME).await;
    let danas_browser = app.signed_in(DANA, ACME).await;
    let dana = node.reached_by(&danas_browser);
    let after = as_of(&dana, "acme", "WEB").await;
    let mut danas = Stream::open(&dana, "acme", after, false).await;
    let mut alices = Stream::open(&alice, "acme", after, false).await;

    let first = add(&alice, "acme", "WEB", "Made at the one").await;
    let second = add(&dana, "acme", "WEB", "Made at the other").await;
    assert_eq!(second.number, first.number + 1, "they count together");
    for stream in [&mut alices, &mut danas] {
        for (n, card) in [(1, &first), (2, &second)] {
            let told = stream.event().await;
            assert_eq!((told.number, told.task), (after + n, Some(card.number)));
        }
    }

    // Somebody whose node goes away reads on at the other one.
    drop(danas);
    node.stop().await;
    let third = add(&alice, "acme", "WEB", "Made meanwhile").await;
    let mut danas = Stream::open(&danas_browser, "acme", after + 2, true).await;
    assert_eq!(danas.event().await.task, Some(third.number));
}

#[tokio::test]
async fn a_stream_ends_when_the_right_to_it_ends_at_another_node() {
    let app = TestApp::managing().await;
    let Some(node) = app.another_node().await else { return };
    let carol = app.signed_in(CAROL, ABC).await;
    let joe = node.reached_by(&app.signed_in(JOE, ABC).await);
    let mut stream = Stream::open(&joe, "abc-inc", 0, false).await;
    stream.event().await;
    let people = crate::invitations::people(&carol, "abc-inc").await.members;
    let id = people.iter().find(|member| [JOE, "Joe Jensen"].contains(&member.name.as_str())).unwrap().id.to_string();
    carol.call::<()>("remove_member", &[("org", "abc-inc"), ("person", &id)]).await.unwrap();
    while stream.next().await.expect("it says why").name != ENDED {}
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn whoever_has_missed_too_much_is_told_to_load_again() {
    let app = TestApp::spawn().await;
    let alice = app.signed_in(ALICE, ACME).await;
    let org = "SELECT id FROM organization WHERE slug = 'acme'";
    let sql = format!("UPDATE event_head SET number = number + 2000 WHERE org_id = ({org})");
    assert_eq!(app.database.change(&sql).await, 1);
    let mut stream = Stream::open(&alice, "acme", 1, true).await;
    let told = stream.next().await.unwrap();
    assert_eq!((told.name.as_str(), told.id), (RESET, Some(as_of(&alice, "acme", "WEB").await)));
    add(&alice, "acme", "WEB", "Afterwards").await;
    assert_eq!(Some(stream.event().await.number), told.id.map(|id| id + 1));
}

#[tokio::test]
async fn no_event_crosses_an_organization_or_a_closed_project() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let alice = app.signed_in(ALICE, ACME).await;
    for key in ["SHUT", "OPEN"] {
        let fields = [("org", "abc-inc"), ("name", key), ("key", key)];
        carol.call::<()>("create_project", &fields).await.unwrap();
    }
    assert_eq!(app.database.change("UPDATE project SET is_private = (1 = 1) WHERE key = 'SHUT'").await, 1);
    let after = as_of(&joe, "abc-inc", "OPEN").await;
    let mut joes = Stream::open(&joe, "abc-inc", after, false).await;
    let mut carols = Stream::open(&carol, "abc-inc", after, false).await;
    add(&alice, "acme", "WEB", "Elsewhere").await;
    add(&carol, "abc-inc", "SHUT", "Secret").await;
    add(&carol, "abc-inc", "OPEN", "Public").await;
    let told = joes.event().await;
    assert_eq!((told.project.as_str(), told.number), ("OPEN", after + 2), "{told:?}");
    assert_eq!(carols.event().await.project.as_str(), "SHUT", "its owner sees it");

    let closed = joe.ask::<Board>("get_board", &[("org", "abc-inc"), ("key", "SHUT")]).await;
    let never = joe.ask::<Board>("get_board", &[("org", "abc-inc"), ("key", "NEVER")]).await;
    assert_eq!(closed, never, "a closed project looks like none");
    joe.get("/o/abc-inc/tasks/SHUT-1").await.assert_status(404);
    assert!(!joe.get("/o/abc-inc").await.body.contains("SHUT"));
}

#[tokio::test]
async fn a_stream_ends_with_the_right_to_read_it() {
    let app = TestApp::managing().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let mut stream = Stream::open(&joe, "abc-inc", 0, false).await;
    stream.event().await;
    let people = crate::invitations::people(&carol, "abc-inc").await.members;
    let id = people.iter().find(|member| [JOE, "Joe Jensen"].contains(&member.name.as_str())).unwrap().id.to_string();
    carol.call::<()>("remove_member", &[("org", "abc-inc"), ("person", &id)]).await.unwrap();
    loop {
        let told = stream.next().await.expect("it says why");
        if told.name == ENDED {
            break;
        }
    }
    assert_eq!(stream.next().await, None);
    let refused = joe.request(reqwest::Method::GET, "/o/abc-inc/live").send().await.unwrap();
    assert_eq!(refused.status(), 403);
}

#[tokio::test]
async fn nobody_listens_without_a_seat_there() {
    let app = TestApp::spawn().await;
    let dana = app.signed_in(DANA, ACME).await;
    for (browser, path) in [(&dana, "/o/beta/live"), (&dana, "/o/nowhere/live"), (&app.browser(), "/o/acme/live")] {
        let answer = browser.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        assert_eq!(answer.text().await.unwrap(), "");
    }
    dana.sign_in(&app, DANA, BETA).await;
    Stream::open(&dana, "beta", 0, false).await;
}
