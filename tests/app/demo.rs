//! The demo is seeded once in each database, which a restart shows.

use std::path::PathBuf;

use sqlx::{Connection as _, SqliteConnection};
use tessera::testing::{
    kernel::{client_address::NetworkList, clock::Clock, random::Random},
    serve::Server,
    server::config::{BuiltIn, Config},
};

use crate::support::{Database, config};

/// The application's database and, in a folder, the provider's.
struct Installation {
    database: Database,
    folder: PathBuf,
}

impl Installation {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tessera_demo_{name}_{}", std::process::id()));
        _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self { database: Database::create().await, folder }
    }

    fn config(&self, is_demo: bool) -> Config {
        let free = ([127, 0, 0, 1], 0).into();
        let mut config = config(&self.database, "http://localhost:4400/", free, "http://localhost:3000/");
        config.migration_database_url = self.database.migration_url();
        config.data_dir.clone_from(&self.folder);
        config.built_in = Some(BuiltIn {
            is_demo,
            listen: free,
            https: None,
            database_url: self.provider(),
            migration_database_url: None,
            management_calls_per_minute: 100,
            previous_secret: None,
            outbound_allow: NetworkList::default(),
            mail: None,
            management_client_id: "management".to_owned(),
            management_client_secret: "a secret".to_owned(),
        });
        config
    }

    fn provider(&self) -> String {
        format!("sqlite://{}/idp.db", self.folder.display())
    }

    /// Starts and stops the server.
    async fn run(&self, is_demo: bool) {
        Server::start(self.config(is_demo), Clock::system(), Random::system()).await.unwrap().stop().await;
    }

    /// Deletes a person and an organization at the provider, and another organization in the application.
    async fn delete_some(&self) {
        let mut provider = SqliteConnection::connect(&self.provider()).await.unwrap();
        sqlx::query("DELETE FROM users WHERE email = 'alice@acme.example'").execute(&mut provider).await.unwrap();
        sqlx::query("DELETE FROM organizations WHERE name = 'acme'").execute(&mut provider).await.unwrap();
        provider.close().await.unwrap();
        self.database.change("DELETE FROM organization WHERE slug = 'beta'").await;
    }

    /// Counts the people and the organizations at the provider, and the organizations of the application.
    async fn counts(&self) -> (i64, i64, i64) {
        let mut provider = SqliteConnection::connect(&self.provider()).await.unwrap();
        let people = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&mut provider).await.unwrap();
        let organizations =
            sqlx::query_scalar("SELECT COUNT(*) FROM organizations").fetch_one(&mut provider).await.unwrap();
        provider.close().await.unwrap();
        (people, organizations, self.database.count("organization").await)
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn what_was_deleted_stays_deleted_after_a_restart() {
    let installation = Installation::new("restart").await;
    installation.run(true).await;
    assert_eq!(installation.counts().await, (6, 4, 4));
    installation.delete_some().await;
    installation.run(true).await;
    assert_eq!(installation.counts().await, (5, 3, 3));
}

#[tokio::test]
async fn a_new_database_of_the_provider_is_seeded_and_the_applications_stays_as_it_is() {
    let installation = Installation::new("provider").await;
    installation.run(true).await;
    installation.delete_some().await;
    for file in ["idp.db", "idp.db-wal", "idp.db-shm"] {
        _ = std::fs::remove_file(installation.folder.join(file));
    }
    installation.run(true).await;
    assert_eq!(installation.counts().await, (6, 4, 3));
}

#[tokio::test]
async fn a_new_database_of_the_application_is_seeded_and_the_providers_stays_as_it_is() {
    let mut installation = Installation::new("application").await;
    installation.run(true).await;
    installation.delete_some().await;
    installation.database = Database::create().await;
    installation.run(true).await;
    assert_eq!(installation.counts().await, (5, 3, 4));
}

#[tokio::test]
async fn outside_of_the_demo_nothing_is_seeded() {
    let installation = Installation::new("production").await;
    installation.run(false).await;
    assert_eq!(installation.counts().await, (0, 0, 0));
    // Nor is it recorded, so that an installation without people can still become a demo.
    installation.run(true).await;
    assert_eq!(installation.counts().await, (6, 4, 4));
}

#[tokio::test]
async fn a_database_from_before_the_record_is_not_seeded_again() {
    let installation = Installation::new("before").await;
    installation.run(true).await;
    installation.delete_some().await;
    installation.database.change("DROP TABLE seed").await;
    installation.database.change("DELETE FROM _sqlx_migrations WHERE version = 20").await;
    installation.run(true).await;
    assert_eq!(installation.counts().await, (5, 3, 3));
}

#[tokio::test]
async fn metrics_count_the_built_in_provider_as_a_service_of_its_own() {
    let installation = Installation::new("metrics").await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut config = installation.config(true);
    config.metrics = Some(([127, 0, 0, 1], 0).into());
    config.built_in.as_mut().unwrap().listen = free;
    config.provider.issuer = openidconnect::IssuerUrl::new(format!("http://{free}/")).unwrap();
    let server = Server::start(config, Clock::system(), Random::system()).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..11 {
        let form = [("name", "guessed"), ("password", "guessed")];
        let request = client.post(format!("http://{free}/console/sign-in")).form(&form);
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses[9..], [400, 429]);
    let address = server.metrics_address.unwrap();
    let text = client.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
    for line in [
        r#"tessera_refusals_total{service="provider",limit="passwords"} 1"#,
        r#"tessera_http_requests_total{service="provider",route="/console/sign-in",method="POST",status="4xx"} 11"#,
        r#"tessera_database_connections_max{database="provider",pool="writer"} 1"#,
    ] {
        assert!(text.lines().any(|other| other == line), "{line} in {text}");
    }
    server.stop().await;
}
