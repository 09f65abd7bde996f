//! `cargo xtask compare-prometheus`: generated PromQL asked of a real Prometheus and of Paceline, on
//! the same data. Owns how many questions and from which seed; the questions, and what counts as the
//! same answer, are the test's (`crates/paceline/tests/runner/prometheus`).

use anyhow::{Result, ensure};

use crate::shell;
use crate::tools;

const QUESTIONS: u64 = 2_000;
const TEST: &str = "prometheus::compare::generated_questions_have_the_answers_of_a_real_prometheus";

pub fn run(mut arguments: impl Iterator<Item = String>) -> Result<bool> {
    let questions = arguments.next().unwrap_or_else(|| QUESTIONS.to_string());
    let seed = arguments.next();
    let rest = arguments.next();
    ensure!(
        rest.is_none(),
        "`compare-prometheus` takes a count and a seed"
    );
    tools::ensure_prometheus()?;
    let mut test = shell::cargo();
    test.args(["test", "--package", "paceline", "--test", "runner", "--"])
        .args(["--exact", TEST, "--nocapture"])
        .env("PACELINE_COMPARE_QUERIES", questions);
    if let Some(seed) = seed {
        test.env("PACELINE_COMPARE_SEED", seed);
    }
    shell::succeeds(&mut test)
}
