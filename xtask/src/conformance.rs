//! `cargo xtask conformance`: the official MCP suite against a real server. Owns the run for each
//! protocol version; refuses to excuse a failure that the expected-failures file does not name.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell;
use crate::tools::{self, Tools};

const REVISIONS: [&str; 2] = ["2025-11-25", "2026-07-28"];
const SUITE: &str = "@modelcontextprotocol/conformance/dist/index.js";
/// How long a server may take to say where it listens.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);

pub fn run() -> Result<bool> {
    let tools = tools::install()?;
    let mut build = shell::cargo();
    build.args(["build", "--package", "paceline", "--bin", "paceline"]);
    ensure!(shell::succeeds(&mut build)?, "the server does not build");
    let server = Server::start()?;
    let mut failed = 0;
    for revision in REVISIONS {
        println!("conformance: {revision}");
        if !shell::succeeds(&mut suite(&tools, &server, revision))? {
            failed += 1;
        }
    }
    println!(
        "{} passed, {failed} failed (protocol versions)",
        REVISIONS.len() - failed
    );
    Ok(failed == 0)
}

/// Exactly what a revision requires, frozen at its release, on that revision's wire.
fn suite(tools: &Tools, server: &Server, revision: &str) -> Command {
    let mut suite = shell::command(&tools.node);
    suite
        .arg(tools.node_modules.join(SUITE))
        .args(["server", "--url", &format!("{}/mcp", server.url)])
        .args(["--requirements", revision])
        .arg("--expected-failures")
        .arg(format!(
            "crates/paceline/tests/conformance/expected-failures-{revision}.yml"
        ))
        .arg("--output-dir")
        .arg(shell::target().join("conformance").join(revision));
    suite
}

/// A server with fixture tools on a data directory that goes away with it.
struct Server {
    child: Child,
    url: String,
    data: std::path::PathBuf,
}

impl Server {
    fn start() -> Result<Self> {
        let data = shell::target().join(format!("conformance/data-{}", std::process::id()));
        let mut child = Command::new(shell::target().join("debug/paceline"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("PACELINE_MCP_FIXTURES", "1")
            .stderr(Stdio::piped())
            .spawn()
            .context("start the server")?;
        let lines = child.stderr.take().context("read what the server says")?;
        let url = match listening_at(lines) {
            Ok(url) => url,
            Err(error) => {
                let _ = child.kill();
                return Err(error);
            }
        };
        Ok(Self { child, url, data })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Waits for `listening on http://…`, then keeps reading so that the server never blocks on a pipe.
fn listening_at(lines: impl std::io::Read + Send + 'static) -> Result<String> {
    let (found, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            if let Some((_, url)) = line.split_once("listening on ") {
                let _ = found.send(url.trim().to_owned());
            }
        }
    });
    match wait.recv_timeout(LISTENS_WITHIN) {
        Ok(url) => Ok(url),
        Err(_) => bail!("the server did not say where it listens"),
    }
}
