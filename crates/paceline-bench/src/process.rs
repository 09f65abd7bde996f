//! The process under test. Owns starting a server or the ceiling in a process of its own, its
//! address, its data and its end; refuses to run either inside this process, where both would
//! share an allocator, a runtime and a profile with the client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};

const START_SECONDS_MAX: u64 = 30;
/// The kernel's unit for processor time in `/proc`, fixed by its interface (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// A server to drive.
pub struct Subject {
    pub address: SocketAddr,
    child: Option<Child>,
    /// Deleted after the child is gone: fields are dropped in this order.
    data: Option<TempDir>,
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    pub resident: u64,
    /// Without what is mapped from files, which the kernel may take back.
    pub anonymous: u64,
    pub resident_peak: u64,
}

/// How to start one.
#[derive(Clone, Debug)]
pub struct Launcher {
    pub program: PathBuf,
    pub data: PathBuf,
}

impl Launcher {
    /// A folder of its own for one process, gone when that is.
    pub fn folder(&self) -> Result<TempDir> {
        tempfile::Builder::new()
            .prefix("paceline-bench-")
            .tempdir_in(&self.data)
            .with_context(|| format!("cannot make a folder in `{}`", self.data.display()))
    }

    pub async fn server(&self, flags: &[&str]) -> Result<Subject> {
        self.server_on(self.folder()?, flags).await
    }

    /// On what an earlier server left.
    pub async fn server_on(&self, data: TempDir, flags: &[&str]) -> Result<Subject> {
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .args(flags);
        // The size of the log would depend on how fast the server is.
        command.env("RUST_LOG", "warn,paceline=info");
        start(command, Some(data)).await
    }

    pub async fn ceiling(&self) -> Result<Subject> {
        let mut command = Command::new(&self.program);
        command.arg("bench-ceiling");
        start(command, None).await
    }
}

impl Subject {
    /// A server that somebody else runs.
    pub fn running(address: SocketAddr) -> Self {
        Self {
            address,
            child: None,
            data: None,
        }
    }

    /// Any other server, started by the caller.
    pub fn adopted(address: SocketAddr, child: Child, data: TempDir) -> Self {
        Self {
            address,
            child: Some(child),
            data: Some(data),
        }
    }

    /// Where it keeps its data; none where somebody else runs it.
    pub fn folder(&self) -> Option<&Path> {
        self.data.as_ref().map(TempDir::path)
    }

    /// None where the system does not say.
    pub fn memory(&self) -> Option<Memory> {
        let pid = self.child.as_ref()?.id()?;
        parse_memory(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
    }

    /// Whether its process has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        let child = self.child.as_mut();
        child.is_some_and(|child| !matches!(child.try_wait(), Ok(None)))
    }

    /// Processor seconds that its process has used so far; none where that is unknown.
    pub fn cpu_seconds(&self) -> Option<f64> {
        let pid = self.child.as_ref()?.id()?;
        cpu_seconds(&format!("/proc/{pid}/stat"))
    }

    pub async fn stop(self) {
        drop(self.stop_and_keep().await);
    }

    /// Stops it and answers its folder; none where somebody else runs it.
    pub async fn stop_and_keep(mut self) -> Option<TempDir> {
        if let Some(mut child) = self.child.take() {
            // Killed without ceremony: durability is what it answered, not how it ends.
            let _ = child.kill().await;
        }
        self.data.take()
    }
}

/// Processor seconds of this process.
pub fn own_cpu_seconds() -> Option<f64> {
    cpu_seconds("/proc/self/stat")
}

fn cpu_seconds(path: &str) -> Option<f64> {
    parse_cpu_seconds(&std::fs::read_to_string(path).ok()?)
}

/// The second field is the program's name in parentheses and may hold anything.
fn parse_cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat
        .get(stat.rfind(')')? + 1..)?
        .split_whitespace()
        .skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

fn parse_memory(status: &str) -> Option<Memory> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: u64 = line
            .strip_prefix(':')?
            .split_whitespace()
            .next()?
            .parse()
            .ok()?;
        Some(kilobytes * 1_024)
    };
    Some(Memory {
        resident: field("VmRSS")?,
        anonymous: field("RssAnon")?,
        resident_peak: field("VmHWM")?,
    })
}

async fn start(mut command: Command, data: Option<TempDir>) -> Result<Subject> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Ctrl-C reaches the whole foreground group; the server has to outlive it until the figures of
    // the interrupted run are in.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().with_context(|| {
        format!(
            "cannot start `{}`",
            command.as_std().get_program().display()
        )
    })?;
    let stderr = child
        .stderr
        .take()
        .context("the process has no standard error")?;
    let limit = Duration::from_secs(START_SECONDS_MAX);
    let address = tokio::time::timeout(limit, announced(stderr))
        .await
        .with_context(|| format!("the server said no address within {START_SECONDS_MAX} s"))??;
    Ok(Subject {
        address,
        child: Some(child),
        data,
    })
}

/// Reads up to the line that names the address, then keeps the pipe empty.
async fn announced(stderr: ChildStderr) -> Result<SocketAddr> {
    let mut lines = BufReader::new(stderr).lines();
    let mut said = String::new();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = parse_announcement(&line) {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(address);
        }
        said.push_str(&line);
        said.push('\n');
    }
    bail!(
        "the server ended before it listened; it said: {}",
        said.trim()
    )
}

fn parse_announcement(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("listening on http://")?;
    after
        .split(|symbol: char| symbol.is_whitespace() || symbol == '/')
        .next()?
        .parse()
        .ok()
}

/// The binary that runs now, unless another is named.
pub fn program(named: Option<&Path>) -> Result<PathBuf> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None => std::env::current_exe().context("cannot find this program's own file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_that_announces_it() {
        let check = |line, expected: Option<&str>| {
            assert_eq!(
                parse_announcement(line)
                    .map(|found| found.to_string())
                    .as_deref(),
                expected
            );
        };
        check("listening on http://127.0.0.1:4711", Some("127.0.0.1:4711"));
        check(
            "INFO listening on http://[::1]:80/ data=x",
            Some("[::1]:80"),
        );
        check("opening the store", None);
        check("listening on http://nowhere", None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t1024 kB\nRssAnon:\t 1000 kB\n";
        let expected = Memory {
            resident: 1 << 20,
            anonymous: 1_024_000,
            resident_peak: 2 << 20,
        };
        assert_eq!(parse_memory(status), Some(expected));
        assert_eq!(parse_memory("Name:\tx\n"), None);
    }

    #[test]
    fn processor_time_is_read_past_a_hostile_name() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(parse_cpu_seconds(stat), Some(2.0));
        assert_eq!(parse_cpu_seconds("7 (x"), None);
    }
}
