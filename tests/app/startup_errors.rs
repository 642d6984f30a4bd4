//! Errors at startup: each names the cause and a remedy.

use std::{net::SocketAddr, path::Path, process::Command};

use tessera::testing::{
    kernel::{clock::Clock, random::Random},
    serve::{Server, StartError},
    server::db::{Db, OpenError},
};
use tokio::net::TcpListener;

use crate::support::{Database, NEEDS_POSTGRES, config};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_port_in_use_is_reported_with_a_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = taken.local_addr().unwrap();
    let database = Database::create().await;
    let config = config(&database, "http://localhost:1/", address, "http://localhost:3000/");
    let error = Server::start(config, Clock::system(), Random::system()).await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    let text = error.to_string();
    assert!(text.contains(&address.to_string()) && text.contains("PORT"), "{text}");
}

#[tokio::test]
async fn an_unreachable_database_is_reported_without_its_password() {
    let database = Database::create().await;
    let mut config = config(&database, "http://localhost:1/", "127.0.0.1:0".parse().unwrap(), "http://localhost:3000/");
    "postgres://me:hush@127.0.0.1:1/none".clone_into(&mut config.database_url);
    let error = Server::start(config, Clock::system(), Random::system()).await.unwrap_err();
    assert!(matches!(error, StartError::Database(OpenError::Connect { .. })));
    let text = error.to_string();
    assert!(text.contains("DATABASE_URL") && text.contains("127.0.0.1:1") && !text.contains("hush"), "{text}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn an_address_to_listen_at_that_gets_no_notifications_is_reported() {
    let (database, other) = (Database::create().await, Database::create().await);
    let start = async |listen: &str| {
        let address = "127.0.0.1:0".parse().unwrap();
        let mut config = config(&database, "http://localhost:1/", address, "http://localhost:3000/");
        config.listen_database_url = Some(listen.to_owned());
        Server::start(config, Clock::system(), Random::system()).await
    };
    let nowhere = "postgres://me:hush@127.0.0.1:1/none";
    for (listen, expected) in [(other.url.as_str(), "the same database"), (nowhere, "cannot be listened at")] {
        let error = start(listen).await.unwrap_err();
        assert!(matches!(error, StartError::Listener(_)), "{error}");
        let text = error.to_string();
        assert!(text.contains("LISTEN_DATABASE_URL") && text.contains(expected) && !text.contains("hush"), "{text}");
    }
    start(&database.url).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_left_unchanged() {
    let file = std::env::temp_dir().join(format!("tessera_no_database_{}", std::process::id()));
    std::fs::write(&file, "a letter to grandmother ".repeat(100)).unwrap();
    let error = Db::open(&format!("sqlite://{}", file.display()), None).await.unwrap_err();
    assert!(error.to_string().contains("DATABASE_URL"), "{error}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("a letter"));
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_created_is_reported() {
    let error = Db::open("sqlite:///proc/nowhere/tessera.db", None).await.unwrap_err();
    assert!(matches!(error, OpenError::Connect { .. }), "{error}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_missing_database_is_reported_by_name() {
    let mut url = crate::postgres::server().expect(NEEDS_POSTGRES);
    url.set_path("no_such_database");
    let error = Db::open(url.as_str(), None).await.unwrap_err();
    assert!(matches!(error, OpenError::Connect { .. }), "{error}");
    assert!(error.to_string().contains("no_such_database"), "{error}");
}

#[tokio::test]
async fn a_migrated_database_is_reopened_unchanged() {
    let database = Database::create().await;
    for _ in 0..2 {
        let db = Db::open(&database.url, None).await.unwrap();
        db.check_write().await.unwrap();
        db.close().await;
    }
}

#[test]
fn a_misspelt_variable_stops_the_program() {
    for (variables, expected) in [
        (&[("AUTH0_DOMIAN", "example.eu.auth0.com")][..], "Did you mean AUTH0_DOMAIN?"),
        (&[("AUTH0_CLIENT_ID", "client")], "neither AUTH0_DOMAIN nor AUTH0_ISSUER_URL"),
        (&[("IDP_DEMO", "true"), ("IDP_ALLOW_PUBLIC", "true"), ("SESSION_SECRET", SECRET)], "IDP_DEMO is true, but"),
        (&[("IDP_DEMO", "true"), ("HOST", "0.0.0.0"), ("SESSION_SECRET", SECRET)], "HOST makes it listen on 0.0.0.0"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
        command.current_dir(std::env::temp_dir()).env_clear().envs(variables.iter().copied());
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && text.contains(expected), "{text}");
    }
}

/// What a command prints on the standard error when it fails, with its data in `folder`.
fn refusal(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(arguments).current_dir(folder).env_clear().env("DATA_DIR", folder).envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_command_says_which_of_its_words_is_wrong() {
    let folder = std::env::temp_dir().join(format!("tessera_commands_{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    for (arguments, expected) in [
        (&["seed", "--organization", "nowhere", "--project", "NEW"][..], "There is no organization named “nowhere”"),
        (&["seed", "--organization", "acme", "--project", "WEB"], "key: WEB is taken by another project here"),
        (&["seed", "--organization", "acme", "--project", "9"], "Use 2 to 8 letters and digits"),
        (
            &["seed-workspaces", "--person", "eve@example.com"],
            "“eve@example.com” is nobody of the demo. Use one of alice@",
        ),
        (&["seed-scale", "--largest", "nowhere"], "There is no organization named “nowhere”"),
        (&["invite", "nowhere", "eve@example.com"], "there is no organization named nowhere"),
        (&["invite", "acme", "eve"], "eve is not an e-mail address"),
        (&["invite", "acme", "eve@example.com", "--role", "boss"], "use viewer, member, admin or owner"),
        (&["restore", "missing"], "missing"),
        (&["move-to-postgres"], "DATABASE_URL"),
        (&["unknown"], "unrecognized subcommand 'unknown'"),
    ] {
        let text = refusal(&folder, arguments, &[]);
        assert!(text.contains(expected), "{arguments:?}: {text}");
        for vague in ["not found", "invalid input", "unknown name", "\u{1b}"] {
            assert!(!text.contains(vague), "{arguments:?}: {text}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_folder_without_the_built_site_stops_the_start() {
    let folder = std::env::temp_dir().join(format!("tessera_no_site_{}", std::process::id()));
    std::fs::create_dir_all(folder.join("site/pkg")).unwrap();
    // A folder that is not there, and one with the files of another build.
    for (root, missing) in [("nowhere", "nowhere/pkg/tessera.css"), ("site", "site/pkg/tessera.wasm")] {
        for file in ["tessera.css", "tessera.js"] {
            std::fs::write(folder.join("site/pkg").join(file), "").unwrap();
        }
        let variables = [("LEPTOS_SITE_ROOT", root), ("PORT", "0"), ("IDP_ADDR", "127.0.0.1:0")];
        let text = refusal(&folder, &["serve"], &variables);
        assert!(text.contains(&format!("LEPTOS_SITE_ROOT is “{root}”, but {missing} is not there")), "{text}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let folder = std::env::temp_dir().join(format!("tessera_log_{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.arg("migrate").current_dir(&folder).env_clear().env("DATA_DIR", &folder).env("LOG", "debug");
    let output = command.output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && log.contains("DEBUG") && !log.contains('\u{1b}'), "{log}");
    std::fs::remove_dir_all(folder).unwrap();
}
