//! `cargo xtask bench-instructions`: how many instructions the hot paths take, counted by valgrind.
//! Owns the counting and the comparison with `xtask/instructions.txt`; the paths themselves are
//! `crates/paceline/benches/instructions.rs`. Refuses to time anything: a count is the same on a busy
//! machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell;
use crate::tools;

const BASELINE: &str = "xtask/instructions.txt";
/// A path may take so much more than the baseline: other versions of the compiler and of
/// dependencies move the counts by about a percent.
const TOLERANCE: f64 = 0.03;
/// How often a path is done in the two counts whose difference is what it takes.
const FEW: u64 = 50;
const MANY: u64 = 250;

const HEAD: &str = "\
# Instructions of each hot path, once, on x86-64 in a release build: `cargo xtask bench-instructions
# update` writes this file, `cargo xtask bench-instructions` compares with it.
";

pub fn run(mut arguments: impl Iterator<Item = String>) -> Result<bool> {
    let word = arguments.next();
    let updates = match word.as_deref() {
        None => false,
        Some("update") => true,
        Some(other) => bail!("`bench-instructions` takes `update` or nothing, not `{other}`"),
    };
    tools::ensure_valgrind()?;
    let program = build()?;
    let names = shell::quiet(Command::new(&program).arg("list"))?;
    let mut counts = BTreeMap::new();
    for name in names.lines() {
        let few = count(&program, name, FEW)?;
        let many = count(&program, name, MANY)?;
        let each = many.saturating_sub(few) / (MANY - FEW);
        ensure!(
            0 < each,
            "`{name}` takes no instructions: it was optimised away"
        );
        counts.insert(name.to_owned(), each);
    }
    let baseline = shell::root().join(BASELINE);
    if updates {
        std::fs::write(&baseline, text(&counts))?;
        println!("{BASELINE} holds {} counts", counts.len());
        return Ok(true);
    }
    let (table, holds) = compare(&read(&baseline)?, &counts);
    print!("{table}");
    Ok(holds)
}

fn build() -> Result<PathBuf> {
    println!("building the hot paths in release mode");
    let mut cargo = shell::cargo();
    cargo
        .args(["build", "--release", "--package", "paceline"])
        .args(["--bench", "instructions", "--message-format", "json"]);
    let messages = shell::quiet(&mut cargo)?;
    let executable = messages.lines().rev().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_ours = message["target"]["name"] == "instructions";
        is_ours.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    executable.context("cargo did not say where the hot paths are")
}

/// Of the whole process.
fn count(program: &Path, name: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg("--cachegrind-out-file=/dev/null")
        .arg(program)
        .args([name, &times.to_string()])
        .output()
        .context("start `valgrind`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{name}` failed under valgrind\n{said}"
    );
    parse_count(&said).with_context(|| format!("valgrind counted nothing\n{said}"))
}

/// `==17== I refs:        1,234,567` in older versions, `I   refs` in some.
fn parse_count(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("refs:"))?;
    let digits = line.rsplit(':').next()?.trim().replace(',', "");
    digits.parse().ok()
}

fn text(counts: &BTreeMap<String, u64>) -> String {
    let lines = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}\n"));
    HEAD.to_owned() + &lines.collect::<String>()
}

fn read(path: &Path) -> Result<BTreeMap<String, u64>> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("there is no {BASELINE}: `cargo xtask bench-instructions update` makes it")
    })?;
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        let (name, count) = line.split_once(' ')?;
        Some((name.to_owned(), count.trim().parse().ok()?))
    };
    lines
        .map(|line| {
            entry(line).with_context(|| format!("`{line}` in {BASELINE} is not `name count`"))
        })
        .collect()
}

/// A table, and whether no path takes more than it may.
fn compare(baseline: &BTreeMap<String, u64>, counts: &BTreeMap<String, u64>) -> (String, bool) {
    let mut table = format!(
        "{:<20} {:>12} {:>12} {:>9}\n",
        "path", "baseline", "now", "change"
    );
    let mut holds = true;
    for (name, &now) in counts {
        let Some(&before) = baseline.get(name) else {
            let _ = writeln!(table, "{name:<20} {:>12} {now:>12} {:>9}  NEW", "-", "-");
            holds = false;
            continue;
        };
        let change = now as f64 / before as f64 - 1.0;
        let verdict = match change {
            change if TOLERANCE < change => "  MORE",
            change if change < -TOLERANCE => "  fewer: update the baseline",
            _ => "",
        };
        holds &= change <= TOLERANCE;
        let percent = 100.0 * change;
        let _ = writeln!(
            table,
            "{name:<20} {before:>12} {now:>12} {percent:>+7.1} %{verdict}"
        );
    }
    for name in baseline.keys().filter(|name| !counts.contains_key(*name)) {
        let _ = writeln!(table, "{name:<20} is in the baseline and no path any more");
        holds = false;
    }
    (table, holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_valgrind_says() {
        let said = "==17== Cachegrind\n==17== \n==17== I refs:        1,234,567\n";
        assert_eq!(parse_count(said), Some(1_234_567));
        assert_eq!(parse_count("==17== I   refs:      12\n"), Some(12));
        assert_eq!(parse_count("==17== killed\n"), None);
    }

    #[test]
    fn more_instructions_than_tolerated_a_new_path_and_a_lost_one_do_not_hold() {
        let counts = |entries: &[(&str, u64)]| {
            let owned = entries
                .iter()
                .map(|&(name, count)| (name.to_owned(), count));
            owned.collect::<BTreeMap<_, _>>()
        };
        let check = |now: &[(&str, u64)], expected: bool| {
            let (table, holds) = compare(&counts(&[("claim", 1_000)]), &counts(now));
            assert_eq!(holds, expected, "{table}");
        };
        check(&[("claim", 1_000)], true);
        check(&[("claim", 1_029)], true);
        check(&[("claim", 1_031)], false);
        check(&[("claim", 500)], true);
        check(&[("claim", 1_000), ("new", 1)], false);
        check(&[], false);
    }
}
