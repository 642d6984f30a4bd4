//! Constraints and row-level security of the database.

use sqlx::{AssertSqlSafe, PgPool, error::DatabaseError};
use tessera::testing::{kernel::database::Pools, server::db::Db};

use crate::support::{ACME, ALICE, Database, Direct, NEEDS_POSTGRES, TestApp};

const ACMES_OWNER: &str = "person_id = (SELECT owner_id FROM organization WHERE slug = 'acme')
    AND org_id = (SELECT id FROM organization WHERE slug = 'acme')";

async fn assert_refused(database: &Database, statements: &[&str]) {
    let error = refused(database, statements).await;
    assert!(error.is_foreign_key_violation(), "{error}");
}

/// The error with which the database refuses the statements.
async fn refused(database: &Database, statements: &[&str]) -> Box<dyn DatabaseError> {
    let error = database.try_change(statements).await.expect_err(statements[0]);
    error.into_database_error().expect("the database refuses")
}

/// Returns an SQL expression that generates an id.
fn new_id(database: &Database) -> &'static str {
    match database.direct() {
        Direct::Sqlite { .. } => "randomblob(16)",
        Direct::Postgres { .. } => "gen_random_uuid()",
    }
}

#[tokio::test]
async fn an_organization_without_an_owner_cannot_be_committed() {
    let app = TestApp::spawn().await;
    let database = &app.database;
    let id = new_id(database);
    let without_member = format!(
        "INSERT INTO organization (id, issuer, provider_id, slug, display_name, owner_id, created_at)
         SELECT {id}, issuer, 'org_lonely', 'lonely', 'Lonely', owner_id, created_at FROM organization WHERE slug = 'acme'"
    );
    assert_refused(database, &[&without_member]).await;
    assert_refused(database, &[&format!("UPDATE membership SET role = 'admin' WHERE {ACMES_OWNER}")]).await;
    assert_refused(database, &[&format!("UPDATE membership SET status = 'suspended' WHERE {ACMES_OWNER}")]).await;
    assert_refused(database, &[&format!("DELETE FROM membership WHERE {ACMES_OWNER}")]).await;
    // The owner must be a member of the same organization with the role owner.
    for owner in ["dana@example.com", "bob@beta.example"] {
        let owner = format!(
            "UPDATE organization SET owner_id = (SELECT id FROM person WHERE email = '{owner}') WHERE slug = 'acme'"
        );
        assert_refused(database, &[&owner]).await;
    }
    assert_eq!(app.count("organization").await, 4);
}

#[tokio::test]
async fn two_owners_cannot_both_step_down_at_once() {
    let app = TestApp::spawn().await;
    let dana = "person_id = (SELECT id FROM person WHERE email = 'dana@example.com')
        AND org_id = (SELECT id FROM organization WHERE slug = 'acme')";
    app.database.change(&format!("UPDATE membership SET role = 'owner' WHERE {dana}")).await;
    let hand_over = "UPDATE organization SET owner_id = (SELECT id FROM person WHERE email = 'dana@example.com')
        WHERE slug = 'acme'";
    let alices = "UPDATE membership SET role = 'admin'
        WHERE person_id = (SELECT id FROM person WHERE email = 'alice@acme.example')";
    let danas = format!("UPDATE membership SET role = 'admin' WHERE {dana}");
    let (first, second) = ([hand_over, alices], [danas.as_str()]);
    let (first, second) = tokio::join!(app.database.try_change(&first), app.database.try_change(&second));
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    let owner = "organization o JOIN membership m ON m.org_id = o.id AND m.person_id = o.owner_id
        WHERE o.slug = 'acme' AND m.role = 'owner' AND m.status = 'active'";
    assert_eq!(app.count(owner).await, 1);
}

#[tokio::test]
async fn deleting_an_organization_deletes_its_rows() {
    let app = TestApp::spawn().await;
    app.database.change("DELETE FROM organization WHERE slug = 'acme'").await;
    for table in ["membership", "project", "project_state", "task", "audit_log", "seat"] {
        let orphans = format!("{table} WHERE org_id NOT IN (SELECT id FROM organization)");
        assert_eq!(app.count(&orphans).await, 0, "{table}");
    }
    assert_eq!(app.count("person").await, 6);
    assert!(app.count("task").await > 0);
}

#[tokio::test]
async fn a_reference_across_organizations_cannot_be_stored() {
    let app = TestApp::spawn().await;
    let acme = "(SELECT id FROM organization WHERE slug = 'acme')";
    let app_of_beta = "(SELECT id FROM project WHERE key = 'APP')";
    let columns = "org_id, project_id, number, title, description, state, rank, created_by, created_at, updated_at";
    for statement in [
        format!(
            "INSERT INTO task ({columns}) SELECT {acme}, {app_of_beta}, 99, title, description, state, rank, created_by,
             created_at, updated_at FROM task WHERE number = 1 LIMIT 1"
        ),
        format!("UPDATE project SET org_id = {acme} WHERE key = 'APP'"),
        format!(
            "INSERT INTO project_state (org_id, project_id, slug, name, category, position)
             VALUES ({acme}, {app_of_beta}, 'x', 'x', 'backlog', 9)"
        ),
        format!("UPDATE task SET state = 'nowhere' WHERE org_id = {acme}"),
    ] {
        assert_refused(&app.database, &[&statement]).await;
    }
    // A trigger refuses these before the reference is looked at.
    for statement in [
        format!("UPDATE task SET org_id = {acme} WHERE project_id = {app_of_beta}"),
        format!(
            "UPDATE task SET project_id = {app_of_beta}, number = 99 WHERE org_id = {acme} AND title = 'Choose a typeface'"
        ),
    ] {
        let error = refused(&app.database, &[&statement]).await.to_string();
        assert!(error.contains("a task stays in its project"), "{error}");
    }
}

/// Opens a pool as the application's role, which policies bind. `SQLite` has none.
async fn as_application(app: &TestApp) -> PgPool {
    match Db::open(&app.database.url, None).await.unwrap().database().pools() {
        Pools::Sqlite { .. } => panic!("{NEEDS_POSTGRES}"),
        Pools::Postgres(pool) => pool.clone(),
    }
}

const TENANT_TABLES: [&str; 10] = [
    "membership",
    "project",
    "project_state",
    "task",
    "audit_log",
    "refusal_count",
    "form_submission",
    "organization_domain",
    "join_request",
    "removed_member",
];

/// SQL that inserts a domain, a join request and a removal in each organization.
const DOMAINS: [&str; 3] = [
    "INSERT INTO organization_domain (org_id, domain, token, state, created_by, created_at)
     SELECT id, slug || '.example', 't', 'verified', owner_id, created_at FROM organization
     UNION ALL SELECT id, 'pending.example', 't', 'pending', owner_id, created_at FROM organization",
    "INSERT INTO join_request (org_id, person_id, email, domain, asked_at)
     SELECT id, owner_id, 'e', 'd', created_at FROM organization",
    "INSERT INTO removed_member (org_id, person_id, removed_at) SELECT id, owner_id, created_at FROM organization",
];

/// Counts rows in a transaction of the organization `slug`, or outside any organization for `None`.
async fn count(pool: &PgPool, slug: Option<&str>, from: &str) -> i64 {
    let mut tx = pool.begin().await.unwrap();
    enter(&mut tx, slug).await;
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

async fn enter(tx: &mut sqlx::PgTransaction<'_>, slug: Option<&str>) {
    if let Some(slug) = slug {
        let sql = "SELECT set_config('app.org_id', (SELECT id::text FROM organization WHERE slug = $1), true)";
        sqlx::query(sql).bind(slug).execute(&mut **tx).await.unwrap();
    }
}

/// Runs `sql` within acme as the application and returns the code of the database error, if any.
async fn refusal(pool: &PgPool, sql: &'static str) -> Option<String> {
    let mut tx = pool.begin().await.unwrap();
    enter(&mut tx, Some("acme")).await;
    let error = sqlx::query(sql).execute(&mut *tx).await.err()?;
    error.into_database_error()?.code().map(std::borrow::Cow::into_owned)
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_application_connects_as_a_role_bound_by_policies() {
    let app = TestApp::spawn().await;
    let pool = as_application(&app).await;
    let (user, owner): (String, String) =
        sqlx::query_as("SELECT current_user::text, session_user::text").fetch_one(&pool).await.unwrap();
    assert_eq!((user.as_str(), owner.as_str()), ("tessera_app", "tessera_app"));
    let binds = "SELECT COUNT(*) FROM pg_roles WHERE rolname IN ('tessera_app', 'tessera_owner')
        AND NOT rolsuper AND NOT rolbypassrls";
    assert_eq!(sqlx::query_scalar::<_, i64>(binds).fetch_one(&pool).await.unwrap(), 2);
    // Every tenant table has row-level security policies that also bind the owner of the table.
    let open = "SELECT string_agg(c.relname, ' ') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'org_id' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)";
    let open: Option<String> = sqlx::query_scalar(open).fetch_one(&pool).await.unwrap();
    assert_eq!(open.as_deref(), None);
    pool.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn policies_show_only_rows_of_the_current_organization() {
    let app = TestApp::spawn().await;
    app.database
        .change(
            "INSERT INTO audit_log (org_id, id, at, person_id, action, target, outcome)
             SELECT id, id, created_at, owner_id, 'a', 't', 'done' FROM organization",
        )
        .await;
    app.database
        .change(
            "INSERT INTO refusal_count (org_id, person_id, action, hour, times)
             SELECT id, owner_id, 'a', created_at, 1 FROM organization",
        )
        .await;
    app.database
        .change(
            "INSERT INTO form_submission (org_id, person_id, fingerprint, request, expires_at)
             SELECT id, owner_id, 'f', 'r', created_at FROM organization",
        )
        .await;
    app.database.try_change(&DOMAINS).await.unwrap();
    let pool = as_application(&app).await;
    for table in TENANT_TABLES {
        assert_eq!(count(&pool, None, table).await, 0, "{table}");
        for slug in ["acme", "beta"] {
            let theirs = format!("{table} WHERE org_id = (SELECT id FROM organization WHERE slug = '{slug}')");
            let seen = count(&pool, Some(slug), table).await;
            assert!(seen > 0 && seen == app.count(&theirs).await, "{table}: {seen}");
        }
        // The organization is set for one transaction only: the pooled connection no longer belongs to it.
        assert_eq!(count(&pool, None, table).await, 0, "{table}");
    }
    pool.close().await;
}

#[tokio::test]
async fn a_domain_is_verified_for_one_organization_only() {
    let app = TestApp::spawn().await;
    app.database.try_change(&DOMAINS).await.unwrap();
    let second = "UPDATE organization_domain SET state = 'verified' WHERE domain = 'pending.example'";
    let error = app.database.try_change(&[second]).await.expect_err("four organizations with one domain");
    assert!(error.into_database_error().unwrap().is_unique_violation());
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn looking_up_a_domain_reveals_only_its_owner() {
    let app = TestApp::spawn().await;
    app.database.try_change(&DOMAINS).await.unwrap();
    let pool = as_application(&app).await;
    for (domain, seen) in [("acme.example", 1), ("pending.example", 0), ("example", 0), ("", 0)] {
        let mut tx = pool.begin().await.unwrap();
        let sql = "SELECT set_config('app.domain', $1, true)";
        sqlx::query(sql).bind(domain).execute(&mut *tx).await.unwrap();
        let found: Vec<String> =
            sqlx::query_scalar("SELECT domain FROM organization_domain").fetch_all(&mut *tx).await.unwrap();
        assert_eq!((found.len(), found.iter().all(|found| found == domain)), (seen, true), "{domain}");
        let change = "UPDATE organization_domain SET mode = 'join'";
        assert_eq!(sqlx::query(change).execute(&mut *tx).await.unwrap().rows_affected(), 0, "{domain}");
    }
    pool.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_search_index_shows_only_matching_rows_of_the_organization() {
    let app = TestApp::spawn().await;
    let pool = as_application(&app).await;
    let all = "search_document";
    assert!(app.count(all).await > 0);
    assert_eq!(count(&pool, Some("acme"), all).await, 0, "nothing is looked for");
    for (slug, words, seen) in [
        (Some("acme"), "'pricing'", 1),
        (Some("acme"), "'porto'", 0),
        (Some("xyz-travel"), "'porto'", 1),
        (None, "'porto'", 0),
        (None, "!'nothing'", 0),
    ] {
        let mut tx = pool.begin().await.unwrap();
        enter(&mut tx, slug).await;
        sqlx::query("SELECT set_config('app.search', $1, true)").bind(words).execute(&mut *tx).await.unwrap();
        let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM search_document").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(found, seen, "{slug:?} {words}");
    }
    pool.close().await;
}

#[tokio::test]
async fn sessions_and_seats_are_found_by_an_index() {
    let app = TestApp::spawn().await;
    let id = "(SELECT owner_id FROM organization LIMIT 1)";
    for (sql, index) in [
        (format!("SELECT id FROM browser_session WHERE person_id = {id}"), "browser_session_of_person"),
        ("SELECT id FROM browser_session WHERE sid = 's'".to_owned(), "browser_session_of_sid"),
        ("SELECT id FROM browser_session WHERE client = 'c'".to_owned(), "browser_session_of_client"),
        (format!("DELETE FROM seat WHERE person_id = {id}"), "seat_of_person"),
        ("DELETE FROM seat WHERE sid = 's'".to_owned(), "seat_of_session"),
    ] {
        let plan: Vec<String> = match app.database.direct() {
            Direct::Sqlite { pool, .. } => {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(pool).await.unwrap();
                rows.into_iter().map(|(.., step)| step).collect()
            }
            Direct::Postgres { pool, .. } => {
                let mut tx = pool.begin().await.unwrap();
                // So few rows are read faster without an index.
                sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
                sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {sql}"))).fetch_all(&mut *tx).await.unwrap()
            }
        };
        assert!(plan.iter().any(|step| step.contains(index)), "{sql}: {plan:?}");
    }
}

#[tokio::test]
async fn the_migration_finds_the_owner_of_each_session() {
    let app = TestApp::spawn().await;
    let _alice = app.signed_in(ALICE, ACME).await;
    app.browser().begin("organization=acme").await;
    let owned =
        "browser_session s JOIN person p ON p.id = s.person_id WHERE p.email = 'alice@acme.example' AND s.sid = 'sid'";
    assert_eq!((app.count("browser_session").await, app.count(owned).await), (2, 1));
    app.database.change("UPDATE browser_session SET person_id = NULL, sid = NULL").await;
    let migration = match app.database.direct() {
        Direct::Sqlite { .. } => include_str!("../../migrations/sqlite/0024_limits.sql"),
        Direct::Postgres { .. } => include_str!("../../migrations/postgres/0024_limits.sql"),
    };
    let concerns = |sql: &&str| sql.contains("UPDATE browser_session") || sql.contains("person_text");
    for sql in migration.split(';').filter(concerns) {
        app.database.change(sql).await;
    }
    assert_eq!(app.count(owned).await, 1);
}

const INSUFFICIENT_PRIVILEGE: &str = "42501";

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_application_cannot_write_into_another_organization() {
    let app = TestApp::spawn().await;
    let pool = as_application(&app).await;
    for sql in [
        "INSERT INTO project (org_id, id, key, name, created_by, created_at)
         SELECT id, gen_random_uuid(), 'EVIL', 'Evil', owner_id, now() FROM organization WHERE slug = 'beta'",
        "INSERT INTO membership (org_id, person_id, role, created_at, updated_at)
         SELECT o.id, p.id, 'owner', now(), now() FROM organization o, person p
         WHERE o.slug = 'beta' AND p.email = 'nina@example.com'",
        "INSERT INTO audit_log (org_id, id, at, person_id, action, target, outcome)
         SELECT id, gen_random_uuid(), now(), owner_id, 'a', 't', 'done' FROM organization WHERE slug = 'beta'",
        "UPDATE project SET org_id = (SELECT id FROM organization WHERE slug = 'beta')",
        "UPDATE audit_log SET target = ''",
        "DELETE FROM audit_log",
        "ALTER TABLE project DISABLE ROW LEVEL SECURITY",
        "TRUNCATE audit_log",
    ] {
        assert_eq!(refusal(&pool, sql).await.as_deref(), Some(INSUFFICIENT_PRIVILEGE), "{sql}");
    }
    assert_eq!(refusal(&pool, "UPDATE project SET name = 'Mine'").await, None);
    assert_eq!(app.count("project WHERE name = 'Mine'").await, 0, "it was rolled back");
    pool.close().await;
}
