//! The workshop: `cargo xtask test|tidy|conformance|compare-prometheus|bench-instructions|bench-peers|bench-dashboard|web-types|ci`.
//! Owns how this repository is checked and compared; refuses anything a user of Paceline would run.

mod bench_instructions;
mod compare_prometheus;
mod conformance;
mod dashboard;
mod installed;
mod peers;
mod section;
mod shell;
mod test;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  test          install what the tests need into target/tools, then formatting, clippy, tidy and
                every test of the workspace, end to end included; ends with `N passed, N failed`
  tidy          the house rules: crate arrows, budgets, phrases, documents
  conformance   the official MCP conformance suite, both protocol versions
  compare-prometheus [QUESTIONS [SEED]]
                the same generated PromQL to Debian's Prometheus and to Paceline, 2,000 unless said
  bench-instructions [update]
                instructions of the hot paths, counted by valgrind, against xtask/instructions.txt
  web-types     write the dashboard's types, web/src/lib/wire.ts, from the wire's schemas
  ci            test, then conformance
";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let outcome = match command.as_str() {
        "test" => test::run(),
        "tidy" => tidy::run(),
        "conformance" => conformance::run(),
        "compare-prometheus" => compare_prometheus::run(std::env::args().skip(2)),
        "bench-instructions" => bench_instructions::run(std::env::args().skip(2)),
        "bench-peers" => peers::run(std::env::args().skip(2)),
        "bench-dashboard" => dashboard::run(std::env::args().skip(2)),
        "web-types" => web_types(),
        "ci" => test::run().and_then(|passed| Ok(conformance::run()? && passed)),
        "help" | "--help" | "-h" => {
            print!("{USAGE}{}{}", peers::USAGE, dashboard::USAGE);
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{USAGE}{}{}", peers::USAGE, dashboard::USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The test that compares the file writes it where it is told to.
fn web_types() -> anyhow::Result<bool> {
    let mut test = shell::cargo();
    test.args(["test", "-p", "paceline-server", "--lib", "--", "web_types"]);
    shell::succeeds(test.env("PACELINE_WRITE_WEB_TYPES", "1"))
}
