//! Where peers are installed and where they run. Owns `target/peers`, the pinned lists in
//! `xtask/peers`, free ports; refuses anything global except Debian's packages, which it announces.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use crate::{installed, shell, tools};

const LISTS: &str = "xtask/peers";

pub struct Home {
    folder: PathBuf,
    paceline: Option<PathBuf>,
    /// What has been tried, and with which outcome: several peers share an installation.
    tried: RefCell<BTreeMap<String, Result<(), String>>>,
}

impl Home {
    /// With the release build of Paceline that is measured, where there is one already.
    pub fn new(paceline: Option<PathBuf>) -> Self {
        Self {
            paceline,
            folder: shell::target().join("peers"),
            tried: RefCell::new(BTreeMap::new()),
        }
    }

    /// Does it the first time, and answers the same every time.
    pub fn once(&self, what: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
        if let Some(outcome) = self.tried.borrow().get(what) {
            return outcome.clone().map_err(|error| anyhow!(error));
        }
        let outcome = run().map_err(|error| format!("{error:#}"));
        self.tried
            .borrow_mut()
            .insert(what.to_owned(), outcome.clone());
        outcome.map_err(|error| anyhow!(error))
    }

    pub fn builds_paceline(&self) -> bool {
        self.paceline.is_none()
    }

    /// The release binary that is measured.
    pub fn paceline(&self) -> Result<PathBuf> {
        if let Some(binary) = &self.paceline {
            return Ok(binary.clone());
        }
        self.once("paceline", || {
            let mut build = shell::cargo();
            build.args(["build", "--release", "--package", "paceline"]);
            build.args(["--bin", "paceline"]);
            ensure!(
                shell::succeeds(&mut build)?,
                "the release binary does not build"
            );
            Ok(())
        })?;
        Ok(shell::target().join("release/paceline"))
    }

    /// The Python environment made from `requirements-NAME.txt`.
    pub fn python(&self, name: &str) -> Result<PathBuf> {
        let home = self.folder.join(name);
        let list = list(&format!("requirements-{name}.txt"));
        self.once(name, || install_python(&home, &list))?;
        Ok(home)
    }

    /// The environment with the MCP client that drives every MCP peer.
    pub fn mcp_client(&self) -> Result<PathBuf> {
        self.python("client")
    }

    /// Node 22 and the npm packages that are driven from it.
    pub fn node(&self) -> Result<PathBuf> {
        self.npm("node", &list(""), &["ci"])
    }

    /// The npm packages locked in the folder `lists`; `how` is npm's command.
    pub fn npm(&self, name: &str, lists: &Path, how: &[&str]) -> Result<PathBuf> {
        let home = self.folder.join(name);
        self.once(name, || install_npm(&home, lists, how))?;
        Ok(home)
    }

    pub fn node_binary(&self) -> Result<PathBuf> {
        Ok(self.node()?.join("node_modules/.bin/node"))
    }

    /// A program of Debian's; system-wide, as there is no other way.
    pub fn debian(&self, program: &str, probe: &[&str], package: &str) -> Result<()> {
        self.once(package, || {
            tools::ensure_program(program, probe, &[package])
        })
    }

    /// Free now; the peer that it is for takes it at once.
    pub fn free_port(&self) -> Result<u16> {
        Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
    }
}

pub fn list(file: &str) -> PathBuf {
    shell::root().join(LISTS).join(file)
}

fn install_python(home: &Path, list: &Path) -> Result<()> {
    if installed::is_fresh(home, &[list])? {
        return Ok(());
    }
    tools::ensure_program(
        "python3",
        &["-m", "ensurepip", "--version"],
        &["python3-venv"],
    )?;
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(home);
    ensure!(shell::succeeds(&mut venv)?, "`python3 -m venv` failed");
    let mut pip = Command::new(home.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(list);
    if !shell::succeeds(&mut pip)? {
        bail!("PyPI did not give what `{}` lists", installed::shown(list));
    }
    installed::remember(home, &[list])
}

fn install_npm(home: &Path, lists: &Path, how: &[&str]) -> Result<()> {
    let files = ["package.json", "package-lock.json"].map(|file| lists.join(file));
    let files = [files[0].as_path(), files[1].as_path()];
    if installed::is_fresh(home, &files)? {
        return Ok(());
    }
    tools::ensure_program("npm", &["--version"], &["nodejs", "npm"])?;
    for file in files {
        let name = file.file_name().context("a list without a name")?;
        std::fs::copy(file, home.join(name))?;
    }
    let mut npm = Command::new("npm");
    npm.args(how)
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(home);
    if !shell::succeeds(&mut npm)? {
        bail!("npm did not give what `{}` locks", installed::shown(lists));
    }
    installed::remember(home, &files)
}
