//! A private `PostgreSQL` server, which a test may stop.

use std::{
    os::unix::{fs::chown, process::CommandExt as _},
    path::PathBuf,
    process::Command,
};

use super::Folder;

/// A server with the roles that docs/postgresql.md describes. Dropping the value stops it and removes its data.
pub struct Postgres {
    folder: Folder,
    programs: PathBuf,
    port: u16,
    /// The user that runs the server, if it cannot be the user of the tests: it refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Postgres {
    pub async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let server = Self { folder: Folder::create(), programs: programs(), port, user: other_user() };
        if let Some((user, group)) = server.user {
            chown(server.folder.path(), Some(user), Some(group)).unwrap();
        }
        server.run("initdb", &["--pgdata=data", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
        server.resume();
        server.execute("postgres", "CREATE ROLE tessera_app LOGIN").await;
        server.execute("postgres", "CREATE ROLE tessera_owner LOGIN CREATEROLE IN ROLE tessera_app").await;
        server.execute("postgres", "CREATE DATABASE tessera OWNER tessera_owner").await;
        server
    }

    /// `DATABASE_URL` and `MIGRATION_DATABASE_URL`.
    pub fn urls(&self) -> (String, String) {
        (self.url("tessera_app", "tessera"), self.url("tessera_owner", "tessera"))
    }

    /// The address of the superuser, whom no policy binds.
    pub fn admin_url(&self) -> String {
        self.url("postgres", "tessera")
    }

    fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    async fn execute(&self, database: &str, sql: &'static str) {
        use sqlx::{Connection as _, Executor as _};
        let mut admin = sqlx::PgConnection::connect(&self.url("postgres", database)).await.unwrap();
        admin.execute(sql).await.unwrap();
        admin.close().await.unwrap();
    }

    /// Stops the server, as a restart does: it ends all connections.
    pub fn stop(&self) {
        self.run("pg_ctl", &["--pgdata=data", "--mode=fast", "--silent", "--wait", "stop"]);
    }

    /// Starts the server.
    pub fn resume(&self) {
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", self.port);
        let options = format!("--options={options}");
        self.run("pg_ctl", &["--pgdata=data", "--log=log", &options, "--silent", "--wait", "start"]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.folder.path().join("output");
        let output = std::fs::File::options().create(true).append(true).open(output).unwrap();
        let mut command = Command::new(self.programs.join(program));
        // The server keeps the standard output of the command that starts it, so it must be none that somebody waits for.
        command.args(arguments).current_dir(self.folder.path()).stdout(output.try_clone().unwrap()).stderr(output);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        let status = command.status().unwrap_or_else(|error| panic!("{program}: {error}"));
        let said = || std::fs::read_to_string(self.folder.path().join("output")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments:?}: {}", said());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() {
            let mut command = Command::new(self.programs.join("pg_ctl"));
            command.args(["--pgdata=data", "--mode=immediate", "--silent", "stop"]).current_dir(self.folder.path());
            if let Some((user, group)) = self.user {
                command.uid(user).gid(group);
            }
            _ = command.status();
        }
    }
}

/// Returns the folder with `initdb` and `pg_ctl`: `TEST_POSTGRES_BIN`, or the newest that Debian has installed.
fn programs() -> PathBuf {
    if let Some(folder) = std::env::var_os("TEST_POSTGRES_BIN") {
        return folder.into();
    }
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = installed.map(|entry| entry.path()).filter(|path| version(path).is_some()).max_by_key(version);
    newest.expect("this test needs PostgreSQL: set TEST_POSTGRES_BIN to the folder with initdb").join("bin")
}

/// Returns user and group for the server, if the tests run as root.
fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}
