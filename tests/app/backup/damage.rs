//! What is refused, and that nothing is left behind then.

use std::{fs, path::Path, process::Command};

use tessera::testing::serve::{back_up, restore};

use super::place::{Place, Ports};

/// A new installation with the demo, and its backup.
async fn backed_up() -> (Place, String) {
    let place = Place::create(Ports::free().await).await;
    place.serve().await.stop().await;
    let file = place.file("tessera.backup");
    back_up(&place.config(), &file, false).await.unwrap();
    let text = fs::read_to_string(&file).unwrap();
    (place, text)
}

/// Restores `text` into `place` and returns the error. The place must then be as empty as before.
async fn refusal(place: &Place, text: &[u8]) -> String {
    let file = place.file("damaged.backup");
    fs::write(&file, text).unwrap();
    let error = restore(&place.config(), &file).await.unwrap_err().to_string();
    assert_empty(place).await;
    error
}

async fn assert_empty(place: &Place) {
    if place.is_postgres() {
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname IN ('public', 'identity_provider')";
        assert_eq!(place.texts("application", tables).await, Vec::<String>::new());
    }
    let files = fs::read_dir(&place.folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: Vec<_> = files.filter(|name| !name.ends_with(".backup")).collect();
    assert_eq!(files, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_is_not_a_whole_backup_leaves_nothing_behind() {
    let (place, text) = backed_up().await;
    let empty = Place::create(Ports::free().await).await;
    let lines: Vec<_> = text.lines().collect();
    let without = |left_out: usize| {
        let kept = lines.iter().copied().enumerate().filter(|(index, _)| *index != left_out);
        kept.flat_map(|(_, line)| [line, "\n"]).collect::<String>()
    };
    let person = lines.iter().position(|line| line.contains("\"table\":\"person\"")).unwrap();
    let (first, last) = (person + 1, lines.len() - 1);
    for (damaged, reason) in [
        (without(first), "checksum of the table differs"),
        (without(last), "ends too early"),
        (text[..text.len() / 2].to_owned(), "damaged at line"),
        (text.replacen("alice@acme.example", "malice@acme.example", 1), "checksum of the table differs"),
        (format!("{text}\n"), "something follows the last line"),
        (text.replacen("\"name\":\"application\"", "\"name\":\"applicatiom\"", 1), "checksum of the file differs"),
    ] {
        let error = refusal(&empty, damaged.as_bytes()).await;
        assert!(error.contains(reason) && error.contains("Nothing was restored"), "{reason}: {error}");
    }
    for foreign in [&b""[..], b"PK\x03\x04", b"{}\n", b"{\"tessera_backup\":1}\n"] {
        let error = refusal(&empty, foreign).await;
        assert!(error.contains("is not a backup of Tessera"), "{error}");
    }
    let error = refusal(&empty, b"{\"tessera_backup\":2,\"version\":\"9.1.0\"}\n").await;
    assert!(error.contains("newer than this program") && error.contains("9.1.0"), "{error}");
    restore(&empty.config(), &place.file("tessera.backup")).await.unwrap();
}

#[tokio::test]
async fn a_backup_of_a_newer_schema_is_refused() {
    let (place, _) = backed_up().await;
    let future = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        SELECT 9001, 'future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    place.execute("application", future).await;
    let file = place.file("newer.backup");
    back_up(&place.config(), &file, false).await.unwrap();
    let error = refusal(&Place::create(Ports::free().await).await, &fs::read(file).unwrap()).await;
    assert!(error.contains("newer than this program") && error.contains("9001"), "{error}");
}

#[tokio::test]
async fn only_empty_databases_are_filled() {
    let (place, _) = backed_up().await;
    let counts = "SELECT CAST(COUNT(*) AS TEXT) FROM person";
    place.execute("application", "UPDATE person SET name = 'Kept'").await;
    let error = restore(&place.config(), &place.file("tessera.backup")).await.unwrap_err().to_string();
    assert!(error.contains("The application database is not empty: "), "{error}");
    assert!(error.contains(if place.is_postgres() { "audit_log" } else { "tessera.db exists" }), "{error}");
    assert_eq!(place.texts("application", &format!("{counts} WHERE name = 'Kept'")).await, ["6"]);
    // The provider is not empty, so the application stays empty, too.
    let half = Place::create(Ports::free().await).await;
    if half.is_postgres() {
        half.execute("application", "CREATE SCHEMA identity_provider AUTHORIZATION tessera_owner").await;
        half.execute("application", "CREATE TABLE identity_provider.mine (id BIGINT)").await;
    } else {
        fs::write(half.file("idp.db"), "mine").unwrap();
    }
    let error = restore(&half.config(), &place.file("tessera.backup")).await.unwrap_err().to_string();
    assert!(error.contains("The provider database is not empty: "), "{error}");
    if half.is_postgres() {
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname IN ('public', 'identity_provider')";
        assert_eq!(half.texts("application", tables).await, ["mine"]);
    } else {
        assert!(!half.file("tessera.db").exists());
        assert_eq!(fs::read_to_string(half.file("idp.db")).unwrap(), "mine");
    }
}

#[tokio::test]
async fn a_configuration_with_other_databases_is_refused() {
    let (place, text) = backed_up().await;
    let mut tenant = Place::create(Ports::free().await).await;
    for (name, value) in [
        ("AUTH0_DOMAIN", "example.eu.auth0.com"),
        ("AUTH0_CLIENT_ID", "client"),
        ("AUTH0_CLIENT_SECRET", "secret"),
        ("AUTH0_AUDIENCE", "https://api.example.com/"),
    ] {
        tenant.set(name, value);
    }
    let error = refusal(&tenant, text.as_bytes()).await;
    assert!(error.contains("The file has a provider database"), "{error}");
    // The application alone is backed up where it has another provider.
    let file = place.file("application.backup");
    for (name, value) in place.variables().iter().filter(|(name, _)| name.ends_with("DATABASE_URL")) {
        tenant.set(name, value);
    }
    if !place.is_postgres() {
        tenant.set("DATABASE_URL", &format!("sqlite://{}", place.file("tessera.db").display()));
    }
    back_up(&tenant.config(), &file, false).await.unwrap();
    let error = refusal(&Place::create(Ports::free().await).await, &fs::read(file).unwrap()).await;
    assert!(error.contains("The file has no provider database"), "{error}");
}

fn run(place: &Place, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    let command = command.args(arguments).current_dir(&place.folder).env_clear().envs(place.variables());
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("backup")).collect()
}

#[tokio::test]
async fn the_commands_say_what_they_did_and_what_to_do() {
    let (place, text) = backed_up().await;
    let (ok, said) = run(&place, &["backup", "tessera.backup"]);
    assert!(!ok && said.contains("tessera.backup exists") && said.contains("--force"), "{said}");
    let (ok, said) = run(&place, &["backup", "tessera.backup", "--force"]);
    assert!(ok && said.contains("Wrote ") && said.contains(" rows of "), "{said}");
    assert_eq!(files(&place.folder), ["tessera.backup"]);
    // Neither a database nor anything else is replaced, nor what a link leads to.
    fs::write(place.file("other"), "something else").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.file("tessera.backup"), place.file("link")).unwrap();
    for name in ["other", "session-secret", "tessera.db", "link", "."] {
        if !place.file(name).exists() {
            continue; // no such database, or no links
        }
        let before = fs::read(place.file(name)).ok();
        let (ok, said) = run(&place, &["backup", name, "--force"]);
        assert!(!ok && said.contains("--force does not replace it"), "{name}: {said}");
        assert_eq!(fs::read(place.file(name)).ok(), before, "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(place.file("tessera.backup")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let (ok, said) = run(&place, &["backup", "no/such/folder/tessera.backup"]);
    assert!(!ok && said.contains("no/such/folder"), "{said}");

    let mut other = Place::create(Ports::free().await).await;
    fs::write(other.file("tessera.backup"), text).unwrap();
    other.set("SESSION_SECRET", "another secret with 32 characters");
    let (ok, said) = run(&other, &["restore", "tessera.backup"]);
    assert!(ok && said.contains("Restored ") && said.contains("made with another SESSION_SECRET"), "{said}");
    let (ok, said) = run(&other, &["restore", "tessera.backup"]);
    assert!(!ok && said.contains("not empty"), "{said}");
    let (ok, said) = run(&other, &["restore", "nothing.backup"]);
    assert!(!ok && said.contains("nothing.backup cannot be"), "{said}");
    // An installation without tables has nothing to back up.
    let empty = Place::create(Ports::free().await).await;
    let (ok, said) = run(&empty, &["backup", "tessera.backup"]);
    assert!(!ok && said.contains("database"), "{said}");
    assert_eq!(files(&empty.folder), Vec::<String>::new());
}
