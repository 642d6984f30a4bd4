//! The restore drill: a server in use is backed up, and another one goes on from the file.

use std::path::Path;

use tessera::testing::serve::{back_up, restore};

use super::{
    file::Rows,
    place::{Place, Ports},
    visitor::Visitor,
};

/// The pages that must be the same afterwards.
const PAGES: [&str; 3] = ["o/acme/projects/WEB/board", "o/acme/projects/WEB/list", "o/acme/tasks/WEB-1"];

/// Reads every row of every table with SQL alone.
async fn dump(place: &Place) -> Vec<String> {
    let mut rows = Vec::new();
    for database in ["application", "provider"] {
        for table in tables(place, database).await {
            let sql = if place.is_postgres() {
                format!("SELECT row_to_json(t)::text FROM \"{table}\" t ORDER BY 1")
            } else {
                let columns = format!(
                    "SELECT group_concat('quote(\"' || name || '\")', '||'',''||') FROM pragma_table_info('{table}')"
                );
                let columns = place.texts(database, &columns).await.remove(0);
                format!("SELECT {columns} FROM \"{table}\" ORDER BY 1")
            };
            rows.extend(place.texts(database, &sql).await.into_iter().map(|row| format!("{database} {table} {row}")));
        }
    }
    rows
}

/// Lists the tables, but for those that hold migrations and what the search derives.
async fn tables(place: &Place, database: &str) -> Vec<String> {
    let sql = if place.is_postgres() {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    } else {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    };
    let mut tables = place.texts(database, sql).await;
    tables.retain(|table| table != "_sqlx_migrations" && !table.starts_with("search_"));
    tables
}

/// Comments on a task until the backup is complete; returns the number of comments.
async fn comment_until(visitor: &Visitor, file: &Path) -> usize {
    let mut count = 0;
    while !file.exists() && count < 200 {
        count += 1;
        let body = format!("Comment {count} during the backup");
        visitor.post("add_comment", &[("org", "acme"), ("key", "WEB-1"), ("body", &body)]).await;
    }
    count
}

#[tokio::test]
async fn a_server_in_use_is_backed_up_and_another_goes_on() {
    let ports = Ports::free().await;
    let (old, new) = (Place::create(ports).await, Place::create(ports).await);
    let server = old.serve().await;
    let alice = Visitor::sign_in(ports, "alice@acme.example", "acme").await;
    let comment = [("org", "acme"), ("key", "WEB-1"), ("body", "Written *before* the backup 💾")];
    alice.post("add_comment", &comment).await;

    let (during, after) = (old.file("during.backup"), old.file("after.backup"));
    let config = old.config();
    let (report, comments) = tokio::join!(back_up(&config, &during, false), comment_until(&alice, &during));
    let report = report.unwrap();
    assert!(comments > 0 && report.tables > 60 && report.rows > 200, "{comments} {report:?}");
    let mut pages = Vec::new();
    for page in PAGES {
        pages.push(alice.page(page).await);
    }
    assert!(pages[0].contains("WEB"));
    server.stop().await;
    let before = dump(&old).await;
    back_up(&config, &after, false).await.unwrap();
    let restored = restore(&new.config(), &after).await.unwrap();
    assert!(restored.has_same_secret);
    assert_eq!(dump(&new).await, before);
    let again = new.file("again.backup");
    back_up(&new.config(), &again, false).await.unwrap();
    Rows::read(&again).assert_same(&Rows::read(&after));

    // The file that was written meanwhile is a moment of its own: as many comments as events, and none lost before it.
    let third = Place::create(ports).await;
    restore(&third.config(), &during).await.unwrap();
    let counts = "SELECT CAST((SELECT COUNT(*) FROM comment) AS TEXT)";
    let (then, now) = (third.texts("application", counts).await, new.texts("application", counts).await);
    let (then, now): (usize, usize) = (then[0].parse().unwrap(), now[0].parse().unwrap());
    assert!(then >= now - comments && then <= now, "{then} {now} {comments}");
    let heads = "SELECT CAST(COUNT(*) AS TEXT) FROM event_head h
        WHERE h.number <> (SELECT MAX(number) FROM event e WHERE e.org_id = h.org_id)";
    assert_eq!(third.texts("application", heads).await, ["0"]);

    let server = new.serve().await;
    // The browser is still signed in: its session and the key that seals its tokens came along.
    let comments = alice.page("o/acme/tasks/WEB-1").await;
    assert!(comments.contains("Written <em>before</em> the backup 💾"));
    for page in PAGES {
        alice.page(page).await;
    }
    // A person with a password signs in, finds by the rebuilt index, and writes.
    let dana = Visitor::sign_in(ports, "dana@example.com", "acme").await;
    dana.finds("fn/search?org=acme&q=pricing", "pricing").await;
    dana.post("add_comment", &[("org", "acme"), ("key", "WEB-1"), ("body", "After the restore")]).await;
    assert!(dana.page("o/acme/tasks/WEB-1").await.contains("After the restore"));
    server.stop().await;
}
