//! A PostgreSQL of this run's own, from Debian's binaries. Owns its cluster and the user that it
//! runs as; refuses the cluster that Debian makes when the package is installed.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::home::Home;
use super::licence;
use super::peer::Product;
use super::postgres::Postgres;
use super::process::Server;
use crate::shell;

const USER: &str = "postgres";

pub fn install(home: &Home) -> Result<Product> {
    home.once("postgresql", || {
        if binaries().is_ok() {
            return Ok(());
        }
        home.debian("postgres", &["--version"], "postgresql")
            .or_else(|error| binaries().map(drop).map_err(|_| error))
    })?;
    let binaries = binaries()?;
    let version = binaries.parent().and_then(Path::file_name);
    let version = version.context("PostgreSQL's folder has no version")?;
    licence::debian(&format!("postgresql-{}", version.to_string_lossy()))
}

pub fn start(home: &Home, folder: &Path) -> Result<Server> {
    let port = home.free_port()?;
    let binaries = binaries()?;
    let cluster = folder.join("cluster");
    std::fs::create_dir(&cluster)?;
    let account = account()?;
    if let Some((user, group)) = account {
        std::os::unix::fs::chown(&cluster, Some(user), Some(group))?;
    }
    let mut initdb = as_account(&binaries.join("initdb"), account);
    initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C"]);
    initdb.args(["--username", USER, "--pgdata"]).arg(&cluster);
    shell::quiet(initdb.current_dir("/"))?;
    Server::start(port, folder, Postgres::is_ready, move |folder| {
        let mut postgres = as_account(&binaries.join("postgres"), account);
        postgres.arg("-D").arg(folder.join("cluster"));
        postgres.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        postgres.args(["-c", "unix_socket_directories="]);
        postgres
    })
}

/// The newest of those that Debian installed.
fn binaries() -> Result<PathBuf> {
    let all = std::fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let mut all: Vec<_> = all
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    all.retain(|folder| folder.join("initdb").exists());
    all.sort();
    all.pop().context("PostgreSQL's server is not installed")
}

/// PostgreSQL refuses to run as root, so root lends it Debian's account.
fn account() -> Result<Option<(u32, u32)>> {
    let id = shell::quiet(Command::new("id").arg("-u"))?;
    if id.trim() != "0" {
        return Ok(None);
    }
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    for line in accounts.lines() {
        let fields: Vec<_> = line.split(':').collect();
        if let [name, _, user, group, ..] = fields[..]
            && name == USER
        {
            ensure!(user != "0", "the account `{USER}` is root");
            return Ok(Some((user.parse()?, group.parse()?)));
        }
    }
    bail!("there is no account `{USER}` for it to run as");
}

fn as_account(program: &Path, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}
