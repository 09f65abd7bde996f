//! `paceline doctor`. Owns the list of checks and what their outcome means for the exit code;
//! refuses to mend anything.

use std::path::Path;

use clap::Args;
use paceline_server::config::{Config, Setting};
use paceline_server::inspect::{Inspection, inspect, inspect_metrics, inspect_record};
use paceline_server::record_format::BadLine;
use paceline_server::run::STORE_FILE;
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::local::Local;
use crate::terminal::words::{bytes, count};
use crate::terminal::{Format, Present, View, print};

/// Below this, a busy fleet fills the disk within a day.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// Check a data directory: integrity, counters, query plans, record, metrics, space, configuration
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline doctor
  paceline doctor --data ./fleet --format json

Changes nothing. Exits with 3 when a check does not hold.")]
pub struct Doctor {
    #[command(flatten)]
    local: Local,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Findings {
    data: String,
    holds: bool,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    holds: bool,
    finding: String,
}

impl Check {
    fn of(check: &'static str, problems: &[String], otherwise: impl Into<String>) -> Self {
        let finding = if problems.is_empty() {
            otherwise.into()
        } else {
            problems.join("\n")
        };
        Self {
            check,
            holds: problems.is_empty(),
            finding,
        }
    }

    fn failed(check: &'static str, finding: impl Into<String>) -> Self {
        Self {
            check,
            holds: false,
            finding: finding.into(),
        }
    }
}

impl Doctor {
    pub async fn run(self) -> Result<(), Failure> {
        let (config, settings) = match self.local.configuration() {
            Ok(resolved) => resolved,
            Err(error) => return self.tell(unusable(&error.to_string())),
        };
        if !config.data.is_dir() {
            let path = config.data.display();
            return Err(Failure::new(format!("there is no directory `{path}`"))
                .hint("name the data directory with `--data`"));
        }
        let checked = tokio::task::spawn_blocking(move || checks(&config, &settings)).await;
        self.tell(checked.map_err(|error| Failure::to("finish the checks", &error))?)
    }

    fn tell(&self, findings: Findings) -> Result<(), Failure> {
        print(&findings, self.format)?;
        let failed = findings.checks.iter().filter(|check| !check.holds).count() as u64;
        if findings.holds {
            return Ok(());
        }
        let sentence = format!(
            "{} did not hold for `{}`",
            count(failed, "check"),
            findings.data
        );
        let failure = Failure {
            exit: Exit::CheckFailed,
            ..Failure::new(sentence)
        };
        Err(failure.hint("copy the directory before you change anything in it"))
    }
}

fn unusable(problem: &str) -> Findings {
    let checks = vec![Check::failed("configuration", problem)];
    Findings {
        data: "the configured directory".to_owned(),
        holds: false,
        checks,
    }
}

fn checks(config: &Config, settings: &[Setting]) -> Findings {
    let mut checks = vec![configuration(settings)];
    checks.extend(store(&config.data.join(STORE_FILE)));
    checks.push(record(&config.data));
    checks.push(metrics(&config.data));
    checks.push(free_space(&config.data));
    Findings {
        data: config.data.display().to_string(),
        holds: checks.iter().all(|check| check.holds),
        checks,
    }
}

fn configuration(settings: &[Setting]) -> Check {
    let set = settings
        .iter()
        .filter(|setting| setting.source != "default");
    let set: Vec<_> = set
        .map(|one| format!("{} by {}", one.name, one.source))
        .collect();
    let set = if set.is_empty() {
        "all defaults".to_owned()
    } else {
        set.join(", ")
    };
    Check::of("configuration", &[], set)
}

fn store(path: &Path) -> Vec<Check> {
    match inspect(path) {
        Err(error) => vec![Check::failed("store", error.to_string())],
        Ok(found) => sound(&found),
    }
}

fn sound(found: &Inspection) -> Vec<Check> {
    let size = format!(
        "schema {}, {}, of which {} are free; SQLite {}",
        found.schema_version,
        bytes(found.bytes),
        bytes(found.free_bytes),
        found.sqlite_version
    );
    vec![
        Check::of("integrity", &found.damage, size),
        Check::of("counters", &found.miscounts, "each equals what it counts"),
        Check::of(
            "query plans",
            &found.scans,
            "no statement reads a whole table",
        ),
    ]
}

fn record(data: &Path) -> Check {
    let found = match inspect_record(data) {
        Ok(found) => found,
        Err(error) => return Check::failed("record", format!("cannot be listed: {error}")),
    };
    let worded = |bad: &BadLine| format!("line {} of {}: {}", bad.line, bad.file, bad.reason);
    let mut problems = found.unreadable;
    problems.extend(found.bad.examples.iter().map(worded));
    let hidden = found
        .bad
        .total
        .saturating_sub(found.bad.examples.len() as u64);
    if 0 < hidden {
        problems.push(count(hidden, "further bad line"));
    }
    Check::of(
        "record",
        &problems,
        format!("{} readable", count(found.lines, "line")),
    )
}

/// Read in a temporary view, for opening an engine cuts what a crash left half written.
fn metrics(data: &Path) -> Check {
    let view = tempfile::Builder::new()
        .prefix("paceline-doctor-")
        .tempdir();
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let found = view.and_then(|view| inspect_metrics(data, &view.path().join("metrics"), now_ms));
    match found {
        Err(error) => Check::failed("metrics", format!("cannot be read: {error}")),
        Ok(None) => Check::of("metrics", &[], "none yet"),
        Ok(Some(found)) => {
            let sound = format!(
                "{}, {}, {}",
                format_args!("{} series", found.series),
                count(found.samples, "sample"),
                bytes(found.bytes)
            );
            Check::of("metrics", &found.problems, sound)
        }
    }
}

/// What this user may fill, which is less than what is free.
#[cfg(unix)]
fn free_space(data: &Path) -> Check {
    match rustix::fs::statvfs(data) {
        Err(error) => Check::failed("free space", format!("cannot be told: {error}")),
        Ok(disk) => enough(disk.f_bavail.saturating_mul(disk.f_frsize)),
    }
}

#[cfg(not(unix))]
fn free_space(_data: &Path) -> Check {
    Check::of("free space", &[], "not looked at on this system")
}

fn enough(free: u64) -> Check {
    let (free_words, least) = (bytes(free), bytes(FREE_BYTES_MIN));
    if free < FREE_BYTES_MIN {
        return Check::failed(
            "free space",
            format!("{free_words} left, {least} should be"),
        );
    }
    Check::of("free space", &[], free_words)
}

impl Present for Findings {
    fn view(&self) -> View {
        let row = |check: &Check| {
            let holds = if check.holds { "ok" } else { "WRONG" };
            vec![
                check.check.to_owned(),
                holds.to_owned(),
                check.finding.clone(),
            ]
        };
        View::table(
            &["check", "outcome", "finding"],
            self.checks.iter().map(row).collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_inspection_finds_is_a_failed_check() {
        let sound_one = Inspection::default();
        assert!(sound(&sound_one).iter().all(|check| check.holds));
        let damaged = Inspection {
            damage: vec!["page 7 is damaged".to_owned()],
            ..Inspection::default()
        };
        let checks = sound(&damaged);
        assert!(!checks[0].holds && checks[1].holds);
        assert_eq!(checks[0].finding, "page 7 is damaged");
    }

    #[test]
    fn a_disk_that_is_nearly_full_is_a_failed_check() {
        assert!(enough(FREE_BYTES_MIN).holds);
        let check = enough(FREE_BYTES_MIN - 1);
        assert!(
            !check.holds && check.finding.contains("1.00 GiB should be"),
            "{check:?}"
        );
    }
}
