//! `paceline bench`. Owns its flags; refuses to measure, which `paceline-bench` does.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use paceline_bench::{Options, Outcome, Suite, parse_count};

use crate::failure::{Exit, Failure};
use crate::terminal::{Format, print_text, say};

/// Measure this machine: open and closed loops against servers in processes of their own
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline bench
  paceline bench --suite enqueue,lifecycle --concurrency 16 --runs 3 --duration 5
  paceline bench --suite none --age 1k,1M
  paceline bench --format json --output results.json

Exits with 3 when a target is missed.")]
pub struct Bench {
    /// all, targets, none, or scenarios separated by commas
    #[arg(long, default_value = "all")]
    suite: Suite,
    /// Clients of the scenarios that have many
    #[arg(long, default_value_t = Options::default().concurrency, value_name = "N")]
    concurrency: usize,
    /// Arrivals a second of the open-loop scenarios, instead of their own; such as 5k
    #[arg(long, value_parser = parse_count, value_name = "N")]
    rate: Option<u64>,
    /// How long each run is measured, in seconds or such as 500ms, 10s, 1m
    #[arg(long, default_value = "3s", value_parser = duration, value_name = "SECONDS")]
    duration: Duration,
    /// Fresh server processes per scenario
    #[arg(long, default_value_t = Options::default().runs, value_name = "N")]
    runs: usize,
    /// Stored tasks and messages to compare, separated by commas, such as 1k,1M
    #[arg(long, value_delimiter = ',', value_parser = parse_count, value_name = "COUNTS")]
    age: Vec<u64>,
    /// A server that is already running, instead of own ones
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Let `--url` leave this machine
    #[arg(long)]
    allow_remote: bool,
    /// Where the servers keep their data; the system's temporary folder unless said
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// For people, or the whole result for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the result there
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|character: char| character.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        _ => return Err("not a duration such as `3`, `500ms` or `1m`".to_owned()),
    };
    let seconds: f64 = number
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds * factor).map_err(|error| error.to_string())
}

impl Bench {
    pub async fn run(self) -> Result<(), Failure> {
        let (format, output) = (self.format, self.output.clone());
        let options = self.options();
        let outcome = tokio::task::spawn_blocking(|| paceline_bench::run(options)).await;
        let outcome = outcome
            .map_err(|error| Failure::to("finish the benchmark", &error))?
            .map_err(|error| {
                Failure::new(format!("{error:#}"))
                    .hint("`paceline bench --help` shows what there is to choose")
            })?;
        write(&outcome, format, output)?;
        if outcome.holds() {
            return Ok(());
        }
        Err(Failure {
            exit: Exit::CheckFailed,
            ..Failure::new("a target was missed")
        }
        .hint("the result says which; repeat it on an idle machine with a release build"))
    }

    fn options(self) -> Options {
        Options {
            suite: self.suite,
            concurrency: self.concurrency,
            rate: self.rate,
            duration: self.duration,
            runs: self.runs,
            ages: self.age,
            url: self.url,
            allow_remote: self.allow_remote,
            data: self.data,
            program: None,
        }
    }
}

fn write(outcome: &Outcome, format: Format, output: Option<PathBuf>) -> Result<(), Failure> {
    let format = match format {
        Format::Table => paceline_bench::Format::Table,
        Format::Json => paceline_bench::Format::Json,
    };
    let text = outcome
        .render(format)
        .map_err(|error| Failure::new(format!("{error:#}")))?;
    let Some(path) = output else {
        return print_text(&text);
    };
    let shown = path.display();
    std::fs::write(&path, text)
        .map_err(|error| Failure::to(format_args!("write `{shown}`"), &error))?;
    say(format!("the result is in {shown}"));
    Ok(())
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
        for text in ["", "s", "-1", "3h", "1e400"] {
            check(text, None);
        }
    }
}
