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

#[test]
fn two_hundred_hostile_strings_in_every_field_execute_nothing() {
    play("hostile");
}

#[test]
fn the_page_is_right_again_after_a_restart_without_a_gap_or_a_duplicate() {
    play("restart");
}

#[test]
fn every_page_renders_and_follows_in_both_themes_on_a_phone_and_a_wide_screen() {
    play("pages");
}

#[test]
fn axe_finds_nothing_serious_and_keys_reach_everything() {
    play("accessible");
}

#[test]
fn five_thousand_agents_and_long_names_fit() {
    play("many");
}

#[test]
fn the_page_asks_for_a_token_and_forgets_it_with_the_tab() {
    play("token");
}

#[test]
fn what_goes_wrong_is_said_and_the_page_lives_on() {
    play("trouble");
}

#[test]
fn a_rule_made_on_the_page_fires_is_silenced_acknowledged_and_a_band() {
    play("alerts");
}
