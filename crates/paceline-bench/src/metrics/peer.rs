//! Who is measured. Owns how each subject is started, where it takes pushes and answers questions;
//! refuses to start one as a service or on another address than this machine's own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tempfile::TempDir;
use tokio::process::Command;

use crate::clock;
use crate::http::{Connection, Request};
use crate::process::{Launcher, Subject};

const START_SECONDS_MAX: u64 = 30;
const POLL: Duration = Duration::from_millis(20);

/// The engine judges what is too old by the newest time that it has, and a past is pushed: the
/// server's own series would be newer.
const PACELINE: &[&str] = &["--metrics-own-interval", "none"];

/// Prometheus takes late samples only where its file says so; nothing is scraped.
const PROMETHEUS_CONFIG: &str = "\
storage:
  tsdb:
    out_of_order_time_window: 1h
";

/// A server under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    Paceline,
    VictoriaMetrics,
    Prometheus,
}

/// What differs between them on the wire.
pub struct Spec {
    pub name: &'static str,
    /// Debian's package and program.
    package: &'static str,
    program: &'static str,
    ready: &'static str,
    pub write: &'static str,
    pub query: &'static str,
    /// Added to questions so that each is answered from samples and not from an earlier answer.
    pub uncached: &'static str,
}

impl Peer {
    pub const OTHERS: [Self; 2] = [Self::VictoriaMetrics, Self::Prometheus];

    pub fn spec(self) -> Spec {
        match self {
            Self::Paceline => Spec {
                name: "paceline",
                package: "",
                program: "",
                ready: "/readyz",
                write: "/prometheus/api/v1/write",
                query: "/prometheus/api/v1",
                uncached: "",
            },
            Self::VictoriaMetrics => Spec {
                name: "victoria-metrics",
                package: "victoria-metrics",
                program: "victoria-metrics",
                ready: "/health",
                write: "/api/v1/write",
                query: "/api/v1",
                uncached: "&nocache=1",
            },
            Self::Prometheus => Spec {
                name: "prometheus",
                package: "prometheus",
                program: "prometheus",
                ready: "/-/ready",
                write: "/api/v1/write",
                query: "/api/v1",
                uncached: "",
            },
        }
    }

    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// Reads `all`, `none`, or names separated by commas.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        match text.trim() {
            "all" => Ok(Self::OTHERS.to_vec()),
            "none" => Ok(Vec::new()),
            names => names
                .split(',')
                .map(|name| Self::by_name(name.trim()))
                .collect(),
        }
    }

    fn by_name(name: &str) -> Result<Self, String> {
        let found = Self::OTHERS.into_iter().find(|peer| peer.name() == name);
        found.ok_or_else(|| {
            let names = Self::OTHERS.map(Self::name).join(", ");
            format!("`{name}` is not a peer; there are all, none, {names}")
        })
    }

    /// What it says about itself; the error names the package where it is not installed.
    pub fn version(self) -> Result<String> {
        if self == Self::Paceline {
            return Ok(env!("CARGO_PKG_VERSION").to_owned());
        }
        let program = self.program()?;
        let flag = match self {
            Self::VictoriaMetrics => "-version",
            _ => "--version",
        };
        let output = std::process::Command::new(&program).arg(flag).output();
        let output = output.with_context(|| format!("cannot run `{}`", program.display()))?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        Ok(parse_version(&said)
            .or_else(|| packaged_version(self.spec().package))
            .unwrap_or_else(|| "unknown".to_owned()))
    }

    fn program(self) -> Result<PathBuf> {
        let Spec {
            package, program, ..
        } = self.spec();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut candidates = std::env::split_paths(&path).map(|folder| folder.join(program));
        candidates
            .find(|candidate| candidate.is_file())
            .with_context(|| {
                format!(
                    "`{program}` is not installed; install Debian's package `{package}` \
                 (`apt-get install {package}`), or leave it out with `--peers none`"
                )
            })
    }

    /// Starts it in a process and a folder of its own, and waits until it is ready.
    pub async fn start(self, launcher: &Launcher) -> Result<Subject> {
        if self == Self::Paceline {
            return launcher.server(PACELINE).await;
        }
        let data = launcher.folder()?;
        let address = free_address()?;
        let mut command = Command::new(self.program()?);
        match self {
            Self::VictoriaMetrics => victoria_metrics(&mut command, address, data.path()),
            _ => prometheus(&mut command, address, data.path())?,
        }
        let subject = spawn(command, address, data)?;
        self.ready(subject).await
    }

    async fn ready(self, mut subject: Subject) -> Result<Subject> {
        let deadline = clock::now() + Duration::from_secs(START_SECONDS_MAX);
        while !is_ready(subject.address, self.spec().ready).await {
            if subject.has_ended() || deadline < clock::now() {
                bail!(
                    "`{}` did not get ready within {START_SECONDS_MAX} s",
                    self.name()
                );
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(subject)
    }
}

/// Answers come without the 30 s that are held back by default, or its lag would be that.
fn victoria_metrics(command: &mut Command, address: SocketAddr, data: &Path) {
    command.args([
        format!("-storageDataPath={}", data.display()),
        format!("-httpListenAddr={address}"),
        "-retentionPeriod=100d".to_owned(),
        "-search.latencyOffset=0s".to_owned(),
        "-loggerLevel=ERROR".to_owned(),
    ]);
}

fn prometheus(command: &mut Command, address: SocketAddr, data: &Path) -> Result<()> {
    let config = data.join("prometheus.yml");
    std::fs::write(&config, PROMETHEUS_CONFIG)
        .with_context(|| format!("cannot write `{}`", config.display()))?;
    command.args([
        format!("--config.file={}", config.display()),
        format!("--storage.tsdb.path={}", data.join("data").display()),
        format!("--web.listen-address={address}"),
        "--storage.tsdb.retention.time=100d".to_owned(),
        "--web.enable-remote-write-receiver".to_owned(),
        "--web.enable-admin-api".to_owned(),
        "--log.level=error".to_owned(),
    ]);
    Ok(())
}

fn spawn(mut command: Command, address: SocketAddr, data: TempDir) -> Result<Subject> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    // As for our own servers: Ctrl-C must not take them before their figures are in.
    #[cfg(unix)]
    command.process_group(0);
    let program = command.as_std().get_program().to_owned();
    let child = command
        .spawn()
        .with_context(|| format!("cannot start `{}`", program.display()))?;
    Ok(Subject::adopted(address, child, data))
}

/// An address that nobody listens on now; another program may take it first, and then the start
/// fails and says so.
fn free_address() -> Result<SocketAddr> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot find a free port")?;
    Ok(listener.local_addr()?)
}

async fn is_ready(address: SocketAddr, path: &str) -> bool {
    let Ok(mut connection) = Connection::open(address).await else {
        return false;
    };
    let request = Request {
        method: "GET",
        path,
        headers: "",
        body: b"",
    };
    connection
        .exchange(&request)
        .await
        .is_ok_and(|answer| answer.is_success())
}

/// As Debian counts it: its build of VictoriaMetrics does not know its own version.
fn packaged_version(package: &str) -> Option<String> {
    let output = std::process::Command::new("dpkg-query")
        .args(["--show", "--showformat=${Version}", package])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The word after `version`, else the first that begins with a digit.
fn parse_version(said: &str) -> Option<String> {
    let mut words = said.split_whitespace();
    let after = words.by_ref().skip_while(|word| *word != "version").nth(1);
    let number = || {
        said.split_whitespace()
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
    };
    Some(after.or_else(number)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_named_or_all_or_none() {
        let check = |text: &str, expected: &[Peer]| assert_eq!(Peer::list(text).unwrap(), expected);
        check("all", &Peer::OTHERS);
        check("none", &[]);
        check("prometheus", &[Peer::Prometheus]);
        check(
            "prometheus, victoria-metrics",
            &[Peer::Prometheus, Peer::VictoriaMetrics],
        );
        let error = Peer::list("influx").unwrap_err();
        assert!(
            error.contains("`influx`") && error.contains("victoria-metrics"),
            "{error}"
        );
    }

    #[test]
    fn a_version_is_found_in_what_a_program_says() {
        let check = |said: &str, expected: Option<&str>| {
            assert_eq!(parse_version(said).as_deref(), expected);
        };
        check(
            "prometheus, version 2.42.0+ds (branch: x)",
            Some("2.42.0+ds"),
        );
        check("victoria-metrics 1.79.5", Some("1.79.5"));
        check("", None);
    }
}
