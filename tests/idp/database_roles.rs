//! On `PostgreSQL`, the provider logs in as a role that owns nothing, and starts as no other.

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::{postgres, support::Provider};

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_provider_does_not_log_in_as_the_owner() {
    let server = postgres::server().expect("this test needs PostgreSQL");
    let provider = Provider::start().await;
    let login = provider.database_url().to_owned();
    let name = login.rsplit('/').next().unwrap();
    for role in [postgres::OWNER, server.username()] {
        let url = postgres::address(&server, role, name);
        let error = provider.try_reopen_with(|config| config.database_url = url).await.err().unwrap().to_string();
        for part in ["IDP_DATABASE_URL", "IDP_MIGRATION_DATABASE_URL", "CREATE ROLE tessera_idp LOGIN"] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
    let mut connection = PgConnection::connect(&login).await.unwrap();
    for statement in [
        "SET ROLE tessera_owner",
        "DROP TABLE identity_provider.users",
        "CREATE TABLE identity_provider.mine (id INT)",
        "UPDATE identity_provider._sqlx_migrations SET success = FALSE",
    ] {
        let error = connection.execute(statement).await.expect_err(statement).into_database_error().unwrap();
        assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
    }
    // Other roles, such as the application's, have no rights to the provider's data.
    let public = "SELECT has_schema_privilege('public', 'identity_provider', 'USAGE')";
    assert!(!sqlx::query_scalar::<_, bool>(public).fetch_one(&mut connection).await.unwrap());
}
