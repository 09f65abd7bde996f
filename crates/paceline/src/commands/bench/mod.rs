//! `paceline bench`. Owns its flags and where results go; refuses to measure, which `paceline-bench`
//! does.

mod compare;
mod fleet;
mod history;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use paceline_bench::{MetricsOptions, Options, Outcome, Peer, Shelf, Suite, parse_count};

pub use fleet::BenchFleet;

use crate::failure::{Exit, Failure};
use crate::local::Local;
use crate::terminal::{Format, print_text, say};

/// Measure this machine: open and closed loops against servers in processes of their own
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  paceline bench
  paceline bench --suite tasks,memory_get --concurrency 16 --runs 5 --duration 5
  paceline bench --suite none --age 1k,10k,100k
  paceline bench compare previous last
  paceline bench history
  paceline bench --suite metrics
  paceline bench --suite metrics-scale --duration 10m
  paceline bench --format json --output results.json

Results are kept in the data directory, in `bench/`. Exits with 3 when a target is missed.")]
pub struct Bench {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Suites and scenarios, separated by commas: all, targets, none, agents, tasks, memory,
    /// messages, election, mcp, http, any scenario; or the metrics engine beside its peers: metrics
    /// (metrics-load and metrics-disk), metrics-scale (with metrics-days)
    #[arg(long, default_value = "all")]
    suite: Suite,
    /// Clients of the scenarios that have many
    #[arg(long, default_value_t = Options::default().concurrency, value_name = "N")]
    concurrency: usize,
    /// Arrivals a second of the open-loop scenarios, instead of their own; such as 5k
    #[arg(long, value_parser = parse_count, value_name = "N")]
    rate: Option<u64>,
    /// How long each run is measured, in seconds or such as 500ms, 10s, 1m; 3 s, of the metrics
    /// suites 10 s, at scale 10 m
    #[arg(long, value_parser = duration, value_name = "SECONDS")]
    duration: Option<Duration>,
    /// Fresh server processes per scenario; 5, of the metrics suites 3, at scale 1
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Ages to compare, separated by commas, such as 1k,100k: so many tasks, messages, dead agents,
    /// memory entries and samples are stored before each is measured
    #[arg(long, value_delimiter = ',', value_parser = parse_count, value_name = "COUNTS")]
    age: Vec<u64>,
    /// A server that is already running, instead of own ones
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Let `--url` leave this machine
    #[arg(long)]
    allow_remote: bool,
    /// Beside Paceline in the metrics suites: all, none, victoria-metrics, prometheus
    #[arg(long, value_parser = peers, value_name = "NAMES")]
    peers: Option<Peers>,
    /// Agents of the metrics suites, instead of their own number
    #[arg(long, value_parser = parse_count, value_name = "N")]
    agents: Option<u64>,
    /// How much of the past the metrics suites push before they ask
    #[arg(long, default_value = "1h", value_parser = duration, value_name = "TIME")]
    span: Duration,
    /// Where the servers keep their data while they are measured; the system's temporary folder
    /// unless said
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Do not keep the result in the data directory
    #[arg(long)]
    no_save: bool,
    /// For people, or the whole result for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the result there
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    local: Local,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Compare(compare::Compare),
    History(history::HistoryOf),
}

/// One value of the command line; `clap` would take a plain list apart.
#[derive(Clone, Debug)]
struct Peers(Vec<Peer>);

fn peers(text: &str) -> Result<Peers, String> {
    Peer::list(text).map(Peers)
}

fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|character: char| character.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return Err("not a duration such as `3`, `500ms`, `1m` or `1h`".to_owned()),
    };
    let seconds: f64 = number
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds * factor).map_err(|error| error.to_string())
}

impl Bench {
    pub async fn run(self) -> Result<(), Failure> {
        match self.verb {
            Some(Verb::Compare(command)) => command.run(&shelf(&self.local)?),
            Some(Verb::History(command)) => command.run(&shelf(&self.local)?),
            None => self.measure().await,
        }
    }

    async fn measure(self) -> Result<(), Failure> {
        // Before the first minute is spent: a bad configuration file is told at once.
        let shelf = if self.no_save {
            None
        } else {
            Some(shelf(&self.local)?)
        };
        let (format, output) = (self.format, self.output.clone());
        let options = self.options();
        let outcome = tokio::task::spawn_blocking(|| paceline_bench::run(options)).await;
        let outcome = outcome
            .map_err(|error| Failure::to("finish the benchmark", &error))?
            .map_err(|error| {
                Failure::new(format!("{error:#}"))
                    .hint("`paceline bench --help` shows what there is to choose")
            })?;
        // Whatever becomes of the files, the figures are not lost.
        let written = write(&outcome, format, output.as_deref());
        let kept = shelf.map_or(Ok(()), |shelf| keep(&shelf, &outcome));
        written.and(kept)?;
        judge(&outcome)
    }

    fn options(self) -> Options {
        let peers = self
            .peers
            .map_or_else(|| self.suite.peers(), |peers| peers.0);
        let agents = self
            .agents
            .map(|agents| usize::try_from(agents).unwrap_or(usize::MAX));
        Options {
            duration: self.duration.unwrap_or_else(|| self.suite.duration()),
            runs: self.runs.unwrap_or_else(|| self.suite.runs()),
            suite: self.suite,
            concurrency: self.concurrency,
            rate: self.rate,
            ages: self.age,
            url: self.url,
            allow_remote: self.allow_remote,
            scratch: self.scratch,
            program: None,
            commit: option_env!("PACELINE_COMMIT").map(str::to_owned),
            metrics: MetricsOptions {
                peers,
                agents,
                span: self.span,
            },
        }
    }
}

fn shelf(local: &Local) -> Result<Shelf, Failure> {
    let (config, _) = local.configuration()?;
    Ok(Shelf::of(&config.data))
}

fn of_bench(format: Format) -> paceline_bench::Format {
    match format {
        Format::Table => paceline_bench::Format::Table,
        Format::Json => paceline_bench::Format::Json,
    }
}

fn write(outcome: &Outcome, format: Format, output: Option<&Path>) -> Result<(), Failure> {
    let text = outcome
        .render(of_bench(format))
        .map_err(|error| Failure::new(format!("{error:#}")))?;
    let Some(path) = output else {
        return print_text(&text);
    };
    let shown = path.display();
    if let Err(error) = std::fs::write(path, &text) {
        print_text(&text)?;
        return Err(Failure::to(format_args!("write `{shown}`"), &error)
            .hint("the result was printed instead"));
    }
    say(format!("the result is in {shown}"));
    Ok(())
}

fn keep(shelf: &Shelf, outcome: &Outcome) -> Result<(), Failure> {
    let path = shelf.keep(&outcome.report).map_err(|error| {
        Failure::new(format!("{error:#}")).hint(
            "the result was shown; free some space, name another directory with `--data`, or keep \
             nothing with `--no-save`",
        )
    })?;
    say(format!("kept as {}", path.display()));
    Ok(())
}

fn judge(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.holds() {
        return Ok(());
    }
    Err(Failure {
        exit: Exit::CheckFailed,
        ..Failure::new("a target was missed")
    }
    .hint("the result says which; repeat it on an idle machine with a release build"))
}

/// What `paceline bench` starts as the ceiling: a bare handler without a store.
pub async fn ceiling() -> Result<(), Failure> {
    paceline_bench::serve_announced()
        .await
        .map_err(|error| Failure::to("serve the ceiling", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_seconds_unless_a_unit_says_otherwise() {
        let check = |text: &str, expected: Option<u64>| {
            let found = duration(text)
                .ok()
                .map(|duration| duration.as_millis() as u64);
            assert_eq!(found, expected, "{text}");
        };
        check("3", Some(3_000));
        check("0.5", Some(500));
        check("500ms", Some(500));
        check("2m", Some(120_000));
        check("1h", Some(3_600_000));
        for text in ["", "s", "-1", "3d", "1e400"] {
            check(text, None);
        }
    }
}
