//! Values of the past, given to detectors as if they came now. Owns how they are asked for, and what a
//! detector learns of a series before it watches it; refuses to tell anything.

use std::iter::Peekable;
use std::vec::IntoIter;

use paceline_analysis::anomaly::{Detector, Options};
use paceline_api::Anomaly;
use paceline_metrics::{Labels, METRIC_NAME, SeriesSource};
use paceline_promql::{
    Cancel, MatrixSeries, Options as QueryOptions, Query, QueryError, RangeSteps, Value,
};

use super::book::{About, Book};
use super::limits::{LEARN_MS, LEARN_VALUES_MAX, PREVIEW_POINTS_MAX, PREVIEW_SERIES_MAX};
use super::watched::Watched;
use super::words::about_metric;
use crate::operations::AGENT_LABEL;

/// Values that are missing in a row and told so, one by one.
const MISSING_MAX: i64 = 100_000;

/// One series and its values, which are given out by their times.
pub struct Line {
    pub watched: Watched,
    about: About,
    /// An agent's series ends with its agent.
    may_be_gone: bool,
    left: Peekable<IntoIter<(i64, f64)>>,
    has_begun: bool,
}

impl Line {
    pub fn new(about: About, step_ms: i64, series: MatrixSeries) -> Self {
        let points = series.points.iter();
        let points: Vec<_> = points.map(|point| (point.at_ms, point.value)).collect();
        Self {
            watched: Watched::new(Options::every(step_ms), 0),
            about,
            may_be_gone: series.labels.get(AGENT_LABEL).is_empty(),
            left: points.into_iter().peekable(),
            has_begun: false,
        }
    }

    pub fn observe(&mut self, at_ms: i64, book: &mut Book) {
        let value = self.left.next_if(|(next_ms, _)| *next_ms == at_ms);
        self.has_begun |= value.is_some();
        if value.is_none() && !(self.has_begun && self.may_be_gone) {
            return;
        }
        let about = || self.about.clone();
        let value = value.map(|(_, value)| value);
        self.watched.observe(at_ms, value, about, book);
    }

    fn has_more(&mut self) -> bool {
        self.left.peek().is_some()
    }
}

/// Each series with its values at the steps.
pub fn ask(
    query: &Query,
    source: &dyn SeriesSource,
    range: RangeSteps,
    lookback_ms: i64,
    cancel: &Cancel,
) -> Result<Vec<MatrixSeries>, QueryError> {
    let options = QueryOptions {
        lookback_ms,
        series_max: PREVIEW_SERIES_MAX * 100,
        steps_max: PREVIEW_POINTS_MAX.unsigned_abs() + 1,
        ..QueryOptions::default()
    };
    match query.range(source, range, &options, cancel)?.value {
        Value::Matrix(all) => Ok(all),
        Value::Vector(_) | Value::Scalar(_) | Value::String { .. } => Ok(Vec::new()),
    }
}

/// A detector that has seen what there is of a series already, as if it had watched it; None where
/// nothing can be read.
pub fn learnt(
    labels: &Labels,
    (is_rate, step_ms): (bool, i64),
    source: &dyn SeriesSource,
    now_ms: i64,
) -> Option<Detector> {
    let about = about_metric(labels, |_| None, (is_rate, step_ms));
    let query = Query::parse(&about.expr).ok()?;
    let values = (LEARN_MS / step_ms).min(LEARN_VALUES_MAX);
    let range = RangeSteps {
        from_ms: now_ms - values * step_ms,
        to_ms: now_ms,
        step_ms,
    };
    // A value that did not come is missing, and not the one before.
    let found = ask(&query, source, range, 2 * step_ms, &Cancel::new()).ok()?;
    let mut line = Line::new(about, step_ms, found.into_iter().next()?);
    let (mut book, mut at_ms) = (Book::default(), range.from_ms);
    // What is missing at the end is only late.
    while line.has_more() {
        line.observe(at_ms, &mut book);
        at_ms += step_ms;
    }
    Some(line.watched.detector)
}

/// What a detector tells of values that lie in no store, in the order of their times; how many there
/// were, and whether they were enough to judge.
#[must_use]
pub fn judge(name: &str, values: &[(i64, f64)], step_ms: i64) -> Judged {
    let about = about_metric(
        &Labels::from_pairs([(METRIC_NAME, name)]),
        |_| None,
        (false, step_ms),
    );
    let mut watched = Watched::new(Options::every(step_ms), 0);
    let mut book = Book::default();
    let mut last_ms = None;
    for (at_ms, value) in values {
        for missing_ms in missing(last_ms, *at_ms, step_ms) {
            watched.observe(missing_ms, None, || about.clone(), &mut book);
        }
        watched.observe(*at_ms, Some(*value), || about.clone(), &mut book);
        last_ms = Some(*at_ms);
    }
    let mut anomalies = book.into_all();
    anomalies.sort_by_key(|one| one.started_at);
    let is_judged = last_ms.is_some_and(|at_ms| watched.detector.normal_range(at_ms).is_some());
    Judged {
        anomalies,
        is_judged,
    }
}

/// What [`judge`] answers.
pub struct Judged {
    /// The oldest first.
    pub anomalies: Vec<Anomaly>,
    /// There were enough values.
    pub is_judged: bool,
}

/// The steps between two values at which there was none.
fn missing(last_ms: Option<i64>, at_ms: i64, step_ms: i64) -> impl Iterator<Item = i64> {
    let last_ms = last_ms.unwrap_or(at_ms);
    let steps = (at_ms - last_ms + step_ms / 2) / step_ms;
    // Nobody has watched a longer gap.
    let steps = if MISSING_MAX < steps { 0 } else { steps };
    (1..steps).map(move |step| last_ms + step * step_ms)
}
