//! One benchmark from its options to its report. Owns the thread that the load comes from, the
//! progress bar and the conditions; refuses to print or to choose an exit code.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::choice::SUITE_VERSION;
use crate::drive::WARM_UP_MAX;
use crate::interrupt::Interrupt;
use crate::options::Options;
use crate::process::{self, Launcher};
use crate::report::{Conditions, FORMAT, Report};
use crate::suite::{Suite, run_count};
use crate::{age, clock, machine, metrics, table};

/// What a benchmark came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub report: Report,
}

/// How an outcome is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Table,
    Json,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            _ => Err(format!(
                "`{text}` is not a format; there are table and json"
            )),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::Json => "json",
        })
    }
}

impl Outcome {
    /// Text that ends with a line feed.
    pub fn render(&self, format: Format) -> Result<String> {
        match format {
            Format::Table => Ok(table::render(&self.report)),
            Format::Json => Ok(serde_json::to_string_pretty(&self.report)? + "\n"),
        }
    }

    /// Whether every target that was measured was met, without errors or doubled claims.
    pub fn holds(&self) -> bool {
        self.report.holds()
    }
}

/// Runs what the options ask for. Blocks; it may be called inside a runtime or outside of one.
pub fn run(options: Options) -> Result<Outcome> {
    options.check()?;
    options.target()?;
    // A thread with a runtime of its own: the load must not share workers with the caller's tasks,
    // and a single thread needs no locks that the measured server would wait behind.
    let load = std::thread::Builder::new()
        .name("bench-load".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(measure(&options))
        });
    let load = load.context("cannot start the thread that makes the load")?;
    load.join()
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the load generator panicked")))
}

async fn measure(options: &Options) -> Result<Outcome> {
    let scratch = options.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let program = process::program(options.program.as_deref())?;
    let launcher = Launcher {
        program,
        data: scratch.clone(),
    };
    let interrupt = Interrupt::on_ctrl_c();
    let mut report = blank(options, &scratch);
    let metrics = options.suite.metrics();
    let starts = metrics.map_or(0, |measure| measure.starts(&options.metrics, options.runs));
    let progress = bar(run_count(options) + starts);
    let suite = Suite {
        options,
        launcher: launcher.clone(),
        interrupt: interrupt.clone(),
        progress: progress.clone(),
    };
    report.scenarios = suite.run().await?;
    if let Some(measure) = options.suite.metrics() {
        let bench = metrics::Bench {
            options: &options.metrics,
            measure,
            runs: options.runs,
            duration: options.duration,
            launcher: launcher.clone(),
            interrupt: interrupt.clone(),
            progress: progress.clone(),
        };
        report.metrics = Some(bench.run().await?);
    }
    if !options.ages.is_empty() && !interrupt.is_raised() {
        report.ages = tokio::select! {
            rows = age::compare(options, &launcher, &interrupt, &progress) => rows?,
            () = interrupt.raised(2) => Vec::new(),
        };
    }
    progress.finish_and_clear();
    report.conditions.load_average_after = machine::load_average();
    report.partial = interrupt.is_raised();
    Ok(Outcome { report })
}

fn blank(options: &Options, scratch: &Path) -> Report {
    let machine = machine::describe(scratch);
    let load_average_before = machine::load_average();
    let remarks = remarks(&machine.filesystem, machine.cores, load_average_before);
    let durability = match &options.url {
        Some(url) => format!("as the server at {url} is set up"),
        None => "every answer after its commit is on disk (WAL, synchronous=FULL)".to_owned(),
    };
    Report {
        format: FORMAT,
        suite: options.suite.to_string(),
        suite_version: SUITE_VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: options.commit.clone(),
        measured_at: clock::date(),
        machine,
        conditions: Conditions {
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            }
            .to_owned(),
            durability,
            runs: options.runs,
            warm_up_seconds_max: WARM_UP_MAX.as_secs_f64(),
            duration_seconds: options.duration.as_secs_f64(),
            fleet_size: options.concurrency,
            load_average_before,
            load_average_after: None,
            remarks,
        },
        partial: false,
        scenarios: Vec::new(),
        ages: Vec::new(),
        metrics: None,
    }
}

/// What a reader must know before trusting the figures.
fn remarks(filesystem: &str, cores: usize, load_average: Option<f64>) -> Vec<String> {
    let mut remarks = Vec::new();
    if cfg!(debug_assertions) {
        remarks.push("this is a debug build; its figures say nothing of a release".to_owned());
    }
    if filesystem == "tmpfs" || filesystem == "ramfs" {
        remarks.push("the data lies in memory, so nothing here is durable".to_owned());
    }
    // Half a core of other work is visible in every figure.
    if let Some(load) = load_average.filter(|&load| 0.5 < load) {
        remarks.push(format!(
            "others were busy on these {cores} cores: load average {load:.1}"
        ));
    }
    remarks
}

/// Hidden by itself where standard error is no terminal.
fn bar(length: u64) -> ProgressBar {
    let template = "{bar:32} {pos}/{len} {elapsed_precise} {msg}";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let progress = ProgressBar::new(length).with_style(style);
    progress.enable_steady_tick(std::time::Duration::from_millis(500));
    progress
}
