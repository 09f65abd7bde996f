//! The dashboard's own checks. Owns its packages (`web/node_modules`, by the lock file) and which of
//! its scripts the tests run; the build itself is the server's build script's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::tools::Tools;
use crate::{installed, shell};

/// TypeScript, strictly.
pub fn check(tools: &Tools) -> Result<bool> {
    script(tools, "check")
}

/// The tests of everything that knows no framework.
pub fn test(tools: &Tools) -> Result<bool> {
    script(tools, "test")
}

fn script(tools: &Tools, name: &str) -> Result<bool> {
    install(tools)?;
    shell::succeeds(npm(tools).args(["run", "--silent", name]))
}

pub fn install(tools: &Tools) -> Result<()> {
    let lists = ["package.json", "package-lock.json"].map(|file| folder().join(file));
    let home = folder().join("node_modules");
    if installed::is_fresh(&home, &lists)? {
        return Ok(());
    }
    println!(
        "tools: from npm, the dashboard's packages into web/node_modules (web/package-lock.json)"
    );
    let mut ci = npm(tools);
    ci.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    ensure!(shell::succeeds(&mut ci)?, "`npm ci` failed in web/");
    installed::remember(&home, &lists)
}

fn npm(tools: &Tools) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder());
    tools.prefer_node(&mut npm);
    npm
}

pub fn folder() -> PathBuf {
    shell::root().join("web")
}
