//! The same questions to a real Prometheus and to the server, on the same data. Owns what counts as the
//! same answer; refuses differences that [`super::differences`] does not explain. Each question is
//! laid out by both as well, to the same text.
//!
//! Numbers are the same when they differ by less than one part in a billion, or by less than a
//! billionth: both sum in an order of their own. `cargo xtask compare-prometheus` asks 2,000.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::data::{self, INTERVAL_MS, SAMPLES};
use super::dice::Dice;
use super::differences::{Case, explanation};
use super::grammar::Grammar;
use super::peer::Prometheus;
use super::{API, ask};
use crate::http::Connection;
use crate::server::Server;

/// As many as a run of the whole suite has time for.
const QUESTIONS: u64 = 300;
const SEED: u64 = 20_261_121;
const TOLERANCE: f64 = 1e-9;
/// Shown at most; the number of all is always told.
const SHOWN_MAX: usize = 20;

struct Question {
    promql: String,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
}

#[test]
fn generated_questions_have_the_answers_of_a_real_prometheus() {
    let count = number("PACELINE_COMPARE_QUERIES", QUESTIONS);
    let seed = number("PACELINE_COMPARE_SEED", SEED);
    let (server, peer) = (Server::start(), Prometheus::start());
    // On a whole minute, so that a seed means the same places in the data on any day.
    let from_ms = (data::now_ms() / 60_000 - 50) * 60_000;
    let series = data::generate(from_ms, seed);
    data::write(&server.url, &format!("{API}/write"), &series);
    data::write(&peer.url, "/api/v1/write", &series);
    let mut tally = Tally::default();
    let (mut ours, mut theirs) = (server.connect(), Connection::to(&peer.url));
    let version = peer.version();
    let mut dice = Dice::new(seed);
    for _ in 0..count {
        let question = question(&mut dice, from_ms);
        let fields: Vec<(&str, &str)> = question
            .fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let our = ask(&mut ours, &format!("{API}/{}", question.path), &fields);
        let their = ask(&mut theirs, &format!("/api/v1/{}", question.path), &fields);
        tally.add(&question, &our, &their, &version);
        let text = [("query", question.promql.as_str())];
        let our = ask(&mut ours, &format!("{API}/format_query"), &text);
        let their = ask(&mut theirs, "/api/v1/format_query", &text);
        assert_eq!(lines(&our), lines(&their), "{}", question.promql);
    }
    println!("{}", tally.summary(count, seed, &version));
    assert_eq!(tally.unexplained, 0, "\n{}", tally.report);
}

/// A laid out question without its indents: Prometheus forgets that of a short subquery.
fn lines(answer: &(u16, Value)) -> Vec<&str> {
    let text = answer.1["data"].as_str().unwrap_or_default();
    text.lines().map(str::trim_start).collect()
}

fn number(variable: &str, default: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(default, |text| text.parse().expect("a whole number"))
}

/// Never on a whole second, see [`data`].
fn question(dice: &mut Dice, from_ms: i64) -> Question {
    let from = from_ms / 1_000 + 240;
    let span = u64::try_from(SAMPLES * INTERVAL_MS / 1_000 - 240).unwrap_or(1);
    let start = from + dice.below(span).cast_signed();
    if dice.once_in(2) {
        let promql = Grammar { dice }.question();
        let fields = vec![("query", promql.clone()), ("time", format!("{start}.777"))];
        let path = "query";
        return Question {
            promql,
            path,
            fields,
        };
    }
    let promql = Grammar { dice }.range_question();
    let step = dice.pick(&["10", "15", "37", "60", "5m"]).to_owned();
    let end = start + dice.below(900).cast_signed();
    let fields = vec![
        ("query", promql.clone()),
        ("start", format!("{start}.777")),
        ("end", format!("{end}.777")),
        ("step", step),
    ];
    let path = "query_range";
    Question {
        promql,
        path,
        fields,
    }
}

#[derive(Default)]
struct Tally {
    same: u64,
    /// Of those, answers with at least one series.
    full: u64,
    refused: u64,
    explained: BTreeMap<&'static str, u64>,
    unexplained: u64,
    report: String,
}

impl Tally {
    fn add(
        &mut self,
        question: &Question,
        our: &(u16, Value),
        their: &(u16, Value),
        version: &str,
    ) {
        let Err(difference) = same(&question.promql, our, their) else {
            self.same += 1;
            self.full += u64::from(holds_something(&their.1));
            self.refused += u64::from(their.0 != 200);
            return;
        };
        let case = Case {
            promql: &question.promql,
            path: question.path,
            version,
            our,
            their,
        };
        if let Some(reason) = explanation(&case) {
            *self.explained.entry(reason).or_default() += 1;
            return;
        }
        self.unexplained += 1;
        if self.unexplained <= SHOWN_MAX as u64 {
            let _ = writeln!(
                self.report,
                "{} {:?}\n  {difference}\n  ours:   {}\n  theirs: {}",
                question.path,
                question.fields,
                shortened(&our.1),
                shortened(&their.1)
            );
        }
    }

    fn summary(&self, count: u64, seed: u64, version: &str) -> String {
        let mut text = format!(
            "{count} questions (seed {seed}) to Prometheus {version}: {} the same ({} with series, \
             {} refused by both), {} explained, {} different",
            self.same,
            self.full,
            self.refused,
            self.explained.values().sum::<u64>(),
            self.unexplained
        );
        for (reason, count) in &self.explained {
            let _ = write!(text, "\n  {count} explained: {reason}");
        }
        text
    }
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(600).collect()
}

fn holds_something(answer: &Value) -> bool {
    match &answer["data"]["result"] {
        Value::Array(all) => !all.is_empty(),
        _ => false,
    }
}

fn same(promql: &str, our: &(u16, Value), their: &(u16, Value)) -> Result<(), String> {
    if our.0 != their.0 {
        return Err(format!("status {} is not {}", our.0, their.0));
    }
    if their.0 != 200 {
        let (our, their) = (&our.1["errorType"], &their.1["errorType"]);
        return check(our == their, || format!("{our} is not {their}"));
    }
    let (our, their) = (&our.1["data"], &their.1["data"]);
    let (kind, expected) = (&our["resultType"], &their["resultType"]);
    check(kind == expected, || format!("{kind} is not {expected}"))?;
    let (our, their) = (&our["result"], &their["result"]);
    match expected.as_str() {
        Some("scalar") => same_point(our, their),
        _ if promql.starts_with("sort") => same_in_order(our, their),
        _ => same_series(our, their),
    }
}

fn check(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}

/// Series in any order, points in theirs.
fn same_series(our: &Value, their: &Value) -> Result<(), String> {
    let (mut our, their) = (by_labels(our), by_labels(their));
    for (labels, expected) in their {
        let given = our
            .remove(&labels)
            .ok_or_else(|| format!("{labels} is missing"))?;
        let (given, expected) = (points(given), points(expected));
        check(given.len() == expected.len(), || {
            format!("{labels}: {} points, not {}", given.len(), expected.len())
        })?;
        for (given, expected) in given.iter().zip(&expected) {
            same_point(given, expected).map_err(|problem| format!("{labels}: {problem}"))?;
        }
    }
    match our.keys().next() {
        Some(labels) => Err(format!("{labels} is too much")),
        None => Ok(()),
    }
}

fn by_labels(result: &Value) -> BTreeMap<String, &Value> {
    let all = result.as_array().into_iter().flatten();
    all.map(|series| (series["metric"].to_string(), series))
        .collect()
}

fn points(series: &Value) -> Vec<&Value> {
    match &series["values"] {
        Value::Array(points) => points.iter().collect(),
        _ => vec![&series["value"]],
    }
}

/// Of equal values either may come first.
fn same_in_order(our: &Value, their: &Value) -> Result<(), String> {
    same_series(our, their)?;
    let values = |result: &Value| -> Vec<Value> {
        let all = result.as_array().into_iter().flatten();
        all.map(|series| series["value"].clone()).collect()
    };
    for (at, (given, expected)) in values(our).iter().zip(&values(their)).enumerate() {
        same_point(given, expected).map_err(|problem| format!("place {at}: {problem}"))?;
    }
    Ok(())
}

fn same_point(our: &Value, their: &Value) -> Result<(), String> {
    let time = |point: &Value| point[0].as_f64().unwrap_or(f64::NAN);
    check((time(our) - time(their)).abs() < 0.0005, || {
        format!("at {} instead of {}", our[0], their[0])
    })?;
    let value = |point: &Value| {
        let text = point[1].as_str().unwrap_or("none");
        text.parse::<f64>()
            .map_err(|_| format!("{point} has no value"))
    };
    let (given, expected) = (value(our)?, value(their)?);
    check(is_close(given, expected), || {
        format!("{given} instead of {expected} at {}", their[0])
    })
}

fn is_close(one: f64, other: f64) -> bool {
    let distance = (one - other).abs();
    one == other
        || (one.is_nan() && other.is_nan())
        || distance <= TOLERANCE
        || distance <= TOLERANCE * one.abs().max(other.abs())
}
