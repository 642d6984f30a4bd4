//! The program as a process with its own data and ports, which can be killed and started again.

use std::{
    fs::File,
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use reqwest::StatusCode;

use super::{Folder, PATIENCE};

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `DATABASE_URL` and `MIGRATION_DATABASE_URL`; a `SQLite` file without it.
    pub postgres: Option<(String, String)>,
    /// `SHUTDOWN_DELAY` in seconds.
    pub shutdown_delay: u32,
    /// Further variables.
    pub variables: Vec<(&'static str, String)>,
}

/// A running `tessera serve` as a demo. Dropping the value kills it.
pub struct Program {
    options: Options,
    pub folder: Folder,
    port: u16,
    provider_port: u16,
    child: Child,
}

impl Program {
    /// Starts the program on free ports, and waits until it is ready.
    pub async fn start(options: Options) -> Self {
        let (folder, [port, provider_port]) = (Folder::create(), free_ports());
        let child = spawn(&options, &folder, port, provider_port);
        let program = Self { options, folder, port, provider_port, child };
        program.until_ready().await;
        program
    }

    /// The address of the application, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The address of `tessera.db`.
    pub fn sqlite_url(&self) -> String {
        format!("sqlite://{}/tessera.db", self.folder.path().display())
    }

    #[cfg(target_os = "linux")]
    pub fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The issuer of the built-in provider.
    pub fn issuer(&self) -> String {
        format!("http://localhost:{}/", self.provider_port)
    }

    /// Kills the process, as `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the program again with the same data and ports, and waits until it is ready.
    pub async fn restart(&mut self) {
        self.child = spawn(&self.options, &self.folder, self.port, self.provider_port);
        self.until_ready().await;
    }

    /// Asks the process to stop, as a supervisor does.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end of the process; returns how it ended.
    pub async fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the process does not end: {}", self.log());
    }

    /// Asks a probe; returns the status and the text. Each probe uses a connection of its own.
    pub async fn probe(&self, path: &str) -> Option<(StatusCode, String)> {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
        let answer = client.get(format!("{}{path}", self.url())).send().await.ok()?;
        Some((answer.status(), answer.text().await.ok()?))
    }

    pub async fn until_ready(&self) {
        let started = Instant::now();
        let mut last = None;
        while started.elapsed() < PATIENCE {
            last = self.probe("/readyz").await;
            if last.as_ref().is_some_and(|(status, _)| *status == StatusCode::OK) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the process is not ready: {last:?} {}", self.log());
    }

    /// What the process has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn spawn(options: &Options, folder: &Folder, port: u16, provider_port: u16) -> Child {
    let log = File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
    // A file that would grow beyond a limit is then an error of the write, not the end of the process.
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_tessera")])
        .current_dir(folder.path())
        .env_clear()
        .env("HOST", "127.0.0.1")
        .env("PORT", port.to_string())
        .env("IDP_ADDR", format!("127.0.0.1:{provider_port}"))
        .env("DATA_DIR", folder.path())
        .env("LEPTOS_SITE_ROOT", crate::site::folder())
        .env("LEPTOS_HASH_FILES", "false")
        .env("SHUTDOWN_DELAY", options.shutdown_delay.to_string())
        .envs(options.variables.iter().map(|(name, value)| (name, value)))
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    if let Some((application, owner)) = &options.postgres {
        command.env("DATABASE_URL", application).env("MIGRATION_DATABASE_URL", owner);
    }
    command.spawn().unwrap()
}

/// Returns ports that nothing listens on at the moment.
pub fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let listeners = [(); COUNT].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
