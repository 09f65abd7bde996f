//! Servers in the foreground: one process, one folder, one port on loopback. Owns starting, killing,
//! starting again and ending them; refuses processes that it did not start.

use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::clock;
use super::lifeline::Lifeline;
use crate::shell;

/// How long a server may take until it is ready, recovery included.
const READY_WITHIN: Duration = Duration::from_secs(60);

type Launch = Box<dyn Fn(&Path) -> Command>;
/// Whether the server behind the port does its work yet.
pub type Probe = fn(u16) -> bool;

pub struct Server {
    child: Option<(Child, Lifeline)>,
    port: u16,
    folder: PathBuf,
    launch: Launch,
    is_ready: Probe,
}

impl Server {
    pub fn start(
        port: u16,
        folder: &Path,
        is_ready: Probe,
        launch: impl Fn(&Path) -> Command + 'static,
    ) -> Result<Self> {
        let mut server = Self {
            child: None,
            port,
            folder: folder.to_owned(),
            launch: Box::new(launch),
            is_ready,
        };
        server.start_again()?;
        Ok(server)
    }

    /// Of its process; none after it was killed.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(|(child, _)| child.id())
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// As `kill -9`, of the server and what it started: nothing is flushed, nothing is said.
    pub fn kill(&mut self) -> Result<()> {
        if let Some((mut child, _lifeline)) = self.child.take() {
            // The standard library kills single processes only, and the `kill` programs disagree on
            // how a group is written; every shell has the same.
            let mut group = Command::new("sh");
            group.args(["-c", "kill -9 \"-$1\"", "sh", &child.id().to_string()]);
            let _ = shell::quiet(&mut group);
            child.kill().context("kill the server")?;
            child.wait()?;
        }
        Ok(())
    }

    /// On the same folder and port; returns when it is ready.
    ///
    /// A server that ends at once is started again until the time is up: after a kill, PostgreSQL's
    /// remaining processes hold on to the folder for a moment.
    pub fn start_again(&mut self) -> Result<()> {
        self.kill()?;
        let (port, is_ready) = (self.port, self.is_ready);
        self.child = Some(self.spawn()?);
        clock::wait_until("the server's start", READY_WITHIN, || {
            if let Some(status) = self.ended()? {
                if !self.is_worth_another_try() {
                    bail!("the server ended with {status}: {}", self.last_words());
                }
                self.child = Some(self.spawn()?);
            }
            Ok(is_ready(port))
        })
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let child = self.child.as_mut();
        Ok(child.map_or(Ok(None), |(child, _)| child.try_wait())?)
    }

    fn spawn(&self) -> Result<(Child, Lifeline)> {
        let mut command = (self.launch)(&self.folder);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Its own group: Ctrl-C reaches this program alone, and its end their watchers.
            .process_group(0)
            .current_dir(&self.folder);
        let child = command
            .spawn()
            .with_context(|| format!("start `{}`", command.get_program().to_string_lossy()))?;
        let lifeline = Lifeline::of_group(child.id())?;
        Ok((child, lifeline))
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn is_worth_another_try(&self) -> bool {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let last = log.lines().rev().take(5);
        last.into_iter()
            .any(|line| line.contains("is still in use") || line.contains("is another postmaster"))
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let mut lines: Vec<_> = log.lines().rev().take(5).collect();
        lines.reverse();
        lines.join(" / ")
    }
}

/// Enough for a server that listens only once it is ready.
pub fn accepts(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
