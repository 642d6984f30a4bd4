//! Who else has the same page open.

use reqwest::Method;
use tessera::domain::live::{HERE, Present};

use crate::support::{ABC, ACME, ALICE, BETA, BOB, Browser, CAROL, DANA, JOE, Stream, TestApp};

/// The names of the others, as the stream tells them next.
async fn others(stream: &mut Stream) -> Vec<String> {
    loop {
        let told = stream.next().await.expect("the stream has ended");
        if told.name == HERE {
            let people: Vec<Present> = serde_json::from_str(&told.data).unwrap();
            return people.into_iter().map(|person| person.name).collect();
        }
    }
}

async fn at(browser: &Browser, org: &str, place: &str) -> Stream {
    Stream::open_at(browser, org, place).await
}

#[tokio::test]
async fn people_at_the_same_place_see_each_other_once_until_they_leave() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let mut alices = at(&alice, "acme", "WEB").await;
    let mut danas = at(&dana, "acme", "web").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    assert_eq!(others(&mut danas).await, [ALICE]);
    // Another tab, and another page.
    let (tab, elsewhere) = (at(&dana, "acme", "WEB").await, at(&dana, "acme", "WEB-1").await);
    drop(danas);
    drop(elsewhere);
    drop(tab);
    assert!(others(&mut alices).await.is_empty(), "nothing was told while she still had a tab");
    let _back = at(&dana, "acme", "WEB").await;
    assert_eq!(others(&mut alices).await, [DANA]);
}

#[tokio::test]
async fn people_at_different_nodes_see_each_other_until_one_leaves_or_the_node_does() {
    let app = TestApp::spawn().await;
    let Some(node) = app.another_node().await else { return };
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let danas_there = node.reached_by(&dana);
    let mut alices = at(&alice, "acme", "WEB-1").await;
    let mut danas = at(&danas_there, "acme", "WEB-1").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    assert_eq!(others(&mut danas).await, [ALICE], "who was there before her");
    // A tab at the other node, and another page.
    let tab = at(&dana, "acme", "WEB-1").await;
    let elsewhere = at(&danas_there, "acme", "WEB-2").await;
    drop((danas, elsewhere));
    drop(tab);
    assert!(others(&mut alices).await.is_empty(), "nothing was told while she still had a tab");
    let _back = at(&danas_there, "acme", "WEB-1").await;
    assert_eq!(others(&mut alices).await, [DANA]);
    node.stop().await;
    assert!(others(&mut alices).await.is_empty(), "the node took her along");
}

#[tokio::test]
async fn a_browser_opens_no_more_streams_than_it_has_pages() {
    let app = TestApp::spawn().await;
    let (alice, dana) = (app.signed_in(ALICE, ACME).await, app.signed_in(DANA, ACME).await);
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(at(&alice, "acme", "WEB").await);
    }
    let one_more = async || alice.request(Method::GET, "/o/acme/live").send().await.unwrap().status().as_u16();
    assert_eq!(one_more().await, 429);
    let _others = at(&dana, "acme", "WEB").await;
    drop(open.pop());
    app.until(async || (one_more().await == 200).then_some(())).await;
}

#[tokio::test]
async fn nobody_is_seen_across_organizations_or_in_a_closed_project() {
    let app = TestApp::spawn().await;
    let (bob, dana) = (app.signed_in(BOB, BETA).await, app.signed_in(DANA, BETA).await);
    let alice = app.signed_in(ALICE, ACME).await;
    let mut bobs = at(&bob, "beta", "APP").await;
    let _alices = (at(&alice, "acme", "APP").await, at(&alice, "acme", "WEB").await);
    let _danas = at(&dana, "beta", "APP").await;
    assert_eq!(others(&mut bobs).await, [DANA], "Alice is in another organization");

    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    let mut carols = at(&carol, "abc-inc", "CRM-1").await;
    let mut joes = at(&joe, "abc-inc", "CRM-1").await;
    assert_eq!((others(&mut carols).await, others(&mut joes).await), (vec![JOE.to_owned()], vec![CAROL.to_owned()]));
    carol.call::<()>("set_project_closed", &[("org", "abc-inc"), ("key", "CRM"), ("closed", "true")]).await.unwrap();
    assert!(others(&mut joes).await.is_empty(), "it is closed to him");
    assert!(others(&mut carols).await.is_empty(), "and he is no longer there");
    let mut again = at(&joe, "abc-inc", "CRM-1").await;
    let card = [("org", "abc-inc"), ("name", "Open"), ("key", "OPEN")];
    carol.call::<()>("create_project", &card).await.unwrap();
    again.event().await;
}
