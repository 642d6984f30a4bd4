//! HTTPS with a self-signed certificate.

use std::path::PathBuf;

use reqwest::{Certificate, Client, Url};
use tessera::testing::{
    kernel::{client_address::NetworkList, clock::Clock, random::Random},
    serve::{Server, StartError},
    server::config::{BuiltIn, BuiltInHttps, Config},
};
use tokio::net::TcpListener;

use crate::support::{Database, config};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tessera_https_{name}_{}", std::process::id()));
        _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Finds a free port.
async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Configures Tessera with its built-in provider, both with TLS on free ports.
async fn with_https(database: &Database, folder: &Folder) -> Config {
    let (port, http, https) = (free_port().await, free_port().await, free_port().await);
    let issuer = format!("http://localhost:{http}/");
    let base_url = format!("https://127.0.0.1:{port}/");
    let mut config = config(database, &issuer, ([127, 0, 0, 1], port).into(), &base_url);
    config.data_dir.clone_from(&folder.0);
    config.serves_https = true;
    config.built_in = Some(BuiltIn {
        is_demo: true,
        listen: ([127, 0, 0, 1], http).into(),
        https: Some(BuiltInHttps {
            listen: ([127, 0, 0, 1], https).into(),
            issuer: Url::parse(&format!("https://localhost:{https}/")).unwrap(),
        }),
        database_url: format!("sqlite://{}/idp.db", folder.0.display()),
        migration_database_url: None,
        management_calls_per_minute: 100,
        previous_secret: None,
        mail: None,
        outbound_allow: NetworkList::default(),
        management_client_id: "management".to_owned(),
        management_client_secret: "a secret".to_owned(),
    });
    config
}

/// Starts the server; retries on other ports if another process has taken one.
async fn start(database: &Database, folder: &Folder) -> Result<(Config, Server), StartError> {
    for _ in 0..20 {
        let config = with_https(database, folder).await;
        match Server::start(config.clone(), Clock::system(), Random::system()).await {
            Err(StartError::Listen { .. }) => {}
            outcome => return outcome.map(|server| (config, server)),
        }
    }
    panic!("no port stays free");
}

fn trusting(server: &Server) -> Client {
    let pem = std::fs::read(&server.certificate.as_ref().unwrap().file).unwrap();
    Client::builder().add_root_certificate(Certificate::from_pem(&pem).unwrap()).no_proxy().build().unwrap()
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_reaches_application_and_provider() {
    let (database, folder) = (Database::create().await, Folder::new("trust"));
    let (config, server) = start(&database, &folder).await.unwrap();
    let (application, plain) = (config.base_url.clone(), config.provider.issuer.url().clone());
    let secure = config.built_in.as_ref().unwrap().https.as_ref().unwrap().issuer.clone();
    let client = trusting(&server);

    let health = client.get(application.join("healthz").unwrap()).send().await.unwrap();
    assert_eq!(health.status(), 200);
    for issuer in [&plain, &secure] {
        let address = issuer.join(".well-known/openid-configuration").unwrap();
        let document: serde_json::Value = client.get(address).send().await.unwrap().json().await.unwrap();
        assert_eq!(document["issuer"], issuer.as_str());
    }
    let stranger = Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(application.join("healthz").unwrap()).send().await.is_err());

    // A clean shutdown closes the provider's database, which removes its write-ahead log.
    assert!(folder.0.join("idp.db-wal").exists());
    server.stop().await;
    assert!(folder.0.join("idp.db").exists() && !folder.0.join("idp.db-wal").exists());
}

#[tokio::test]
async fn the_certificate_is_created_once_with_a_private_key_file() {
    let (database, folder) = (Database::create().await, Folder::new("once"));
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (_, server) = start(&database, &folder).await.unwrap();
        seen.push(std::fs::read(&server.certificate.as_ref().unwrap().file).unwrap());
        server.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| std::fs::metadata(folder.0.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("https"), mode("https/key.pem")), (0o700, 0o600));
    }
}

#[tokio::test]
async fn an_unreadable_certificate_is_reported_with_a_remedy() {
    let (database, folder) = (Database::create().await, Folder::new("broken"));
    std::fs::create_dir_all(folder.0.join("https")).unwrap();
    std::fs::write(folder.0.join("https/certificate.pem"), "nothing").unwrap();
    let error = start(&database, &folder).await.unwrap_err().to_string();
    assert!(error.contains("certificate.pem cannot be read") && error.contains("Delete the folder"), "{error}");
}
