//! The proxy is believed about the address of a client, and nobody else is.

use std::net::Ipv4Addr;

use reqwest::{Method, header};
use sqlx::Connection as _;

use super::{
    browser::Browser,
    cluster::{Cluster, ONE, TWO},
};

/// The address that a client claims to have.
const FORGED: &str = "203.0.113.9";

/// Begins a sign-in at `url` from `address`, which forges the header, and returns the address that the session is counted by.
async fn counted(cluster: &Cluster, url: &str, address: [u8; 4], node: &str) -> String {
    let browser = Browser::at(url, Ipv4Addr::from(address));
    if url == cluster.url() {
        browser.until_next_is(node).await;
    }
    let host = cluster.url().strip_prefix("http://").unwrap();
    let request = browser.request(Method::GET, "/login?organization_name=acme").header(header::HOST, host);
    let answer = request.header("x-forwarded-for", FORGED).send().await.unwrap();
    assert!(answer.status().is_redirection(), "{answer:?}");
    let mut admin = sqlx::PgConnection::connect(&cluster.postgres.admin_url()).await.unwrap();
    let sql = "DELETE FROM browser_session RETURNING client";
    sqlx::query_scalar(sql).fetch_one(&mut admin).await.unwrap()
}

#[tokio::test]
#[ignore = "needs PostgreSQL and HAProxy"]
async fn only_a_trusted_proxy_is_believed_about_the_address_of_a_client() {
    let trusting = [("TRUSTED_PROXIES", "127.0.0.1")];
    let cluster = Cluster::start_with(0, [&trusting, &[]]).await;
    let (one, two) = (cluster.one.url(), cluster.two.url());
    for (what, url, address, node, expected) in [
        ("by the proxy, which the node trusts", cluster.url(), [127, 0, 0, 2], ONE, "127.0.0.2"),
        ("by the proxy, which the node does not trust", cluster.url(), [127, 0, 0, 2], TWO, "127.0.0.1"),
        ("past the proxy", &one, [127, 0, 0, 3], ONE, "127.0.0.3"),
        ("past the proxy, to the other node", &two, [127, 0, 0, 3], TWO, "127.0.0.3"),
    ] {
        assert_eq!(counted(&cluster, url, address, node).await, expected, "{what}");
    }
}
