//! `paceline anomaly judge`: detectors over a table of numbers, without a server. Owns which columns are
//! times and numbers, and how often values come; refuses to judge by itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use paceline_api::{Anomaly, Timestamp};
use paceline_server::anomalies;
use serde::Serialize;

use super::view::{TOLD, told};
use crate::failure::Failure;
use crate::terminal::words::{duration_ms, time};
use crate::terminal::{Part, Present, Table, View};
use crate::values::{read_text, span_seconds};

/// A time in figures below it is in seconds, and in milliseconds from there on: 1 March 1973 and the
/// year 5138.
const SECONDS_MAX: f64 = 1e11;
const STEP_MS_MAX: i64 = 3_600_000;

/// Say what detectors tell of a table of numbers
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline anomaly judge latency.csv
  paceline anomaly judge readings.csv --time taken_at --value celsius --format json

The table is CSV with a line of names. Times are RFC 3339, `2026-10-05 14:03:07` (in UTC), or seconds
or milliseconds since 1970. Each column of numbers is judged by itself, from its first value to its
last, as a series is that comes in live: nothing is known before it happens.")]
pub struct Judge {
    /// The table; `-` reads the input stream
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column of times; the first unless said
    #[arg(long, value_name = "NAME")]
    time: Option<String>,
    /// A column of numbers, repeatable; all of them unless said
    #[arg(long = "value", value_name = "NAME")]
    values: Vec<String>,
    /// Between two values, such as 5m; the median of what there is unless said
    #[arg(long, value_parser = span, value_name = "SPAN")]
    step: Option<i64>,
}

/// What was found in each column.
#[derive(Debug, Serialize)]
pub struct Verdicts {
    columns: Vec<Verdict>,
    /// Rows without a time.
    rows_left_out: usize,
}

#[derive(Debug, Serialize)]
struct Verdict {
    column: String,
    values: usize,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    step_seconds: f64,
    /// There were enough values.
    is_judged: bool,
    /// The oldest first.
    anomalies: Vec<Anomaly>,
}

/// Values of one column by their times; of one time the first.
type Column = BTreeMap<i64, f64>;

struct Read {
    columns: Vec<(String, Column)>,
    rows_left_out: usize,
}

impl Judge {
    pub fn run(self) -> Result<Verdicts, Failure> {
        let path = self.file.to_string_lossy().into_owned();
        let read = self.read(&read_text(&path)?);
        let read = read.map_err(|problem| Failure::new(format!("`{path}`: {problem}")))?;
        Ok(verdicts(read, self.step))
    }

    fn read(&self, text: &str) -> Result<Read, String> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let names = reader.headers().map_err(|error| error.to_string())?.clone();
        let find = |wanted: &str| {
            let found = names.iter().position(|name| name == wanted);
            found.ok_or_else(|| format!("has no column `{wanted}`; it has {}", listed(&names)))
        };
        let time_at = self.time.as_deref().map_or(Ok(0), find)?;
        let wanted: Vec<usize> = match self.values.as_slice() {
            [] => (0..names.len()).filter(|at| *at != time_at).collect(),
            values => values
                .iter()
                .map(|name| find(name))
                .collect::<Result<_, _>>()?,
        };
        let mut columns = vec![Column::new(); wanted.len()];
        let (mut rows, mut rows_left_out) = (0, 0);
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            rows += 1;
            let Some(at_ms) = row.get(time_at).and_then(moment) else {
                rows_left_out += 1;
                continue;
            };
            for (column, at) in columns.iter_mut().zip(&wanted) {
                let value = row.get(*at).and_then(|text| text.parse::<f64>().ok());
                if let Some(value) = value.filter(|value| value.is_finite()) {
                    column.entry(at_ms).or_insert(value);
                }
            }
        }
        if rows == rows_left_out {
            let name = names.get(time_at).unwrap_or_default();
            return Err(format!(
                "no row has a time in column `{name}`: name the column with --time; it has {}",
                listed(&names)
            ));
        }
        let named = wanted
            .iter()
            .map(|at| names.get(*at).unwrap_or_default().to_owned());
        let columns: Vec<_> = named
            .zip(columns)
            .filter(|(_, column)| !column.is_empty())
            .collect();
        if columns.is_empty() {
            return Err("has no column of numbers beside its times".to_owned());
        }
        Ok(Read {
            columns,
            rows_left_out,
        })
    }
}

fn listed(names: &csv::StringRecord) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// In milliseconds since 1970.
fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.0);
    }
    if let Ok(number) = text.parse::<f64>() {
        let ms = if number.abs() < SECONDS_MAX {
            number * 1_000.0
        } else {
            number
        };
        return ms.is_finite().then_some(ms as i64);
    }
    let civil: DateTime = text.parse().ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

fn verdicts(read: Read, step: Option<i64>) -> Verdicts {
    let columns = read.columns.into_iter();
    let columns = columns.map(|(name, column)| verdict(name, &column, step));
    Verdicts {
        columns: columns.collect(),
        rows_left_out: read.rows_left_out,
    }
}

fn verdict(name: String, column: &Column, step: Option<i64>) -> Verdict {
    let values: Vec<(i64, f64)> = column.iter().map(|(at, value)| (*at, *value)).collect();
    let step_ms = step.map_or_else(|| median_step(&values), |seconds| seconds * 1_000);
    let judged = anomalies::judge(&name, &values, step_ms);
    let at = |pair: Option<&(i64, f64)>| pair.map(|(at_ms, _)| Timestamp(*at_ms));
    Verdict {
        column: name,
        values: values.len(),
        from: at(values.first()),
        to: at(values.last()),
        step_seconds: step_ms as f64 / 1_000.0,
        is_judged: judged.is_judged,
        anomalies: judged.anomalies,
    }
}

fn median_step(values: &[(i64, f64)]) -> i64 {
    let pairs = values.iter().zip(values.iter().skip(1));
    let mut steps: Vec<i64> = pairs.map(|((one, _), (next, _))| next - one).collect();
    steps.sort_unstable();
    let middle = steps.get(steps.len() / 2).copied();
    middle.unwrap_or(1_000).clamp(1, STEP_MS_MAX)
}

fn span(text: &str) -> Result<i64, String> {
    let seconds = span_seconds(text).filter(|seconds| 0 < *seconds && *seconds <= 3_600);
    seconds.ok_or_else(|| "must be a span of 1s to 1h, such as 30s or 5m".to_owned())
}

impl Present for Verdicts {
    fn view(&self) -> View {
        let mut view = View::default();
        for one in &self.columns {
            let name = &one.column;
            let found = match (one.is_judged, one.anomalies.len()) {
                (false, 0) => "too few values to be judged".to_owned(),
                (_, 0) => "no anomaly".to_owned(),
                (_, 1) => "1 anomaly".to_owned(),
                (_, many) => format!("{many} anomalies"),
            };
            let span = one.from.zip(one.to);
            let span = span.map_or_else(String::new, |(from, to)| {
                format!(", {} to {}", time(from), time(to))
            });
            view = view.and_say(format!(
                "{name}: {found} in {} values{span}, one every {}.",
                one.values,
                duration_ms(one.step_seconds * 1_000.0),
            ));
            if !one.anomalies.is_empty() {
                let rows = one.anomalies.iter().map(told).collect();
                view = view.and(Part::Table(Table::new(TOLD, rows)));
            }
        }
        if 0 < self.rows_left_out {
            view = view.and_say(format!(
                "rows without a time, left out: {}",
                self.rows_left_out
            ));
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(table: &str, more: &[&str]) -> Result<Verdicts, String> {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            judge: Judge,
        }
        let words = ["judge", "-"].iter().chain(more);
        let line = <Line as clap::Parser>::try_parse_from(words).map_err(|e| e.to_string())?;
        let read = line.judge.read(table)?;
        Ok(verdicts(read, line.judge.step))
    }

    /// A day of minutes about 20, with an hour at 60.
    fn day(time: impl Fn(i64) -> String) -> String {
        let mut table = "when,calm,heat,note\n".to_owned();
        for minute in 0..1_440_i64 {
            let wobble = ((minute * minute) as f64).sin();
            let heat = if (1_200..1_260).contains(&minute) {
                60.0
            } else {
                20.0
            } + wobble;
            table.push_str(&format!("{},{wobble},{heat},\"a, b\"\n", time(minute)));
        }
        table
    }

    #[test]
    fn what_was_planted_in_a_column_is_found_in_it_alone() {
        let check = |time: &dyn Fn(i64) -> String| {
            let found = judge(&day(time), &[]).unwrap();
            let counts: Vec<_> = found
                .columns
                .iter()
                .map(|one| (one.column.as_str(), one.anomalies.len(), one.step_seconds))
                .collect();
            assert_eq!(counts, [("calm", 0, 60.0), ("heat", 1, 60.0)]);
            let anomaly = &found.columns[1].anomalies[0];
            let minute = anomaly.started_at.0 / 60_000 % 1_440;
            assert!((1_200..=1_203).contains(&minute), "{anomaly:?}");
            assert!(anomaly.sentence.starts_with("heat is "), "{anomaly:?}");
        };
        check(&|minute| (minute * 60).to_string());
        check(&|minute| (1_791_244_800_000 + minute * 60_000).to_string());
        check(&|minute| format!("2026-10-05 {:02}:{:02}:00", minute / 60, minute % 60));
        check(&|minute| format!("2026-10-05T{:02}:{:02}:00Z", minute / 60, minute % 60));
    }

    #[test]
    fn columns_are_chosen_by_name_and_what_is_not_there_is_named() {
        let table = day(|minute| (minute * 60).to_string());
        let found = judge(&table, &["--value", "heat", "--step", "1m"]).unwrap();
        assert_eq!(found.columns.len(), 1);
        let check = |table: &str, more: &[&str], expected: &str| {
            let problem = judge(table, more).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        };
        check(
            &table,
            &["--value", "cold"],
            "no column `cold`; it has `when`",
        );
        check(
            &table,
            &["--time", "note"],
            "no row has a time in column `note`",
        );
        check("when,note\n0,x\n", &[], "no column of numbers");
        check("", &[], "no row has a time");
        check(&table, &["--step", "2h"], "1s to 1h");
        let found = judge("when,heat\n0,1\nlater,2\n60,3\n", &[]).unwrap();
        assert_eq!(found.rows_left_out, 1);
        assert!(!found.columns[0].is_judged);
    }
}
