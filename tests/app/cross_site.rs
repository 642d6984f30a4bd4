//! Requests that another site makes a browser send are refused at every entry point that changes something.

use crate::{
    access::world::{Origin, World},
    table::Table,
};

/// What browsers send along from a page of another site, of a sibling host, and of a sandboxed frame, and what those
/// browsers send that do not know `Sec-Fetch-Site`.
const FOREIGN: [&[(&str, &str)]; 5] = [
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    &[("sec-fetch-site", "same-site"), ("origin", "http://evil.localhost")],
    &[("sec-fetch-site", "cross-site"), ("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
];

/// Entry points without a session, for which another site cannot use that of its visitor.
const WITHOUT_SESSION: [&str; 1] = ["/backchannel-logout"];

#[tokio::test]
async fn another_site_changes_nothing() {
    let world = World::spawn().await;
    let table = Table::read("application");
    let mut caller = world.caller("owner").await;
    let (mut tried, mut wrong) = (0, Vec::new());
    for row in table.rows().filter(|row| !row.is_safe() && row.method != "ANY") {
        if WITHOUT_SESSION.contains(&row.path.as_str()) {
            continue;
        }
        let ids = world.ids(&mut caller, row).await;
        let events = world.app.count("event").await;
        let records = world.app.count("audit_log").await;
        for headers in FOREIGN {
            tried += 1;
            let answer = world.send(&caller, row, &ids, Origin::Foreign(headers)).await;
            if answer.status != 403 || !answer.body.contains("another site") {
                wrong.push(format!("{} from {headers:?}: {} {}", row.example(), answer.status, answer.body));
            }
        }
        assert_eq!((events, records), (world.app.count("event").await, world.app.count("audit_log").await), "{row:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 5 * 50, "only {tried} requests");
}
