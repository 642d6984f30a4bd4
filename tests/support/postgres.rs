// Databases on the PostgreSQL server of the tests. Both test programs include this file with `include!`: Cargo has no
// shared module for test programs, and a path attribute would hide the location of the file.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use url::Url;

/// The role that owns the databases and migrates them. Policies bind it, unlike the superuser of the tests.
pub const OWNER: &str = "tessera_owner";

/// The key of the advisory lock that is held while a template is created.
pub const LOCK: i64 = 7_355_608;

/// Returns the superuser's address from `TEST_DATABASE_URL`. Without the variable, the tests use `SQLite`.
pub fn server() -> Option<Url> {
    let url = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())?;
    Some(Url::parse(&url).unwrap())
}

/// Returns the address of the database `name` for `user`.
pub fn address(server: &Url, user: &str, name: &str) -> String {
    let mut url = server.clone();
    url.set_username(user).unwrap();
    url.set_path(name);
    url.to_string()
}

/// Creates the database `name` from a template.
pub async fn copy(server: &Url, template: &str, name: &str) {
    let create = format!("CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}");
    let mut admin = PgConnection::connect(server.as_str()).await.unwrap();
    admin.execute(AssertSqlSafe(create)).await.unwrap();
    admin.close().await.unwrap();
}

/// Creates the template `name` if it does not exist. `fill` migrates it; it receives the addresses of the new database
/// for the role `login` and for the owner.
pub async fn template(server: &Url, name: &str, login: &str, fill: impl AsyncFnOnce(&str, &str)) {
    let mut admin = PgConnection::connect(server.as_str()).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut admin).await.unwrap();
    let exists = "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)";
    if !sqlx::query_scalar::<_, bool>(exists).bind(name).fetch_one(&mut admin).await.unwrap() {
        // As docs/postgresql.md has operators create them.
        for (role, options) in [(login, ""), (OWNER, "CREATEROLE")] {
            let exists = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)";
            if !sqlx::query_scalar::<_, bool>(exists).bind(role).fetch_one(&mut admin).await.unwrap() {
                admin.execute(AssertSqlSafe(format!("CREATE ROLE {role} LOGIN {options}"))).await.unwrap();
            }
        }
        admin.execute(AssertSqlSafe(format!("GRANT {login} TO {OWNER}"))).await.unwrap();
        // The database gets its final name after the migration, so that an aborted run leaves no incomplete template.
        let draft = format!("{name}_draft");
        admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {draft}"))).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {draft} OWNER {OWNER}"))).await.unwrap();
        fill(&address(server, login, &draft), &address(server, OWNER, &draft)).await;
        admin.execute(AssertSqlSafe(format!("ALTER DATABASE {draft} RENAME TO {name}"))).await.unwrap();
    }
    admin.close().await.unwrap();
}

/// Drops the database `name` and closes its connections.
pub fn remove(name: &str) {
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    // A separate thread drops the database, since the runtime of the test may be shutting down.
    let dropping = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut admin = PgConnection::connect(server().unwrap().as_str()).await.unwrap();
            admin.execute(AssertSqlSafe(drop)).await.unwrap();
        });
    });
    _ = dropping.join();
}
