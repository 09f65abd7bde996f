//! A statement against its expectation. Owns the tolerance and what "unordered" means.

use std::collections::BTreeMap;

use paceline_metrics::Labels;
use paceline_promql::{
    Answer, Cancel, MatrixSeries, Options, Point, Query, RangeSteps, Value, VectorSample,
};
use regex::Regex;

use super::notation::{self, Item};
use super::script::{Eval, Pattern, Time};
use super::store::Store;
use crate::memory::MemorySource;

/// As in Prometheus's runner.
const TOLERANCE: f64 = 0.000_001;

type Checked = Result<(), String>;

pub fn run(eval: &Eval, store: &Store) -> Checked {
    let source = store.source();
    let answer = ask(&eval.query, eval.time, &source);
    if let Some(pattern) = &eval.expect.fail {
        return match answer {
            Ok(answer) => Err(format!("should fail, is {:?}", answer.value)),
            Err(problem) if matches(pattern, &problem) => Ok(()),
            Err(problem) => Err(format!("fails otherwise: {problem}")),
        };
    }
    let answer = answer?;
    check_notes(
        "warning",
        &eval.expect.warns,
        eval.expect.no_warn,
        &answer.warnings,
    )?;
    check_notes(
        "info",
        &eval.expect.infos,
        eval.expect.no_info,
        &answer.infos,
    )?;
    match answer.value {
        Value::String { text, .. } => match eval.expect.string.as_ref() == Some(&text) {
            true => Ok(()),
            false => Err(format!("is {text:?}")),
        },
        Value::Scalar(point) => check_scalar(eval, point.value),
        Value::Vector(samples) => {
            check_vector(eval, &samples)?;
            check_in_range(eval, &samples, &source)
        }
        Value::Matrix(series) => check_matrix(eval, &series),
    }
}

fn ask(query: &str, time: Time, source: &MemorySource) -> Result<Answer, String> {
    let options = Options {
        // As Prometheus runs its scripts.
        delayed_name_removal: true,
        ..Options::default()
    };
    let query = Query::parse(query).map_err(|error| error.to_string())?;
    let answer = match time.step_ms {
        None => query.instant(source, time.from_ms, &options, &Cancel::new()),
        Some(step_ms) => {
            let steps = RangeSteps {
                from_ms: time.from_ms,
                to_ms: time.to_ms,
                step_ms,
            };
            query.range(source, steps, &options, &Cancel::new())
        }
    };
    answer.map_err(|error| error.to_string())
}

fn matches(pattern: &Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Any => true,
        Pattern::Text(expected) => expected == text,
        Pattern::Regex(regex) => Regex::new(regex).expect("valid").is_match(text),
    }
}

/// Every expectation has a note, and where there is one every note an expectation.
fn check_notes(kind: &str, expected: &[Pattern], none: bool, notes: &[String]) -> Checked {
    if none && !notes.is_empty() {
        return Err(format!("unexpected {kind} {notes:?}"));
    }
    for pattern in expected {
        if !notes.iter().any(|note| matches(pattern, note)) {
            return Err(format!("an expected {kind} is missing in {notes:?}"));
        }
    }
    let surplus = |note: &&String| !expected.iter().any(|pattern| matches(pattern, note));
    match notes.iter().find(surplus).filter(|_| !expected.is_empty()) {
        Some(note) => Err(format!("unexpected {kind} {note}")),
        None => Ok(()),
    }
}

fn check_scalar(eval: &Eval, value: f64) -> Checked {
    let expected = eval.lines.first().and_then(|line| line.parse().ok());
    match expected {
        Some(expected) if almost_equal(expected, value) => Ok(()),
        _ => Err(format!("is {value}, not {:?}", eval.lines)),
    }
}

fn check_vector(eval: &Eval, samples: &[VectorSample]) -> Checked {
    let expected: Vec<(Labels, f64)> = expected_series(eval)?
        .into_iter()
        .map(|(labels, items)| match items[..] {
            [Item::Number(value)] => Ok((labels, value)),
            _ => Err("a histogram is expected".to_owned()),
        })
        .collect::<Result<_, _>>()?;
    let found: Vec<(Labels, f64)> = samples
        .iter()
        .map(|sample| (sample.labels.clone(), sample.point.value))
        .collect();
    let equal = |(one, other): (&(Labels, f64), &(Labels, f64))| {
        one.0 == other.0 && almost_equal(one.1, other.1)
    };
    let is_equal = expected.len() == found.len()
        && if eval.expect.ordered {
            expected.iter().zip(&found).all(equal)
        } else {
            let sorted = |of: &[(Labels, f64)]| {
                let mut of = of.to_vec();
                of.sort_by(|one, other| one.0.cmp(&other.0));
                of
            };
            sorted(&expected).iter().zip(&sorted(&found)).all(equal)
        };
    match is_equal {
        true => Ok(()),
        false => Err(format!("is {found:?}, not {expected:?}")),
    }
}

/// The same question over a range that holds the instant must say the same there.
fn check_in_range(eval: &Eval, samples: &[VectorSample], source: &MemorySource) -> Checked {
    let time = Time {
        from_ms: eval.time.from_ms - 60_000,
        to_ms: eval.time.from_ms + 60_000,
        step_ms: Some(60_000),
    };
    // Another step may be an error where this one is none.
    let Ok(answer) = ask(&eval.query, time, source) else {
        return Ok(());
    };
    let Value::Matrix(series) = answer.value else {
        return Err("a range query gives no matrix".to_owned());
    };
    let uses_bounds = eval.query.contains("start()") || eval.query.contains("end()");
    let mut in_range: BTreeMap<Labels, f64> = BTreeMap::new();
    for one in &series {
        let there = |point: &&Point| point.at_ms == eval.time.from_ms;
        if let Some(point) = one.points.iter().find(there) {
            in_range.insert(one.labels.clone(), point.value);
        }
    }
    let same = in_range.len() == samples.len()
        && samples.iter().all(|sample| {
            in_range
                .get(&sample.labels)
                .is_some_and(|value| almost_equal(*value, sample.point.value))
        });
    match same || uses_bounds {
        true => Ok(()),
        false => Err(format!("in a range it is {in_range:?}, not {samples:?}")),
    }
}

fn check_matrix(eval: &Eval, series: &[MatrixSeries]) -> Checked {
    let time = eval.expect.times.unwrap_or(eval.time);
    let step_ms = time
        .step_ms
        .ok_or("a range vector is expected with its times")?;
    let mut expected = BTreeMap::new();
    for (labels, items) in expected_series(eval)? {
        let mut points = Vec::new();
        for (place, item) in items.iter().enumerate() {
            match item {
                Item::Number(value) => points.push((time.from_ms + place as i64 * step_ms, *value)),
                Item::Nothing => {}
                Item::Histogram => return Err("a histogram is expected".to_owned()),
            }
        }
        if !points.is_empty() {
            expected.insert(labels, points);
        }
    }
    let found: BTreeMap<Labels, Vec<(i64, f64)>> = series
        .iter()
        .map(|one| {
            let points = one.points.iter().map(|point| (point.at_ms, point.value));
            (one.labels.clone(), points.collect())
        })
        .collect();
    let equal =
        |one: &(i64, f64), other: &(i64, f64)| one.0 == other.0 && almost_equal(one.1, other.1);
    let is_equal = expected.len() == found.len()
        && expected.iter().all(|(labels, points)| {
            found.get(labels).is_some_and(|found| {
                found.len() == points.len()
                    && points
                        .iter()
                        .zip(found)
                        .all(|(one, other)| equal(one, other))
            })
        });
    match is_equal {
        true => Ok(()),
        false => Err(format!("is {found:?}, not {expected:?}")),
    }
}

/// A line that is a number alone is a scalar, or a range query's only series.
fn expected_series(eval: &Eval) -> Result<Vec<(Labels, Vec<Item>)>, String> {
    eval.lines
        .iter()
        .map(|line| match line.parse::<f64>() {
            Ok(_) => Err(format!("a scalar is expected: {line}")),
            Err(_) => Ok(notation::series(line)),
        })
        .collect()
}

fn almost_equal(one: f64, other: f64) -> bool {
    if (one.is_nan() && other.is_nan()) || one == other {
        return true;
    }
    let size = one.abs() + other.abs();
    let difference = (one - other).abs();
    if one == 0.0 || other == 0.0 || size < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / size.min(f64::MAX) < TOLERANCE
}
