//! `tessera move-to-postgres`.

use std::{fs, process::Command};

use tessera::testing::serve::{back_up, move_to_postgres, restore};

use super::{
    file::Rows,
    place::{Place, Ports},
    visitor::Visitor,
};
use crate::support::NEEDS_POSTGRES;

/// The addresses of the files of a place, for `--from` and `--from-provider`.
fn addresses(files: &Place) -> [Option<String>; 2] {
    ["tessera.db", "idp.db"].map(|name| Some(format!("sqlite://{}", files.file(name).display())))
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn an_installation_moves_from_files_to_postgres() {
    let ports = Ports::free().await;
    let (files, postgres) = (Place::with_files(ports), Place::create(ports).await);
    assert!(postgres.is_postgres(), "{NEEDS_POSTGRES}");
    let server = files.serve().await;
    let alice = Visitor::sign_in(ports, "alice@acme.example", "acme").await;
    let comment = [("org", "acme"), ("key", "WEB-1"), ("body", "Written *in a file* 💾")];
    alice.post("add_comment", &comment).await;
    let [from, from_provider] = addresses(&files);

    // While the server has the files open, nothing is copied.
    let error =
        move_to_postgres(&postgres.config(), from.clone(), from_provider.clone()).await.unwrap_err().to_string();
    assert!(error.contains("is in use. Stop the server"), "{error}");
    server.stop().await;

    let before = files.file("before.backup");
    back_up(&files.config(), &before, false).await.unwrap();
    let content = fs::read(files.file("tessera.db")).unwrap();
    let moved = move_to_postgres(&postgres.config(), from.clone(), from_provider.clone()).await.unwrap();
    assert!(!moved.provider_stays && moved.report.rows > 200, "{moved:?}");
    assert!(fs::read(files.file("tessera.db")).unwrap() == content, "the file changed");
    let after = postgres.file("after.backup");
    back_up(&postgres.config(), &after, false).await.unwrap();
    Rows::read(&after).assert_same(&Rows::read(&before));
    let error = move_to_postgres(&postgres.config(), from, from_provider).await.unwrap_err().to_string();
    assert!(error.contains("not empty: it has _sqlx_migrations, audit_log"), "{error}");

    let server = postgres.serve().await;
    assert!(alice.page("o/acme/tasks/WEB-1").await.contains("Written <em>in a file</em> 💾"));
    let dana = Visitor::sign_in(ports, "dana@example.com", "acme").await;
    assert!(dana.page("fn/search?org=acme&q=pricing").await.to_lowercase().contains("pricing"));
    dana.post("add_comment", &[("org", "acme"), ("key", "WEB-1"), ("body", "After the move")]).await;
    assert!(dana.page("o/acme/tasks/WEB-1").await.contains("After the move"));
    server.stop().await;
    let counts = "SELECT p.key || ' ' || CAST(c.all_tasks AS TEXT) || ' ' || CAST(c.open_tasks AS TEXT)
        FROM project_task_count c JOIN project p ON p.org_id = c.org_id AND p.id = c.project_id ORDER BY 1";
    let counted = files.texts("application", counts).await;
    assert!(!counted.is_empty());
    assert_eq!(postgres.texts("application", counts).await, counted);
    let search = "SELECT CAST(COUNT(*) AS TEXT) FROM search_document";
    let found = postgres.texts("application", search).await[0].parse::<usize>().unwrap();
    assert_eq!(found, files.texts("application", search).await[0].parse::<usize>().unwrap() + 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_backup_of_postgres_is_restored_into_files() {
    let ports = Ports::free().await;
    let (postgres, files) = (Place::create(ports).await, Place::with_files(ports));
    assert!(postgres.is_postgres(), "{NEEDS_POSTGRES}");
    let server = postgres.serve().await;
    let alice = Visitor::sign_in(ports, "alice@acme.example", "acme").await;
    server.stop().await;
    let (before, after) = (postgres.file("before.backup"), files.file("after.backup"));
    back_up(&postgres.config(), &before, false).await.unwrap();
    assert!(restore(&files.config(), &before).await.unwrap().has_same_secret);
    back_up(&files.config(), &after, false).await.unwrap();
    Rows::read(&after).assert_same(&Rows::read(&before));
    let server = files.serve().await;
    assert!(alice.page("o/acme/projects/WEB/board").await.contains("Draft the pricing page"));
    server.stop().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn row_level_security_binds_as_before() {
    let ports = Ports::free().await;
    let (files, moved, migrated) = (Place::with_files(ports), Place::create(ports).await, Place::create(ports).await);
    assert!(moved.is_postgres(), "{NEEDS_POSTGRES}");
    files.serve().await.stop().await;
    let [from, from_provider] = addresses(&files);
    move_to_postgres(&moved.config(), from, from_provider).await.unwrap();
    migrated.serve().await.stop().await;
    for catalogue in [
        "SELECT relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity || ' ' || coalesce(relacl::text, '')
         FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'identity_provider') ORDER BY 1",
        "SELECT conrelid::regclass || ' ' || conname || ' ' || condeferrable || ' ' || condeferred || ' ' || convalidated
         FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'identity_provider') ORDER BY 1",
        "SELECT schemaname || ' ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') FROM pg_policies ORDER BY 1",
    ] {
        assert_eq!(moved.texts("application", catalogue).await, migrated.texts("application", catalogue).await);
    }
}

#[test]
fn without_the_address_of_a_postgres_database_nothing_is_moved() {
    let folder = Place::with_files(tokio::runtime::Runtime::new().unwrap().block_on(Ports::free()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    let output =
        command.arg("move-to-postgres").current_dir(&folder.folder).env_clear().envs(folder.variables()).output();
    let output = output.unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && text.contains("DATABASE_URL is not the address of a PostgreSQL database"),
        "{text}"
    );
}
