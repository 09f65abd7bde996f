//! The official OpenTelemetry SDK of Python against the server: metrics, logs and spans. Owns running
//! the script in `tests/clients`; refuses to skip: without the SDK, which `cargo xtask test` installs,
//! this test fails and says so.

use std::process::Command;

use crate::official_clients::{SCRIPTS, check, tool};
use crate::server::Server;

#[test]
fn the_python_sdk_sends_metrics_logs_and_spans() {
    let server = Server::start();
    let mut command = Command::new(tool("PACELINE_TEST_PYTHON"));
    command.arg(format!("{SCRIPTS}/telemetry.py"));
    check(command, &[&server.url]);
}
