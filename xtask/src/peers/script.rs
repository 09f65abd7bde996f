//! Clients in another language: a script of `xtask/peers`, one JSON line a phase to it, one back.
//! Owns the conversation and its time-outs; refuses to outlive it: a script ends, with all that it
//! started, when its standard input does.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::clock;
use super::home::{Home, list};
use super::work::{Driver, Outcome, Work};

/// On top of the phase's own time: starting clients, and the calls that are under way at its end.
const GRACE: Duration = Duration::from_secs(120);
const ENDS_WITHIN: Duration = Duration::from_secs(15);

pub struct Script {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

/// The MCP client for one subject, which the script knows by name.
pub fn python(home: &Home, subject: &str, folder: &Path, options: &Value) -> Result<Script> {
    let python = home.mcp_client()?.join("bin/python");
    Script::start(
        Command::new(python).arg(list("coordination.py")),
        subject,
        folder,
        options,
    )
}

/// Queue libraries, from the Node and the packages of npm installed here.
pub fn node(home: &Home, subject: &str, folder: &Path, options: &Value) -> Result<Script> {
    // Node looks for packages beside the script, so the script goes to where they are.
    let script = home.node()?.join("queues.mjs");
    std::fs::copy(list("queues.mjs"), &script)?;
    let node = home.node_binary()?;
    Script::start(Command::new(node).arg(script), subject, folder, options)
}

impl Script {
    fn start(command: &mut Command, subject: &str, folder: &Path, options: &Value) -> Result<Self> {
        let log = std::fs::File::create(folder.join("client.log"))?;
        let mut child = command
            .args([subject, &folder.to_string_lossy(), &options.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .process_group(0)
            .current_dir(folder)
            .spawn()
            .context("start the client's script")?;
        let output = child.stdout.take().context("read what the script says")?;
        let (said, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if said.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            input: child.stdin.take(),
            child,
            lines,
        })
    }

    fn ask(
        &mut self,
        verb: &str,
        work: Work,
        kill: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Outcome> {
        let input = self.input.as_mut().context("the script has ended")?;
        writeln!(input, "{}", work.to_json(verb))?;
        input.flush()?;
        let limit = Duration::from_secs(work.seconds) + GRACE;
        loop {
            let line = self.line(limit)?;
            let answer: Value =
                serde_json::from_str(&line).with_context(|| format!("the script said `{line}`"))?;
            if answer.get("kill").is_some() {
                kill()?;
            } else if let Some(error) = answer["error"].as_str() {
                bail!("{error}");
            } else {
                return Outcome::from_json(&answer);
            }
        }
    }

    fn line(&self, limit: Duration) -> Result<String> {
        let started = clock::now();
        while started.elapsed() < limit {
            match self.lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("the client's script ended early"),
            }
        }
        bail!("the client's script said nothing for {} s", limit.as_secs());
    }
}

impl Driver for Script {
    fn write(&mut self, work: Work, kill: &mut dyn FnMut() -> Result<()>) -> Result<Outcome> {
        self.ask("write", work, kill)
    }

    fn read(&mut self, work: Work) -> Result<Outcome> {
        self.ask("read", work, &mut || Ok(()))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.input.take());
        let started = clock::now();
        while started.elapsed() < ENDS_WITHIN {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
