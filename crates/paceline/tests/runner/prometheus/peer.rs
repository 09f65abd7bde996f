//! A real Prometheus beside the server. Owns its process, its port and its configuration's file.

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use tempfile::TempDir;

const STARTS_WITHIN: Duration = Duration::from_secs(60);
const READY: &str = "Server is ready to receive web requests";

pub struct Prometheus {
    child: Child,
    pub url: String,
    _home: TempDir,
}

/// The program as Debian's package `prometheus` installs it, or another named by the environment.
pub fn program(name: &str) -> String {
    let variable = format!("PACELINE_TEST_{}", name.to_uppercase().replace('-', "_"));
    std::env::var(variable).unwrap_or_else(|_| name.to_owned())
}

impl Prometheus {
    pub fn start() -> Self {
        Self::start_on(free_port(), "global: {}\n")
    }

    pub fn start_on(port: u16, config: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let listen = format!("127.0.0.1:{port}");
        let mut child = prometheus(home.path(), &listen, config)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("no `prometheus` ({error}): `cargo xtask test` installs Debian's package")
            });
        wait_until_ready(child.stderr.take().expect("its error stream"));
        Self {
            child,
            url: format!("http://{listen}"),
            _home: home,
        }
    }

    /// Such as 2.42.0.
    pub fn version(&self) -> String {
        let mut connection = crate::http::Connection::to(&self.url);
        let info = connection
            .get("/api/v1/status/buildinfo")
            .expect("buildinfo");
        info.json()["data"]["version"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

fn prometheus(home: &Path, listen: &str, text: &str) -> Command {
    let config = home.join("prometheus.yml");
    std::fs::write(&config, text).expect("its configuration");
    let flag = |name: &str, value: &str| format!("--{name}={value}");
    let mut command = Command::new(program("prometheus"));
    command
        .arg(flag("config.file", &config.to_string_lossy()))
        .arg(flag(
            "storage.tsdb.path",
            &home.join("data").to_string_lossy(),
        ))
        .arg(flag("web.listen-address", listen))
        .arg("--web.enable-remote-write-receiver")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// It is free now; nobody else here takes ports by number.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Reads on to the end, so that it never blocks on a full pipe.
fn wait_until_ready(stream: impl Read + Send + 'static) {
    let (ready, found) = channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
            if line.contains(READY) {
                let _ = ready.send(Ok(()));
            }
        }
        let _ = ready.send(Err(said));
    });
    match found.recv_timeout(STARTS_WITHIN) {
        Ok(Ok(())) => {}
        Ok(Err(said)) => panic!("Prometheus ended:\n{said}"),
        Err(_) => panic!("Prometheus was not ready within {STARTS_WITHIN:?}"),
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
