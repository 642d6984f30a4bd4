//! The roles of `PostgreSQL`: the application logs in as one that row-level security binds, and starts as no other.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use tessera::testing::{
    kernel::database::Pools,
    server::db::{Db, OpenError},
};
use url::Url;

use crate::{
    postgres,
    support::{APPLICATION, Database, NEEDS_POSTGRES},
};

/// A role that exists during a test.
struct Role {
    name: String,
    server: Url,
}

impl Role {
    /// Creates a role with `options`, which may log in.
    async fn create(server: &Url, purpose: &str, options: &str) -> Self {
        let role = Self { name: format!("tessera_{purpose}_{}", std::process::id()), server: server.clone() };
        role.admin(&format!("DROP ROLE IF EXISTS {0}; CREATE ROLE {0} LOGIN {options}", role.name)).await;
        role
    }

    async fn admin(&self, sql: &str) {
        let mut admin = PgConnection::connect(self.server.as_str()).await.unwrap();
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
        admin.close().await.unwrap();
    }

    async fn remove(self) {
        self.admin(&format!("DROP ROLE {}", self.name)).await;
    }
}

/// Opens `database` as `role`, which has to be refused, and returns the sentence for the operator.
async fn refusal(server: &Url, database: &Database, role: &str) -> String {
    let url = postgres::address(server, role, database.name());
    let error = Db::open(&url, None).await.expect_err(role);
    assert!(matches!(error, OpenError::Role { .. }), "{role}: {error}");
    error.to_string()
}

fn pool(db: &Db) -> &PgPool {
    let Pools::Postgres(pool) = db.database().pools() else { panic!("a database on PostgreSQL") };
    pool
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_role_that_policies_do_not_bind_is_refused() {
    let server = postgres::server().expect(NEEDS_POSTGRES);
    let database = Database::create().await;
    let owner = postgres::OWNER;
    let mut refused = vec![
        (server.username().to_owned(), "is a superuser"),
        (owner.to_owned(), "owns the database or something in it"),
    ];
    let mut roles = Vec::new();
    for (purpose, options, reason) in [
        ("bypass", "IN ROLE tessera_app BYPASSRLS".to_owned(), "BYPASSRLS"),
        ("create", "IN ROLE tessera_app CREATEROLE".to_owned(), "CREATEROLE"),
        ("stream", "IN ROLE tessera_app REPLICATION".to_owned(), "REPLICATION"),
        ("files", "IN ROLE tessera_app, pg_read_server_files".to_owned(), "files"),
        // Neither membership without inheritance nor a default role takes away what RESET ROLE and SET ROLE give back.
        ("member", format!("NOINHERIT IN ROLE {owner}"), "a member of a role that does"),
    ] {
        let role = Role::create(&server, purpose, &options).await;
        refused.push((role.name.clone(), reason));
        roles.push(role);
    }
    let hidden = Role::create(&server, "hidden", "SUPERUSER").await;
    hidden.admin(&format!("ALTER ROLE {} SET role = tessera_app", hidden.name)).await;
    refused.push((hidden.name.clone(), "is a superuser"));
    roles.push(hidden);
    for (role, reason) in &refused {
        let sentence = refusal(&server, &database, role).await;
        for part in [reason, role.as_str(), "CREATE ROLE tessera_app LOGIN", "DATABASE_URL", "MIGRATION_DATABASE_URL"] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
    }
    for role in roles {
        role.remove().await;
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_application_cannot_become_the_owner() {
    let server = postgres::server().expect(NEEDS_POSTGRES);
    let database = Database::create().await;
    // A login of another name that is a member of the application's role works too.
    let other = Role::create(&server, "other", "IN ROLE tessera_app").await;
    for role in [APPLICATION, other.name.as_str()] {
        let db = Db::open(&postgres::address(&server, role, database.name()), None).await.unwrap();
        for statement in ["SELECT 1", "RESET ROLE", "SET ROLE tessera_app", "SET SESSION AUTHORIZATION DEFAULT"] {
            let mut connection = pool(&db).acquire().await.unwrap();
            connection.execute(statement).await.unwrap();
            let rows: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM membership").fetch_one(&mut *connection).await.unwrap();
            assert_eq!(rows, 0, "{role}: {statement}");
        }
        for statement in [
            "SET ROLE tessera_owner",
            "SET SESSION AUTHORIZATION tessera_owner",
            "ALTER TABLE task DISABLE ROW LEVEL SECURITY",
            "DROP POLICY task_of_organization ON task",
            "CREATE OR REPLACE FUNCTION app_org_id() RETURNS uuid LANGUAGE sql RETURN NULL::uuid",
            "TRUNCATE task CASCADE",
            "CREATE TRIGGER spy BEFORE INSERT ON task EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "GRANT tessera_owner TO CURRENT_USER",
            "UPDATE _sqlx_migrations SET success = FALSE",
        ] {
            let error = pool(&db).execute(statement).await.expect_err(statement).into_database_error().unwrap();
            assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
        }
        // The variable that turns policies off turns statements into errors instead of showing rows.
        let mut connection = pool(&db).acquire().await.unwrap();
        connection.execute("SET row_security = off").await.unwrap();
        let error = connection.execute("SELECT 1 FROM task").await.unwrap_err();
        assert_eq!(error.into_database_error().unwrap().code().as_deref(), Some("42501"));
        drop(connection);
        db.close().await;
    }
    other.remove().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn only_the_owner_migrates() {
    let server = postgres::server().expect(NEEDS_POSTGRES);
    let database = Database::create().await;
    let stranger = Role::create(&server, "stranger", "").await;
    let (name, owner) = (database.name(), postgres::OWNER);
    let (login, owner) = (postgres::address(&server, APPLICATION, name), postgres::address(&server, owner, name));
    // The last migration is missing.
    let newest = "(SELECT MAX(version) FROM _sqlx_migrations)";
    database.change(&format!("CREATE TABLE kept AS SELECT * FROM _sqlx_migrations WHERE version = {newest}")).await;
    database.change(&format!("DELETE FROM _sqlx_migrations WHERE version = {newest}")).await;
    let error = Db::open(&login, None).await.unwrap_err();
    assert!(matches!(error, OpenError::Outdated { .. }), "{error}");
    assert!(error.to_string().contains("MIGRATION_DATABASE_URL"), "{error}");
    // A migration that this program does not know, as after a newer program, or another one under the same number.
    database.change("INSERT INTO _sqlx_migrations SELECT * FROM kept").await;
    database.change("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = 1").await;
    let error = Db::open(&login, None).await.unwrap_err();
    assert!(matches!(error, OpenError::Migrate { .. }), "{error}");
    database
        .change(&format!(
            "DROP TABLE kept; DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION {}",
            postgres::OWNER
        ))
        .await;
    let error = Db::open(&login, None).await.unwrap_err();
    assert!(matches!(error, OpenError::Outdated { .. }), "{error}");
    for _ in 0..2 {
        Db::open(&login, Some(&owner)).await.unwrap().close().await;
    }
    Db::open(&login, None).await.unwrap().close().await;
    // A role without rights to the tables.
    let error = Db::open(&postgres::address(&server, &stranger.name, name), None).await.unwrap_err();
    assert!(matches!(error, OpenError::Outdated { .. }), "{error}");
    stranger.remove().await;
}
