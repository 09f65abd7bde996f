//! What tests and counting need beyond Rust: Node 22, the official packages of npm and PyPI, Debian's
//! `chromium`, `prometheus` (with `promtool`), `prometheus-alertmanager` and `valgrind`.
//!
//! Owns their installation into `target/tools` from the pinned lists beside the client scripts.
//! Refuses to install anything globally, with one exception that it announces: where `npm`, Python's
//! `venv`, Chromium, Prometheus or valgrind is missing altogether and apt is there, the
//! distribution's package is used.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{installed, shell};

const CHROMIUM: &str = "/usr/bin/chromium";
const LISTS: &str = "crates/paceline/tests/clients";

/// Installed and ready.
pub struct Tools {
    /// Node 22.
    pub node: PathBuf,
    pub node_modules: PathBuf,
    /// A Python whose environment holds `mcp` and the OpenTelemetry SDK.
    pub python: PathBuf,
    /// The browser that shows the dashboard.
    pub chromium: PathBuf,
}

impl Tools {
    /// Tells a test run where the tools are.
    pub fn announce(&self, command: &mut Command) {
        command
            .env("PACELINE_TEST_NODE", &self.node)
            .env("PACELINE_TEST_NODE_MODULES", &self.node_modules)
            .env("PACELINE_TEST_PYTHON", &self.python)
            .env("PACELINE_TEST_CHROMIUM", &self.chromium);
        self.prefer_node(command);
    }

    /// For programs that start `node` by its name, such as npm and the build of the dashboard: the
    /// system's own may be too old for it.
    pub fn prefer_node(&self, command: &mut Command) {
        let mut folders: Vec<_> = self.node.parent().map(Path::to_owned).into_iter().collect();
        folders.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
}

pub fn install() -> Result<Tools> {
    let home = shell::target().join("tools");
    println!("tools: installing into {}", home.display());
    println!("tools: from npm, Node 22, the MCP clients and the conformance suite (package.json)");
    println!("tools: from PyPI, the MCP client and the OpenTelemetry SDK (requirements.txt)");
    let node = install_node(&home.join("node")).context("install Node and the npm packages")?;
    let python = install_python(&home.join("python")).context("install the Python packages")?;
    ensure_prometheus()?;
    let alertmanager = "prometheus-alertmanager";
    ensure_program(alertmanager, &["--version"], &[alertmanager])?;
    ensure_program(CHROMIUM, &["--version"], &["chromium"])?;
    Ok(Tools {
        chromium: CHROMIUM.into(),
        node_modules: home.join("node/node_modules"),
        node,
        python,
    })
}

fn install_node(home: &Path) -> Result<PathBuf> {
    let node = home.join("node_modules/.bin/node");
    let lists = ["package.json", "package-lock.json"].map(list);
    if installed::is_fresh(home, &lists)? {
        return Ok(node);
    }
    ensure_program("npm", &["--version"], &["nodejs", "npm"])?;
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(list(file), home.join(file))?;
    }
    // `ci` takes the locked versions and nothing else; npm's own scripts fetch the Node binary.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(home);
    ensure!(shell::succeeds(&mut npm)?, "`npm ci` failed");
    let version = shell::quiet(Command::new(&node).arg("--version"))?;
    ensure!(
        version.starts_with("v22."),
        "the npm package `node` is {version}, not Node 22"
    );
    installed::remember(home, &lists)?;
    Ok(node)
}

fn install_python(home: &Path) -> Result<PathBuf> {
    let python = home.join("bin/python");
    let lists = [list("requirements.txt")];
    if installed::is_fresh(home, &lists)? {
        return Ok(python);
    }
    ensure_program(
        "python3",
        &["-m", "ensurepip", "--version"],
        &["python3-venv"],
    )?;
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(home);
    ensure!(shell::succeeds(&mut venv)?, "`python3 -m venv` failed");
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ])
    .arg("--requirement")
    .arg(list("requirements.txt"));
    ensure!(shell::succeeds(&mut pip)?, "`pip install` failed");
    installed::remember(home, &lists)?;
    Ok(python)
}

/// Both come with one package; tests find them on the path.
pub fn ensure_prometheus() -> Result<()> {
    for program in ["prometheus", "promtool"] {
        ensure_program(program, &["--version"], &["prometheus"])?;
    }
    Ok(())
}

pub fn ensure_valgrind() -> Result<()> {
    ensure_program("valgrind", &["--version"], &["valgrind"])
}

/// Makes sure that a system program answers, by apt as the last resort.
pub fn ensure_program(program: &str, probe: &[&str], packages: &[&str]) -> Result<()> {
    if shell::quiet(Command::new(program).args(probe)).is_ok() {
        return Ok(());
    }
    let packages = packages.join(" ");
    println!("tools: `{program}` is missing; installing {packages} with apt, system-wide");
    let script = format!("apt-get update -qq && apt-get install -y -qq {packages}");
    if shell::succeeds(Command::new("sh").args(["-c", &script]))? {
        return Ok(());
    }
    bail!("`{program}` is missing and apt could not install it; install {packages} and try again");
}

fn list(file: &str) -> PathBuf {
    shell::root().join(LISTS).join(file)
}
