//! The official MCP clients against the server: Python's `mcp`, and npm's `@modelcontextprotocol/sdk`
//! and `@modelcontextprotocol/client`. Owns running the scripts in `tests/clients`; refuses to skip:
//! without the clients, which `cargo xtask test` installs, these tests fail and say so.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::server::{BINARY, Server};

pub const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

pub fn tool(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!(
            "`{variable}` is not set: run `cargo xtask test`, which installs the official clients"
        )
    })
}

/// Runs a script to its end and expects the one line that it ends with.
#[track_caller]
pub fn check<S: AsRef<OsStr>>(mut command: Command, arguments: &[S]) {
    let output = command.args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaint}");
    assert_eq!(
        said.lines().last(),
        Some("all steps passed"),
        "{said}{complaint}"
    );
}

#[track_caller]
fn check_over_http(command: Command, flavour: &str) {
    let server = Server::start();
    check(command, &[flavour, &format!("{}/mcp", server.url)]);
}

fn python() -> Command {
    let mut command = Command::new(tool("PACELINE_TEST_PYTHON"));
    command.arg(Path::new(SCRIPTS).join("drive.py"));
    command
}

/// Modules are found beside the script or above it, so the script is handed to a loader that knows
/// the tools' folder.
fn node(script: &str) -> Command {
    let mut command = Command::new(tool("PACELINE_TEST_NODE"));
    command.arg(Path::new(SCRIPTS).join(script)).env(
        "PACELINE_TEST_NODE_MODULES",
        tool("PACELINE_TEST_NODE_MODULES"),
    );
    command
}

#[test]
fn the_python_client_does_a_days_work_over_2025_11_25() {
    check_over_http(python(), "legacy");
}

#[test]
fn the_python_client_does_a_days_work_over_2026_07_28() {
    check_over_http(python(), "2026-07-28");
}

#[test]
fn the_typescript_sdk_does_a_days_work_over_2025_11_25() {
    check_over_http(node("drive.mjs"), "sdk");
}

#[test]
fn the_typescript_client_does_a_days_work_over_2026_07_28() {
    check_over_http(node("drive.mjs"), "client");
}

#[test]
fn standard_input_and_output_reach_a_running_server() {
    for mode in ["legacy", "2026-07-28"] {
        let server = Server::start();
        check(python(), &[mode, BINARY, "mcp", "--url", &server.url]);
    }
}

#[test]
fn standard_input_and_output_need_no_server_with_a_data_directory() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let data = home.path().to_str().expect("a path in UTF-8");
    check(python(), &["2026-07-28", BINARY, "mcp", "--data", data]);
}
