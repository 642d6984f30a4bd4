//! Sessions, seats and drafts are those of both nodes.

use reqwest::StatusCode;

use super::{
    browser::{Browser, Page},
    cluster::Cluster,
};

/// Asserts that each request to the application was answered by the other node than the one before.
fn assert_alternating(pages: &[Page]) {
    let hops: Vec<_> =
        pages.iter().filter_map(|page| Some((page.url.path().to_owned(), page.node.as_deref()?))).collect();
    assert!(hops.windows(2).all(|pair| pair[0].1 != pair[1].1), "{hops:?}");
}

/// Returns the node that has answered the request of `path`.
fn node_of(pages: &[Page], path: &str) -> String {
    let page = pages.iter().find(|page| page.url.path() == path).unwrap_or_else(|| panic!("{path} was not requested"));
    page.node.clone().expect("the proxy says which node it is")
}

#[tokio::test]
#[ignore = "needs PostgreSQL and HAProxy"]
async fn a_sign_in_begins_at_one_node_and_ends_at_the_other_and_so_does_all_that_follows() {
    let cluster = Cluster::start(0).await;
    let carol = Browser::new(cluster.url());
    let pages = carol.sign_in("abc-inc", "carol@example.com").await;
    assert_alternating(&pages);
    assert_ne!(node_of(&pages, "/login"), node_of(&pages, "/callback"));
    // The second seat needs no password, and the first stays.
    let switched = carol.follow("/login?organization_name=xyz-travel").await;
    assert_alternating(&switched);
    let last = switched.last().unwrap();
    assert_eq!((last.status, last.url.path()), (StatusCode::OK, "/o/xyz-travel"));
    for path in ["/o/abc-inc", "/o/xyz-travel", "/o/abc-inc/projects/CRM/board", "/"] {
        let both = [carol.get(path).await, carol.get(path).await];
        assert_alternating(&both);
        assert!(both.iter().all(|page| page.status == StatusCode::OK), "{path}: {both:?}");
    }
    // A write at the one is read at the other.
    let fields = [("org", "abc-inc"), ("project", "CRM"), ("state", "todo"), ("title", "Read at the other node")];
    let written = carol.call("create_task", &fields).await;
    let read = carol.get("/o/abc-inc/projects/CRM/board").await;
    assert_eq!((written.status, read.status), (StatusCode::OK, StatusCode::OK));
    assert!(written.node != read.node && read.text.contains("Read at the other node"), "{:?}", read.node);
    // A sign-out at the one is one at the other.
    let out = carol.submit("/o/abc-inc", "/logout", &[]).await;
    let after = carol.get("/o/abc-inc").await;
    assert!(out.status.is_redirection() && out.node != after.node, "{out:?}");
    assert!(after.location.is_some_and(|to| to.starts_with("/login")), "{:?}", after.status);
}

#[tokio::test]
#[ignore = "needs PostgreSQL and HAProxy"]
async fn a_form_that_one_node_keeps_is_restored_by_the_other() {
    use sqlx::{Connection as _, Executor as _};
    let cluster = Cluster::start(0).await;
    let alice = Browser::new(cluster.url());
    alice.sign_in("acme", "alice@acme.example").await;
    let mut admin = sqlx::PgConnection::connect(&cluster.postgres.admin_url()).await.unwrap();
    admin.execute("DELETE FROM seat").await.unwrap();
    let fields = [("org", "acme"), ("name", "Typed before the sign-in"), ("key", "TYPED")];
    let kept = alice.submit("/o/acme/projects/new", "/fn/create_project", &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{kept:?}");
    let pages = alice.follow_from(kept).await;
    assert_alternating(&pages);
    let nodes = ["/fn/create_project", "/callback", "/o/acme/projects/new"].map(|path| node_of(&pages, path));
    assert!(nodes.contains(&"node1".to_owned()) && nodes.contains(&"node2".to_owned()), "{nodes:?}");
    let restored = pages.last().unwrap();
    assert_eq!((restored.status, restored.url.path()), (StatusCode::OK, "/o/acme/projects/new"));
    // The same page again, so that the other node shows it too.
    let again = alice.get(restored.url.as_str()).await;
    assert_ne!(again.node, restored.node);
    assert!([restored, &again].iter().all(|page| page.text.contains("Typed before the sign-in")), "{:?}", again.url);
}
