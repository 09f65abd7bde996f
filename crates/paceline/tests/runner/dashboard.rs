//! The dashboard in a real browser: headless Chromium, driven by the scripts in `web/tests/e2e`. Owns
//! running them and where their screenshots go (`target/screenshots`); refuses to skip: without the
//! browser, which `cargo xtask test` installs, these tests fail and say so.

use std::path::Path;
use std::process::Command;

use crate::official_clients::{check, tool};
use crate::server::BINARY;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/e2e/run.mjs");

#[track_caller]
fn play(scenario: &str) {
    let target = Path::new(BINARY).ancestors().nth(2);
    let screenshots = target.expect("a target folder").join("screenshots");
    let mut node = Command::new(tool("PACELINE_TEST_NODE"));
    node.arg(SCRIPT)
        .env("PACELINE_TEST_CHROMIUM", tool("PACELINE_TEST_CHROMIUM"));
    let screenshots = screenshots.to_str().expect("a path in UTF-8");
    check(node, &[scenario, BINARY, screenshots]);
}

#[test]
fn the_policy_of_the_page_is_strict_and_holds() {
    play("policy");
}
