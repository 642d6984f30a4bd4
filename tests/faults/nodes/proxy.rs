//! `HAProxy` with the configuration that docs/scaling.md recommends.

use std::{
    fs::File,
    process::{Child, Command},
};

use crate::support::{Folder, Program};

/// A running proxy in front of two nodes. Dropping the value kills it.
pub struct Proxy {
    folder: Folder,
    child: Child,
}

impl Proxy {
    /// Starts the proxy on a port of loopback. `TEST_HAPROXY` names its program.
    pub fn start(port: u16, nodes: [&Program; 2]) -> Self {
        let folder = Folder::create();
        let log = File::create(folder.path().join("log")).unwrap();
        let program = std::env::var("TEST_HAPROXY").unwrap_or_else(|_| "/usr/sbin/haproxy".to_owned());
        let [one, two] = nodes.map(|node| format!("127.0.0.1:{}", node.port()));
        let mut command = Command::new(&program);
        command
            .args(["-db", "-f", concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/haproxy/haproxy.cfg")])
            .env_clear()
            .env("TESSERA_BIND", format!("127.0.0.1:{port}"))
            .env("TESSERA_NODE_1", one)
            .env("TESSERA_NODE_2", two)
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"));
        Self { folder, child }
    }

    /// What the proxy has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
