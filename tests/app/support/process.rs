//! The application as a separate process, which can be killed.

use std::process::{Child, Command, Stdio};

use tokio::net::TcpListener;

use super::{app::SECRET, database::Database, management::Management, provider::Provider, tokens};

/// A running `tessera serve`.
pub struct Process {
    child: Child,
    /// The base URL of the application, which ends with `/`.
    pub url: url::Url,
}

impl Process {
    /// Starts the process at `at`, or at a free port, and waits until it answers.
    pub async fn start(
        database: &Database,
        provider: &Provider,
        management: &Management,
        at: Option<&url::Url>,
    ) -> Self {
        let port = match at {
            Some(url) => url.port().unwrap(),
            None => TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port(),
        };
        let url = url::Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .arg("serve")
            .current_dir(std::env::temp_dir())
            .env_clear()
            .env("LEPTOS_SITE_ROOT", crate::site::folder())
            .envs([
                ("PORT", port.to_string().as_str()),
                ("APP_BASE_URL", url.as_str()),
                ("DATABASE_URL", &database.url),
                ("SESSION_SECRET", SECRET),
                ("AUTH0_ISSUER_URL", &provider.issuer),
                ("AUTH0_CLIENT_ID", tokens::CLIENT_ID),
                ("AUTH0_CLIENT_SECRET", super::provider::CLIENT_SECRET),
                ("AUTH0_AUDIENCE", tokens::AUDIENCE),
                ("AUTH0_MANAGEMENT_CLIENT_ID", &management.config.client_id),
                ("AUTH0_MANAGEMENT_CLIENT_SECRET", &management.config.client_secret),
                ("AUTH0_MANAGEMENT_AUDIENCE", &management.config.audience),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { child, url };
        for _ in 0..600 {
            if reqwest::get(process.url.join("healthz").unwrap()).await.is_ok_and(|answer| answer.status() == 200) {
                return process;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the process does not answer");
    }

    /// Kills the process as `kill -9` does; returns its base URL.
    pub fn kill(mut self) -> url::Url {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.url.clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
