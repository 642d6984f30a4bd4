//! Presence: the other people who have the same page open.

use reqwest::Method;
use tessera::testing::domain::live::{PRESENCE, Viewers};

use crate::support::{ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, JOE, Stream, TestApp};

/// Reads the names of the other people from the next presence message.
async fn others(stream: &mut Stream) -> Vec<String> {
    loop {
        let message = stream.next().await.expect("the stream has ended");
        if message.name == PRESENCE {
            return viewers(&message.data).people.into_iter().map(|person| person.name).collect();
        }
    }
}

fn viewers(data: &str) -> Viewers {
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn one_stream_tells_who_is_on_each_page_of_a_browser() {
    let app = TestApp::spawn().await;
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let mut carols = carol.listen_at("CRM,crm-1,HIRE,made-up,").await;
    let mut on = async |page: &str| loop {
        let message = carols.next().await.expect("the stream has ended");
        let found = (message.name == PRESENCE).then(|| viewers(&message.data)).filter(|viewers| viewers.page == page);
        if let Some(found) = found {
            return found.people.len();
        }
    };
    let board = joe.listen_at("CRM").await;
    assert_eq!(on("CRM").await, 1);
    let _task = joe.listen_at("CRM-1").await;
    assert_eq!(on("CRM-1").await, 1);
    drop(board);
    assert_eq!(on("CRM").await, 0);
    // A page is not told of any more when its project is closed to the reader, the others are.
    let mut joes = joe.listen_at("CRM,HIRE").await;
    assert_eq!(others(&mut joes).await, [CAROL]);
    carol.project("CRM").set_private(true).await.unwrap();
    let gone = loop {
        let message = joes.next().await.unwrap();
        if message.name == PRESENCE && viewers(&message.data).people.is_empty() {
            break viewers(&message.data).page;
        }
    };
    assert_eq!(gone, "CRM");
}

#[tokio::test]
async fn people_on_the_same_page_see_each_other_once_until_they_leave() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let mut alices = alice.listen_at("WEB").await;
    let mut danas = dana.listen_at("web").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    assert_eq!(others(&mut danas).await, [ALICE]);
    // Dana opens the page in another tab, and a different page.
    let (tab, elsewhere) = (dana.listen_at("WEB").await, dana.listen_at("WEB-1").await);
    drop(danas);
    drop(elsewhere);
    drop(tab);
    assert!(others(&mut alices).await.is_empty(), "nothing was told while she still had a tab");
    let _back = dana.listen_at("WEB").await;
    assert_eq!(others(&mut alices).await, [DANA]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn people_on_different_nodes_see_each_other_until_one_leaves_or_the_node_stops() {
    let app = TestApp::spawn().await;
    let node = app.another_node().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let danas_there = node.reached_by(&dana);
    let mut alices = alice.listen_at("WEB-1").await;
    let mut danas = danas_there.listen_at("WEB-1").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    assert_eq!(others(&mut danas).await, [ALICE], "who was there before her");
    // Dana opens the page at the other node too, and a different page.
    let tab = dana.listen_at("WEB-1").await;
    let elsewhere = danas_there.listen_at("WEB-2").await;
    drop((danas, elsewhere));
    drop(tab);
    assert!(others(&mut alices).await.is_empty(), "nothing was told while she still had a tab");
    let _back = danas_there.listen_at("WEB-1").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    node.stop().await;
    assert!(others(&mut alices).await.is_empty(), "the node took her along");
}

#[tokio::test]
async fn the_number_of_streams_per_browser_is_limited() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(alice.listen_at("WEB").await);
    }
    let one_more = async || alice.request(Method::GET, "/o/acme/live").send().await.unwrap().status().as_u16();
    assert_eq!(one_more().await, 429);
    let _others = dana.listen_at("WEB").await;
    drop(open.pop());
    app.until(async || (one_more().await == 200).then_some(())).await;
}

#[tokio::test]
async fn presence_is_hidden_across_organizations_and_in_private_projects() {
    let app = TestApp::spawn().await;
    let (bob, dana) = (app.signed_in(BOB, BETA).await, app.signed_in(DANA, BETA).await);
    let alice = app.signed_in(ALICE, ACME).await;
    let mut bobs = bob.listen_at("APP").await;
    let _alices = (alice.listen_at("APP").await, alice.listen_at("WEB").await);
    let _danas = dana.listen_at("APP").await;
    assert_eq!(others(&mut bobs).await, [DANA], "Alice is in another organization");

    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let mut carols = carol.listen_at("CRM-1").await;
    let mut joes = joe.listen_at("CRM-1").await;
    assert_eq!((others(&mut carols).await, others(&mut joes).await), (vec![JOE.to_owned()], vec![CAROL.to_owned()]));
    carol.project("CRM").set_private(true).await.unwrap();
    assert!(others(&mut joes).await.is_empty(), "it is closed to him");
    assert!(others(&mut carols).await.is_empty(), "and he is no longer there");
    let mut again = joe.listen_at("CRM-1").await;
    carol.create_project("Open", "OPEN").await.unwrap();
    again.event().await;
}
