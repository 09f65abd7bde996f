//! `cargo xtask test`: everything that must hold, from nothing. Owns the order and the count;
//! refuses to skip: a step whose parts are missing has failed.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::shell;
use crate::tidy;
use crate::tools::{self, Tools};
use crate::web;

/// What the last line says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn count(&mut self, step: &str, outcome: Result<bool>) {
        match outcome {
            Ok(true) => self.passed += 1,
            Ok(false) => self.failed += 1,
            Err(error) => {
                eprintln!("{step}: {error:#}");
                self.failed += 1;
            }
        }
    }
}

pub fn run() -> Result<bool> {
    let mut tally = Tally::default();
    let tools = match tools::install() {
        Ok(tools) => Some(tools),
        Err(error) => {
            // The tests that need them fail on their own; the others still have something to say.
            eprintln!("tools: {error:#}");
            tally.failed += 1;
            None
        }
    };
    if let Some(tools) = &tools {
        tally.count("web types", web::check(tools));
        tally.count("web tests", web::test(tools));
    }
    tally.count(
        "fmt",
        shell::succeeds(shell::cargo().args(["fmt", "--all", "--check"])),
    );
    tally.count("clippy", shell::succeeds(&mut clippy(tools.as_ref())));
    tally.count("tidy", tidy::run());
    let tests = run_tests(tools.as_ref())?;
    tally.passed += tests.passed;
    tally.failed += tests.failed;
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(tally.failed == 0)
}

fn clippy(tools: Option<&Tools>) -> Command {
    let mut clippy = shell::cargo();
    if let Some(tools) = tools {
        tools.announce(&mut clippy);
    }
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]);
    clippy
}

/// Plain `cargo test`: a newcomer has it, and no test here needs a process of its own.
fn run_tests(tools: Option<&Tools>) -> Result<Tally> {
    let mut cargo = shell::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if let Some(tools) = tools {
        tools.announce(&mut cargo);
    }
    println!("$ cargo test --workspace --no-fail-fast");
    let mut child = cargo
        .stdout(Stdio::piped())
        .spawn()
        .context("start `cargo test`")?;
    let output = child
        .stdout
        .take()
        .context("read what `cargo test` prints")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some(result) = read_result(&line) {
            tally.passed += result.passed;
            tally.failed += result.failed;
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        eprintln!("cargo test ended with {status} before it could run everything");
        tally.failed += 1;
    }
    Ok(tally)
}

/// Reads libtest's closing line. A test that was ignored has not passed, so it counts as failed.
fn read_result(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut tally = Tally::default();
    for part in counts.split("; ") {
        match part.split_once(' ') {
            Some((number, "passed")) => tally.passed += number.parse::<u64>().ok()?,
            Some((number, "failed" | "ignored")) => tally.failed += number.parse::<u64>().ok()?,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_run_is_counted() {
        let check = |line: &str, expected| assert_eq!(read_result(line), expected, "{line}");
        let counts = |passed, failed| Some(Tally { passed, failed });
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            counts(12, 0),
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out",
            counts(3, 3),
        );
        check("test some::test ... ok", None);
        check("running 4 tests", None);
    }
}
