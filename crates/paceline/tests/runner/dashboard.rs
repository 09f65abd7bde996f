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
fn every_page_renders_empty_and_full_in_both_themes_on_a_phone_and_a_wide_screen() {
    play("pages");
}

/// Turns red when a label of an icon button goes, or a soft colour gets softer.
#[test]
fn every_page_can_be_read_and_used_without_eyes_and_without_a_mouse() {
    play("accessible");
}

/// Turns red when a component puts a text into `innerHTML`; then the policy stops it, and says so.
#[test]
fn hostile_text_in_every_field_is_text_on_every_page() {
    play("hostile");
}

#[test]
fn the_policy_of_the_page_is_strict_and_holds() {
    play("policy");
}

/// Turns red when a frame is applied twice, or left out, after a break.
#[test]
fn the_page_follows_the_fleet_and_comes_back_after_a_restart() {
    play("restart");
}

#[test]
fn five_thousand_agents_and_long_names_are_windowed_and_readable() {
    play("many");
}

#[test]
fn a_token_is_asked_for_where_the_server_wants_one() {
    play("token");
}

#[test]
fn what_is_off_or_wrong_is_said_in_words_and_the_page_lives_on() {
    play("trouble");
}
