//! The second wall: row-level security keeps organizations apart even when a statement forgets its condition.
//!
//! `script/test wall` also runs all other tests of the application without these conditions, and
//! [`every_condition_was_left_out`] checks that it reached each of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};

use chrono::TimeDelta;
use reqwest::Method;
use sqlx::{AssertSqlSafe, PgPool, Postgres, pool::PoolConnection};
use tessera::testing::{
    domain::{ids::BrowserId, permissions::Permission},
    kernel::{database::Pools, random::Random},
    server::access::OrgContext,
};
use uuid::Uuid;

use crate::support::{
    ABC, CAROL, Direct, JOE, Member, NEEDS_POSTGRES, TestApp, XYZ, together,
    wire::{self, normalized, without_condition},
};

/// The connection of the superuser; `None` on `SQLite`, which has no policies.
fn superuser(app: &TestApp) -> &PgPool {
    let Direct::Postgres { pool, .. } = app.database.direct() else { panic!("{NEEDS_POSTGRES}") };
    pool
}

/// Tables without an organization, with the reason why no policy guards them.
const NOT_OF_AN_ORGANIZATION: [(&str, &str); 8] = [
    ("_sqlx_migrations", "The versions of the schema; the application only reads it."),
    ("browser_session", "Belongs to a browser, and is found by the hash of its cookie."),
    ("form_draft", "Belongs to a browser, sealed, until the person has signed in again."),
    ("former_slug", "A name that an organization had, by which its members find it, like the present one."),
    ("login_transaction", "Belongs to a browser, sealed, before anyone has signed in."),
    ("organization_setup", "Belongs to a person; its organization does not exist yet."),
    ("person", "One person may be a member of several organizations, and signs in before one is known."),
    ("seed", "Which seeds ran; the application adds its own."),
];

/// Policies beside that of the organization, with the reason. They only show rows.
const FURTHER_POLICIES: [(&str, &str); 11] = [
    ("form_submission_delete_for_worker", "Answers to forms are deleted in the background after a day."),
    ("form_submission_select_for_worker", "The same."),
    ("invitation_by_ticket", "Who holds the ticket of an invitation is no member yet."),
    ("invitation_for_address", "Who has the verified address of an invitation is no member yet."),
    ("membership_of_person", "A person sees the list of their own organizations."),
    ("organization_domain_by_address", "A verified domain leads to its organization."),
    ("organization_domain_for_worker", "Domains are checked in the background."),
    ("project_for_worker", "Expired tasks are purged in the background, with their project's key on record."),
    ("provider_change_for_worker", "Commands for the provider are executed in the background."),
    ("search_pending_for_worker", "Documents that are not indexed are found in the background."),
    ("task_for_worker", "Expired tasks are purged in the background."),
];

/// Indexes of tenant tables that do not begin with the organization, with the reason.
const OTHER_INDEXES: [(&str, &str); 13] = [
    ("form_submission_expiry", "Answers of all organizations, by time."),
    ("invitation_for", "The invitations to a person, in all organizations."),
    ("invitation_ticket", "A ticket, whose organization is not known yet."),
    ("membership_of_person", "The organizations of a person."),
    ("organization_domain_due", "Work of all organizations, by time."),
    ("organization_domain_verified", "A domain belongs to one organization at a time."),
    ("provider_change_due", "Work of all organizations, by time."),
    ("search_document_words", "An index of words (GIN), each with its organization as a word."),
    ("seat_expiry", "Seats of all organizations, by time."),
    ("seat_of_person", "The seats of a person whose sessions have all ended, in all organizations."),
    ("seat_of_session", "A session of the provider, whose organizations are not known."),
    ("seat_pkey", "A seat is found by its browser, before its organization is known."),
    ("task_deleted", "Work of all organizations, by time."),
];

fn names(reasons: &[(&str, &str)]) -> Vec<String> {
    reasons.iter().map(|(name, _)| (*name).to_owned()).collect()
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_catalogue_shows_the_wall_around_every_table() {
    let app = TestApp::spawn().await;
    let pool = superuser(&app);
    let list = async |sql: &'static str| sqlx::query_scalar::<_, String>(sql).fetch_all(pool).await.unwrap();
    let none: [&str; 0] = [];
    // ENABLE and FORCE on every table of an organization; the others are named.
    let open =
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1";
    assert_eq!(list(open).await, names(&NOT_OF_AN_ORGANIZATION));
    let tenant_without_wall = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'org_id' AND c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity";
    assert_eq!(list(tenant_without_wall).await, none);
    // Views would run with the rights of their owner.
    let views =
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')";
    assert_eq!(list(views).await, none);
    // USING and WITH CHECK: one policy for everything names the organization in both; further ones only show rows.
    let tables = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'org_id' AND c.relkind IN ('r', 'p') AND c.relname NOT IN ('seat', 'search_document') ORDER BY 1";
    let guarded = "SELECT tablename::text FROM pg_policies WHERE cmd = 'ALL' AND qual = '(org_id = app_org_id())'
        AND with_check = '(org_id = app_org_id())' AND roles = '{public}' ORDER BY 1";
    assert_eq!(list(guarded).await, list(tables).await);
    let further =
        "SELECT policyname::text FROM pg_policies WHERE tablename NOT IN ('seat', 'organization', 'search_document')
        AND NOT (cmd = 'ALL' AND qual = '(org_id = app_org_id())' AND with_check = qual) ORDER BY 1";
    assert_eq!(list(further).await, names(&FURTHER_POLICIES));
    let writing = "SELECT policyname::text FROM pg_policies WHERE cmd <> 'SELECT'
        AND policyname NOT IN ('organization_insert', 'form_submission_delete_for_worker')
        AND COALESCE(with_check, qual) NOT LIKE '%app_org_id()%'";
    assert_eq!(list(writing).await, none);
    // The organization comes first in each index, and is part of each reference between tables of organizations.
    let indexes = "SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_attribute o ON o.attrelid = x.indrelid AND o.attname = 'org_id'
        WHERE x.indkey[0] <> o.attnum ORDER BY 1";
    assert_eq!(list(indexes).await, names(&OTHER_INDEXES));
    let keyless =
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
        WHERE c.relkind = 'r' AND NOT (a.attnotnull AND EXISTS (
            SELECT 1 FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary AND a.attnum = ANY (x.indkey)))";
    assert_eq!(list(keyless).await, none);
    let references = "SELECT f.conname::text FROM pg_constraint f
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attname = 'org_id'
        JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attname = 'org_id'
        WHERE f.contype = 'f' AND NOT EXISTS (
            SELECT 1 FROM unnest(f.conkey, f.confkey) k (own, other) WHERE k.own = a.attnum AND k.other = b.attnum)";
    assert_eq!(list(references).await, none);
    // The application owns nothing, may create nothing, and has no right that policies do not bind.
    let owned = "SELECT relname::text FROM pg_class WHERE relowner = 'tessera_app'::regrole";
    assert_eq!(list(owned).await, none);
    let beyond = "SELECT DISTINCT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND grantee <> 'tessera_owner'
          AND NOT (grantee = 'tessera_app' AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))";
    assert_eq!(list(beyond).await, none);
    let may_create = "SELECT nspname::text FROM pg_namespace WHERE has_schema_privilege('tessera_app', oid, 'CREATE')";
    assert_eq!(list(may_create).await, none);
    // Functions run with the rights of their caller.
    let definers = "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef";
    assert_eq!(list(definers).await, none);
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_new_table_without_a_wall_is_found() {
    let app = TestApp::spawn().await;
    let pool = superuser(&app);
    app.database.change("CREATE TABLE note (org_id UUID NOT NULL PRIMARY KEY, body TEXT)").await;
    let open = "SELECT COUNT(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
        WHERE c.relkind = 'r' AND NOT c.relforcerowsecurity";
    assert_eq!(sqlx::query_scalar::<_, i64>(open).fetch_one(pool).await.unwrap(), 1);
}

/// What the functions that read answer to `member`.
async fn answers(member: &Member) -> BTreeMap<String, (u16, String)> {
    let mut answers = BTreeMap::new();
    let of_project =
        ["get_board", "get_list", "get_matching", "get_overview", "get_project_settings", "get_transitions", "get_bin"];
    let of_task = ["get_task", "get_activity"];
    let org = [("org", member.organization.slug)];
    for (function, key) in of_project.iter().map(|it| (it, "CRM")).chain(of_task.iter().map(|it| (it, "CRM-1"))) {
        answers.insert((*function).to_owned(), ask(member, function, &[org[0], ("key", key)]).await);
    }
    for function in ["get_workspace", "get_people", "get_domains", "get_join_requests"] {
        answers.insert(function.to_owned(), ask(member, function, &org).await);
    }
    for (function, query) in [
        ("search", [("q", "the"), ("page", "1")]),
        ("get_my_work", [("concern", "created"), ("page", "1")]),
        ("get_inbox", [("shelf", "all"), ("page", "1")]),
    ] {
        answers.insert(function.to_owned(), ask(member, function, &[org[0], query[0], query[1]]).await);
    }
    answers
}

async fn ask(member: &Member, function: &str, query: &[(&str, &str)]) -> (u16, String) {
    let answer = member.send(member.request(Method::GET, &format!("/fn/{function}")).query(query)).await;
    (answer.status, answer.body)
}

/// Everything that organizations other than `slug` have, as text.
async fn others(pool: &PgPool, slug: &str) -> BTreeMap<String, String> {
    let tables = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'org_id' AND c.relkind = 'r'";
    let mut rows = BTreeMap::new();
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(pool).await.unwrap() {
        let sql = format!(
            "SELECT COALESCE(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t
             WHERE org_id <> (SELECT id FROM organization WHERE slug = '{slug}')"
        );
        let text = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap();
        rows.insert(table, text);
    }
    rows
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn statements_without_their_condition_return_and_change_nothing_foreign() {
    let app = TestApp::spawn().await;
    let node = app.node_without_org_condition().await;
    let pool = superuser(&app);
    let carol = app.signed_in(CAROL, ABC).await;
    carol.sign_in(&app, CAROL, XYZ).await;
    let unguarded = node.reached_by(&carol);
    let (normal, without) = (answers(&carol).await, answers(&unguarded).await);
    assert!(normal.values().all(|(status, _)| *status == 200), "{normal:?}");
    for (function, answer) in &normal {
        assert_eq!(&without[function], answer, "{function}");
    }
    // Writes reach only their own organization.
    let before = others(pool, "abc-inc").await;
    let project = unguarded.project("CRM");
    let number = project.add("todo", "Written behind the wall").await;
    let task = project.task(number);
    task.set("priority", "urgent").await.unwrap();
    task.move_to("done").await.unwrap();
    task.delete().await.unwrap();
    task.purge().await.unwrap();
    project.set_private(true).await.unwrap();
    project.set_archived(true).await.unwrap();
    assert_eq!(others(pool, "abc-inc").await, before);
    // Positive control: without the wall, the same statements return other organizations' rows.
    let tables =
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity";
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(pool).await.unwrap() {
        app.database.change(&format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")).await;
    }
    for function in ["get_workspace", "get_people"] {
        let answer = ask(&unguarded, function, &[("org", "abc-inc")]).await;
        assert_ne!(&answer, &ask(&carol, function, &[("org", "abc-inc")]).await, "{function}");
    }
}

/// Runs `sql` as the application in a transaction with these variables; returns the affected rows, or the error's code.
async fn as_application(pool: &PgPool, variables: &[(&str, String)], sql: &str) -> Result<u64, String> {
    let mut tx = pool.begin().await.unwrap();
    for (name, value) in variables {
        let set = sqlx::query("SELECT set_config($1, $2, true)").bind(*name).bind(value);
        set.execute(&mut *tx).await.unwrap();
    }
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| error.as_database_error().unwrap().code().unwrap().into_owned())
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_seat_belongs_to_its_browser_and_to_its_organization() {
    let app = TestApp::spawn().await;
    let direct = superuser(&app);
    app.signed_in(JOE, ABC).await;
    app.signed_in(CAROL, ABC).await.sign_in(&app, CAROL, XYZ).await;
    let Pools::Postgres(pool) = app.pools() else { unreachable!() };
    let joes = app.database.browser_of(JOE, "abc-inc").await.to_string();
    let carols = app.database.browser_of(CAROL, "xyz-travel").await.to_string();
    let id = "SELECT id::text FROM organization WHERE slug = 'abc-inc'";
    let abc: String = sqlx::query_scalar(id).fetch_one(direct).await.unwrap();
    let (browser, org) = (|id: &String| ("app.browser_id", id.clone()), ("app.org_id", abc.clone()));
    let touch = "UPDATE seat SET ends_at = ends_at";
    for (variables, seen) in [
        (vec![], 0),
        (vec![browser(&joes)], 1),
        (vec![browser(&carols)], 2),
        (vec![org.clone()], 2),
        (vec![("app.person_ids", joes.clone())], 0),
    ] {
        assert_eq!(as_application(pool, &variables, "SELECT 1 FROM seat").await, Ok(seen), "{variables:?}");
        assert_eq!(as_application(pool, &variables, touch).await, Ok(seen), "{variables:?}");
    }
    // A new seat needs its browser and its organization.
    let insert = format!(
        "INSERT INTO seat (browser_id, org_id, person_id, tokens, fresh_until, ends_at)
         SELECT '{carols}', '{abc}', id, '', now(), now() FROM person WHERE email = 'nina@example.com'
         ON CONFLICT (browser_id, org_id) DO UPDATE SET person_id = excluded.person_id"
    );
    for variables in [vec![], vec![browser(&carols)], vec![org.clone()], vec![browser(&joes), org.clone()]] {
        assert_eq!(as_application(pool, &variables, &insert).await, Err("42501".to_owned()), "{variables:?}");
    }
    assert_eq!(as_application(pool, &[browser(&carols), org.clone()], &insert).await, Ok(1));
    // An organization changes itself alone, and no one deletes it.
    let rename = "UPDATE organization SET display_name = 'Ours'";
    assert_eq!(as_application(pool, &[], rename).await, Ok(0));
    assert_eq!(as_application(pool, std::slice::from_ref(&org), rename).await, Ok(1));
    assert_eq!(as_application(pool, &[org], "DELETE FROM organization").await, Err("42501".to_owned()));
}

#[test]
fn the_condition_is_left_out_wherever_it_stands() {
    for (sql, expected) in [
        ("SELECT 1 FROM task WHERE org_id = $1", Some("SELECT 1 FROM task WHERE $1::uuid IS NOT NULL")),
        (
            "UPDATE task t SET x = $2 WHERE t.id = $3 AND t.org_id = $12 AND (u.org_id = $1)",
            Some("UPDATE task t SET x = $2 WHERE t.id = $3 AND $12::uuid IS NOT NULL AND ($1::uuid IS NOT NULL)"),
        ),
        ("SELECT 1 FROM task t JOIN project p ON p.org_id = t.org_id", None),
        ("UPDATE seat SET x = 1 WHERE browser_id = $1 AND org_id = $2", None),
    ] {
        assert_eq!(without_condition(sql).as_deref(), expected, "{sql}");
    }
}

/// Conditions that the tests on `PostgreSQL` do not reach, with the reason.
const UNREACHED: [(&str, &str); 3] = [
    (
        "SELECT body, replaced_at FROM comment_revision WHERE org_id = $1 AND comment_id = $2 ORDER BY version DESC",
        "No page shows the history of a comment yet.",
    ),
    (
        "UPDATE seat SET fresh_until = $3 WHERE org_id = $1 AND person_id = $2 AND fresh_until > $3",
        "No test gives a higher role at the provider to somebody who is signed in here.",
    ),
    (
        "UPDATE task SET rank = $4 WHERE org_id = $1 AND project_id = $2 AND number = $3",
        "No test moves so many tasks to one place that the ranks between its neighbours run out.",
    ),
];

#[test]
#[ignore = "script/test wall runs it after the other tests"]
fn every_condition_was_left_out() {
    let seen = std::fs::read_to_string(std::env::var(wire::VARIABLE).unwrap()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/repo");
    let mut missing = BTreeSet::new();
    let mut count = 0;
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("source_check.rs") {
                for literal in literals(std::fs::read_to_string(&path).unwrap().parse().unwrap()) {
                    // The parts of a text that is formatted.
                    for part in literal.split(['{', '}']).map(normalized).filter(|part| part.contains("org_id = $")) {
                        count += 1;
                        let is_for_sqlite = ["unhex(", "json_each(", "json_group_array(", "search_index"]
                            .iter()
                            .any(|word| part.contains(word));
                        if !is_for_sqlite && !part.contains("browser_id") && !seen.contains(part.as_str()) {
                            missing.insert(part);
                        }
                    }
                }
            }
        }
    }
    assert!(count > 100, "{count}");
    for (part, _) in UNREACHED {
        assert!(missing.remove(part), "{part}");
    }
    assert!(
        missing.is_empty(),
        "{} of {count}:\n{}",
        missing.len(),
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Lists the texts in Rust source.
fn literals(source: proc_macro2::TokenStream) -> Vec<String> {
    source
        .into_iter()
        .flat_map(|tree| match tree {
            proc_macro2::TokenTree::Group(group) => literals(group.stream()),
            proc_macro2::TokenTree::Literal(literal) => {
                syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value()).into_iter().collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

/// Polls `work` at most `polls` times and then drops it, as a server drops the request of a client that has gone.
async fn cancelled_after<F: Future>(polls: u8, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The connections of the pool that nothing uses.
fn idle_connections(pool: &PgPool) -> Vec<PoolConnection<Postgres>> {
    std::iter::from_fn(|| pool.try_acquire()).collect()
}

/// Waits until connections that were used a moment ago count as idle for long, and has the next transaction return all but
/// its own to the pool.
async fn all_returned(app: &TestApp) {
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    app.remind().await;
}

const ORGANIZATIONS: usize = 50;
const TRANSACTIONS: usize = 10_000;
const AT_ONCE: usize = 25;

/// One transaction of `ctx` that reads its organization's rows, and ends as `ending` says.
async fn transaction(ctx: &OrgContext, writes: bool, ending: u8) {
    let permission = Permission::WriteTasks;
    let tx = if writes { ctx.write(permission, "test", "test").await } else { ctx.read(permission).await };
    let mut tx = tx.unwrap();
    let org = tx.org();
    let seen: Vec<Uuid> = sqlx::query_scalar("SELECT org_id FROM membership")
        .fetch_all(tx.connection().await.unwrap().postgres())
        .await
        .unwrap();
    assert_eq!(seen, [org.0]);
    if writes {
        let mark = "UPDATE membership SET updated_at = updated_at";
        assert_eq!(
            sqlx::query(mark).execute(tx.connection().await.unwrap().postgres()).await.unwrap().rows_affected(),
            1
        );
    }
    match ending {
        0 => drop(tx),
        1 => {
            sqlx::query("SELECT 1 / 0").execute(tx.connection().await.unwrap().postgres()).await.unwrap_err();
            // Either is refused or rolls back; neither leaves anything.
            _ = tx.commit().await;
        }
        _ => tx.commit().await.unwrap(),
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn interleaved_transactions_leave_no_context_behind() {
    let app = TestApp::spawn().await;
    assert!(matches!(app.database.direct(), Direct::Postgres { .. }), "{NEEDS_POSTGRES}");
    app.add_workspaces("nina@example.com", ORGANIZATIONS).await;
    let browser = Uuid::from_u128(1);
    let fresh_until = app.clock.now() + TimeDelta::minutes(30);
    let seats = format!(
        "INSERT INTO seat (browser_id, org_id, person_id, tokens, fresh_until, ends_at)
         SELECT '{browser}', m.org_id, m.person_id, '', '{fresh_until}', '2100-01-01'
         FROM membership m JOIN person p ON p.id = m.person_id WHERE p.email = 'nina@example.com'"
    );
    assert_eq!(app.database.change(&seats).await, u64::try_from(ORGANIZATIONS).unwrap());
    let mut contexts = Vec::new();
    for number in 1..=ORGANIZATIONS {
        contexts.push(app.context_of(BrowserId(browser), &format!("workspace-{number:04}")).await);
    }
    let (contexts, db) = (Arc::new(contexts), app.db().clone());
    let done = together(AT_ONCE, |at| {
        let (contexts, db) = (contexts.clone(), db.clone());
        async move {
            let random = Random::seeded(u64::try_from(at).unwrap());
            let (mut cancelled, mut completed) = (0, 0);
            for _ in 0..TRANSACTIONS / AT_ONCE {
                let [which, kind, ending, polls] = random.bytes::<4>();
                let ctx = &contexts[usize::from(which) % ORGANIZATIONS];
                match kind % 8 {
                    // Outside of organizations nothing of any is seen.
                    0 => {
                        let mut tx = db.read().await.unwrap();
                        let rows = sqlx::query_scalar("SELECT COUNT(*) FROM membership");
                        let rows: i64 = rows.fetch_one(tx.connection().await.unwrap().postgres()).await.unwrap();
                        assert_eq!(rows, 0);
                        completed += 1;
                    }
                    1..=3 => {
                        let work = transaction(ctx, kind % 2 == 0, ending % 4);
                        match cancelled_after(polls % 16, work).await {
                            None => cancelled += 1,
                            Some(()) => completed += 1,
                        }
                    }
                    _ => {
                        transaction(ctx, kind % 2 == 0, ending % 4).await;
                        completed += 1;
                    }
                }
            }
            (cancelled, completed)
        }
    })
    .await;
    let cancelled: usize = done.iter().map(|(cancelled, _)| cancelled).sum();
    assert_eq!(done.iter().map(|(cancelled, completed)| cancelled + completed).sum::<usize>(), TRANSACTIONS);
    assert!(cancelled > 500, "{cancelled}");
    // No connection of the pool belongs to an organization, or is within a transaction.
    let Pools::Postgres(pool) = app.pools() else { unreachable!() };
    all_returned(&app).await;
    let mut connections = idle_connections(pool);
    for connection in &mut connections {
        let context = "SELECT concat(current_setting('app.org_id', true), current_setting('app.browser_id', true),
                current_setting('app.person_ids', true), current_setting('app.worker', true)) || (
                SELECT COUNT(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')";
        let context: String = sqlx::query_scalar(context).fetch_one(&mut **connection).await.unwrap();
        assert_eq!(context, "0");
    }
    let open =
        "pg_stat_activity WHERE datname = current_database() AND application_name = 'tessera' AND state <> 'idle'";
    assert_eq!(app.count(open).await, 0, "a connection is within a transaction");
    assert!(connections.len() > 1);
}

#[tokio::test]
async fn a_begin_that_is_cancelled_leaves_no_transaction_open() {
    let app = TestApp::spawn().await;
    let Pools::Postgres(pool) = app.pools() else { return };
    for _ in 0..8 {
        for polls in 1..8 {
            drop(cancelled_after(polls, app.db().write()).await);
        }
        all_returned(&app).await;
        // None is left to the next transaction, which would repair it.
        let connections = idle_connections(pool);
        assert!(!connections.is_empty());
        let open = "pg_stat_activity WHERE datname = current_database() AND application_name = 'tessera'
            AND state LIKE 'idle in transaction%'";
        app.until(async || (app.count(open).await == 0).then_some(())).await;
    }
}
