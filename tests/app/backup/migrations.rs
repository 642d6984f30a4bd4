//! Migrations forward from the released schema, with rows in every table.
//!
//! `tests/data/released.backup` has the schemas of the last release (`migrations/released.sha256`): version 18 of the
//! application and 6 of the provider.

use std::{collections::BTreeMap, path::PathBuf};

use tessera::testing::serve::{back_up, restore};

use super::{
    file::Rows,
    place::{Place, Ports},
    visitor::Visitor,
};

/// The tables that were renamed since.
const RENAMED: [(&str, &str); 5] = [
    ("founding", "organization_setup"),
    ("login_attempt", "login_transaction"),
    ("transactions", "login_transactions"),
    ("federations", "federated_logins"),
    ("attempts", "password_attempts"),
];

/// The tables that came since. A migration fills `seed` and `seeds`.
const NEW: [(&str, &str, usize); 6] = [
    ("application", "form_submission", 0),
    ("application", "former_slug", 0),
    ("application", "refusal_count", 0),
    ("application", "seed", 1),
    ("provider", "known_browsers", 0),
    ("provider", "seeds", 1),
];

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/released.backup")
}

/// The numbers of rows that the fixture must have after the migrations.
fn expected() -> BTreeMap<(String, String), usize> {
    let current =
        |name: String| RENAMED.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| (*new).to_owned());
    let kept =
        Rows::read(&fixture()).counts().into_iter().map(|((database, table), rows)| ((database, current(table)), rows));
    let new = NEW.map(|(database, table, rows)| ((database.to_owned(), table.to_owned()), rows));
    kept.chain(new).collect()
}

#[test]
fn the_fixture_has_rows_in_every_table() {
    let empty: Vec<_> = Rows::read(&fixture()).counts().into_iter().filter(|(_, rows)| *rows == 0).collect();
    assert_eq!(empty, []);
}

#[tokio::test]
async fn every_row_of_the_released_schema_is_kept_and_can_be_used() {
    let ports = Ports::free().await;
    let place = Place::create(ports).await;
    let restored = restore(&place.config(), &fixture()).await.unwrap();
    assert!(!restored.has_same_secret, "the fixture has no key check");
    let file = place.file("migrated.backup");
    back_up(&place.config(), &file, false).await.unwrap();
    assert_eq!(Rows::read(&file).counts(), expected());
    check_content(&place).await;

    // The fixture was made at other addresses.
    for table in ["person", "organization"] {
        place.execute("application", &format!("UPDATE {table} SET issuer = '{}'", ports.issuer())).await;
    }
    let server = place.serve().await;
    let ada = Visitor::sign_in(ports, "ada@analytical.example", "analytical").await;
    let board = ada.page("o/analytical/projects/ENG/board").await;
    assert!(board.contains("Cut the figure wheels") && board.contains("Assemble the columns"), "{board}");
    let task = ada.page("o/analytical/tasks/ENG-1").await;
    assert!(task.contains("Thirty-one digits, please."), "{task}");
    ada.finds("fn/search?org=analytical&q=wheels", "wheels").await;
    ada.post("add_comment", &[("org", "analytical"), ("key", "ENG-1"), ("body", "Still here")]).await;
    assert!(ada.page("o/analytical/tasks/ENG-1").await.contains("Still here"));
    server.stop().await;
}

/// A table that is neither in the file nor named here would be lost.
#[tokio::test]
async fn no_table_is_forgotten() {
    let place = Place::create(Ports::free().await).await;
    place.serve().await.stop().await;
    let file = place.file("all.backup");
    back_up(&place.config(), &file, false).await.unwrap();
    let carried = Rows::read(&file).counts();
    let mut left_out = Vec::new();
    for database in ["application", "provider"] {
        let sql = if place.is_postgres() {
            "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace
               AND relkind NOT IN ('i', 'S', 't') ORDER BY 1"
        } else {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        };
        let tables = place.texts(database, sql).await.into_iter();
        left_out.extend(tables.filter(|table| !carried.contains_key(&(database.to_owned(), table.clone()))));
    }
    // The migrations that have run, and what is derived from projects, tasks and comments.
    let derived: &[&str] = if place.is_postgres() {
        &["_sqlx_migrations", "project_task_count", "search_document", "search_pending", "_sqlx_migrations"]
    } else {
        &[
            "_sqlx_migrations",
            "project_task_count",
            "search_document",
            "search_index",
            "search_index_config",
            "search_index_data",
            "search_index_docsize",
            "search_index_idx",
            "search_pending",
            "search_words",
            "_sqlx_migrations",
        ]
    };
    assert_eq!(left_out, derived);
}

/// Checks values that migrations have moved or that databases store differently.
async fn check_content(place: &Place) {
    for (database, sql, expected) in [
        ("application", "SELECT name FROM person WHERE email = 'Ada@Analytical.example'", "Ada Løvelace “Countess” 👩‍🔬"),
        (
            "application",
            "SELECT CAST(COUNT(*) AS TEXT) FROM task WHERE done_at IS NOT NULL AND archived_at IS NOT NULL",
            "1",
        ),
        ("application", "SELECT CAST(parent AS TEXT) FROM task WHERE number = 1", "3"),
        ("application", "SELECT CAST(COUNT(*) AS TEXT) FROM project WHERE is_private", "1"),
        ("application", "SELECT sid FROM browser_session s JOIN person p ON p.id = s.person_id", "sid-1"),
        ("application", "SELECT problem FROM organization_setup", "taken"),
        ("application", "SELECT CAST(COUNT(*) AS TEXT) FROM search_document", "7"),
        (
            "application",
            "SELECT CAST(SUM(all_tasks) AS TEXT) || ' ' || CAST(SUM(open_tasks) AS TEXT) FROM project_task_count",
            "2 2",
        ),
        ("provider", "SELECT CAST(COUNT(*) AS TEXT) FROM invitations WHERE is_mailed", "1"),
        ("provider", "SELECT private_key FROM signing_keys", "a key that was revoked long ago"),
        ("provider", "SELECT CAST(token_lifetime AS TEXT) FROM apis", "3600"),
        ("provider", "SELECT code_challenge FROM codes", "ch"),
        ("provider", "SELECT CAST(COUNT(*) AS TEXT) FROM settings WHERE sign_up_at_once", "1"),
    ] {
        assert_eq!(place.texts(database, sql).await, [expected], "{sql}");
    }
}
