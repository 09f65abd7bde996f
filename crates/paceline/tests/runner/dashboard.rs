//! The dashboard in a real browser: headless Chromium, driven by the scripts in `web/tests/e2e`. Owns
//! running them and where their screenshots go (`target/screenshots`); refuses to skip: without the
//! browser, which `cargo xtask test` installs, these tests fail and say so.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use paceline_metrics::{Engine, EngineOptions, Labels, METRIC_NAME, Row, RowValue};

use crate::official_clients::{check, tool};
use crate::prometheus::data::now_ms;
use crate::server::BINARY;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/e2e/run.mjs");

#[track_caller]
fn play(scenario: &str) {
    play_on(scenario, None);
}

/// On a data directory, where the scenario needs a past.
#[track_caller]
fn play_on(scenario: &str, data: Option<&Path>) {
    let target = Path::new(BINARY).ancestors().nth(2);
    let screenshots = target.expect("a target folder").join("screenshots");
    let mut node = Command::new(tool("PACELINE_TEST_NODE"));
    node.arg(SCRIPT)
        .env("PACELINE_TEST_CHROMIUM", tool("PACELINE_TEST_CHROMIUM"))
        .envs(data.map(|data| ("PACELINE_TEST_DATA", data)));
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

#[test]
fn what_was_unusual_in_the_past_is_a_band_and_a_sentence() {
    let data = tempfile::tempdir().expect("a folder");
    warm_for_ten_minutes(data.path());
    play_on("unusual", Some(data.path()));
}

/// Eleven hours about 20, of which ten minutes, half an hour ago, are at 60. A running server takes
/// nothing so old, so it is put where the server finds it.
fn warm_for_ten_minutes(data: &Path) {
    const MINUTE_MS: i64 = 60_000;
    let now_ms = now_ms();
    let times = (now_ms - 660 * MINUTE_MS..now_ms).step_by(30_000);
    let rows = times.map(|at_ms| {
        let is_warm = (30 * MINUTE_MS..40 * MINUTE_MS).contains(&(now_ms - at_ms));
        let wobble = f64::from((at_ms / 30_000 % 997) as u32).powi(2).sin();
        Row {
            labels: Labels::default(),
            at_ms,
            values: vec![RowValue {
                key: Labels::from_pairs([(METRIC_NAME, "room_temperature")]),
                value: if is_warm { 60.0 } else { 20.0 } + 2.0 * wobble,
            }],
        }
    });
    let engine = Engine::open(EngineOptions::new(data.join("metrics")), now_ms).expect("opens");
    let (tell, told) = mpsc::channel();
    let settled = Box::new(move |result| tell.send(result).expect("somebody waits"));
    engine.append(rows.collect(), now_ms, settled);
    told.recv().expect("is settled").expect("is stored");
}
