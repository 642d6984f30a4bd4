//! Open pages hear of what happens at the other node.

use reqwest::StatusCode;
use serde_json::Value;
use sqlx::Connection as _;

use super::{
    browser::Browser,
    cluster::{Cluster, LISTENER, ONE, TWO},
};

#[tokio::test]
#[ignore = "needs PostgreSQL and HAProxy"]
async fn open_pages_hear_of_writes_people_and_ended_memberships_at_the_other_node() {
    let cluster = Cluster::start(0).await;
    let (alice, dana) = (Browser::new(cluster.url()), Browser::new(cluster.url()));
    alice.sign_in("acme", "alice@acme.example").await;
    dana.sign_in("acme", "dana@example.com").await;
    let mut at_one = alice.listen_at(ONE, "acme", Some("WEB")).await;
    let mut at_two = dana.listen_at(TWO, "acme", Some("WEB")).await;
    // Each sees the other one.
    let person = async |stream: &mut super::browser::Stream, name: &str| loop {
        let here: Value = serde_json::from_str(&stream.next_of("here").await.data).unwrap();
        if let Some(person) = here["people"].as_array().unwrap().iter().find(|person| person["name"] == name) {
            return person["id"].as_str().unwrap().to_owned();
        }
    };
    person(&mut at_two, "Alice Archer").await;
    let danas_id = person(&mut at_one, "Dana Dvorak").await;
    // Each hears of a write at either node, in order.
    for (node, title) in [(ONE, "Written at the first"), (TWO, "Written at the second")] {
        alice.until_next_is(node).await;
        let fields = [("org", "acme"), ("project", "WEB"), ("state", "todo"), ("title", title)];
        let written = alice.call("create_task", &fields).await;
        assert_eq!((written.status, written.node.as_deref()), (StatusCode::OK, Some(node)));
    }
    let mut heard = Vec::new();
    for stream in [&mut at_one, &mut at_two] {
        let (first, second) = (stream.next_of("message").await, stream.next_of("message").await);
        assert!(first.data.contains("Written at the first"), "{first:?}");
        assert!(second.data.contains("Written at the second"), "{second:?}");
        heard.push((first.id, second.id));
    }
    assert_eq!(heard[0], heard[1]);
    // The second node has heard it on a connection of its own.
    let mut admin = sqlx::PgConnection::connect(&cluster.postgres.admin_url()).await.unwrap();
    let sql = "SELECT application_name FROM pg_stat_activity WHERE query LIKE 'LISTEN %' ORDER BY 1";
    let listeners: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut admin).await.unwrap();
    assert_eq!(listeners, [LISTENER, "tessera"]);
    // A membership that ends at the one node ends the stream of the other.
    alice.until_next_is(ONE).await;
    let removed = alice.call("remove_member", &[("org", "acme"), ("person", &danas_id)]).await;
    assert_eq!((removed.status, removed.node.as_deref()), (StatusCode::OK, Some(ONE)), "{removed:?}");
    // The membership has ended; the seat says why.
    assert_eq!(at_two.next_of("ended").await.data, "no-access");
    assert!(at_two.next().await.is_none());
    for _ in 0..2 {
        let page = dana.get("/o/acme/projects/WEB/board").await;
        assert!(page.status != StatusCode::OK, "{page:?}");
    }
}
