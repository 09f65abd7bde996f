//! What detectors would have told of the past. Owns how much of it is looked at, and the run of the same
//! detectors over the answer to a question; refuses to keep anything.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use paceline_analysis::anomaly::clock;
use paceline_api::{Anomaly, AnomalyPreview, AnomalyPreviewRequest, Timestamp};
use paceline_metrics::{Label, Labels, METRIC_NAME, MatchOp, Matcher, SeriesSource};
use paceline_promql::{Cancel, MatrixSeries, Query, RangeSteps, parse_selector};

use super::book::Book;
use super::custom::Definition;
use super::limits::{
    PREVIEW_ITEMS_MAX, PREVIEW_LEARN_MS, PREVIEW_POINTS_MAX, PREVIEW_SERIES_MAX, PREVIEW_SPAN_MS,
    STEP_MS_MIN,
};
use super::past::{self, Line};
use super::words::{about_answer, about_metric, is_counter, rate_of};
use crate::operations::ApiFailure;
use crate::operations::failure::invalid;

/// Steps that people read at a glance.
const STEPS_MS: [i64; 13] = [
    1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
    1_800_000, 3_600_000,
];

/// A series that has values at less of the steps comes more seldom than these.
const VALUES_SHARE_MIN: f64 = 0.75;

/// A question that was checked, and the times it is asked for.
pub struct Asked {
    text: String,
    query: Query,
    /// Where it names series and nothing else.
    selector: Option<Vec<Matcher>>,
    /// Judged by its rate.
    is_rate: bool,
    learn_from_ms: i64,
    from_ms: i64,
    to_ms: i64,
    step_ms: i64,
    /// By whoever asks, and not by what there is.
    is_step_given: bool,
}

impl Asked {
    /// # Errors
    /// What makes no sense, by its field.
    pub fn of(
        request: AnomalyPreviewRequest,
        now_ms: i64,
        definition: Definition<'_>,
    ) -> Result<Self, ApiFailure> {
        let to_ms = request.to.map_or(now_ms, |at| at.0.min(now_ms));
        let from_ms = request.from.map_or(to_ms - PREVIEW_SPAN_MS, |at| at.0);
        if to_ms <= from_ms {
            return Err(invalid("from", "must be before `to` and before now"));
        }
        let learn_ms = request.learn_seconds.map_or(PREVIEW_LEARN_MS, |seconds| {
            i64::try_from(seconds)
                .unwrap_or(i64::MAX)
                .saturating_mul(1_000)
        });
        let learn_from_ms = from_ms.saturating_sub(learn_ms).max(0);
        let step_ms = step_ms(request.step_seconds, to_ms.saturating_sub(learn_from_ms))?;
        let query = Query::parse(&request.expr);
        let selector = parse_selector(&request.expr).ok();
        let name = selector.as_deref().and_then(name_in);
        Ok(Self {
            query: query.map_err(|error| unreadable(&error.to_string()))?,
            is_rate: name.is_some_and(|name| is_counter(name, definition)),
            selector,
            text: request.expr,
            learn_from_ms,
            from_ms,
            to_ms,
            step_ms,
            is_step_given: request.step_seconds.is_some(),
        })
    }

    /// Blocks while it asks and judges.
    ///
    /// # Errors
    /// When the question cannot be answered, or has too many answers.
    pub fn judge(
        mut self,
        source: &dyn SeriesSource,
        definition: Definition<'_>,
        lookback_ms: i64,
        cancel: &Cancel,
    ) -> Result<AnomalyPreview, ApiFailure> {
        if !self.is_step_given {
            let found = self.ask(source, self.step_ms, cancel)?;
            self.step_ms = fitting(self.step_ms, &found);
        }
        if self.is_rate {
            let rate = rate_of(self.text.trim(), self.step_ms);
            self.query = Query::parse(&rate).map_err(|error| unreadable(&error.to_string()))?;
        }
        let all = self.ask(source, lookback_ms.min(2 * self.step_ms), cancel)?;
        if PREVIEW_SERIES_MAX < all.len() as u64 {
            let problem = format!(
                "answers with {} series, at most {PREVIEW_SERIES_MAX} are judged at once: narrow it, or aggregate",
                all.len()
            );
            return Err(invalid("expr", &problem));
        }
        let lines = all.into_iter();
        let mut lines: Vec<Line> = lines.map(|one| self.line(one, definition)).collect();
        let mut book = Book::default();
        let mut at_ms = self.learn_from_ms;
        while at_ms <= self.to_ms {
            if cancel.stopped().is_some() {
                let problem = "takes too long: ask for less time, or fewer series";
                return Err(unreadable(problem));
            }
            for line in &mut lines {
                line.observe(at_ms, &mut book);
            }
            at_ms += self.step_ms;
        }
        Ok(self.told(&lines, book))
    }

    fn ask(
        &self,
        source: &dyn SeriesSource,
        lookback_ms: i64,
        cancel: &Cancel,
    ) -> Result<Vec<MatrixSeries>, ApiFailure> {
        let range = RangeSteps {
            from_ms: self.learn_from_ms,
            to_ms: self.to_ms,
            step_ms: self.step_ms,
        };
        let answer = past::ask(&self.query, source, range, lookback_ms, cancel);
        answer.map_err(|error| unreadable(&error.to_string()))
    }

    fn line(&self, series: MatrixSeries, definition: Definition<'_>) -> Line {
        let about = match &self.selector {
            Some(matchers) => {
                let labels = named(&series.labels, matchers);
                about_metric(&labels, definition, (self.is_rate, self.step_ms))
            }
            None => about_answer(&self.text, &series.labels, self.step_ms),
        };
        Line::new(about, self.step_ms, series)
    }

    fn told(&self, lines: &[Line], book: Book) -> AnomalyPreview {
        let mut items = book.into_all();
        items.retain(|one| one.ended_at.is_none_or(|end| self.from_ms <= end.0));
        items.sort_by_key(|one| Reverse(one.started_at));
        let is_unjudged = |line: &&Line| line.watched.detector.normal_range(self.to_ms).is_none();
        let unjudged = lines.iter().filter(is_unjudged).count() as u64;
        let left_out = items.len().saturating_sub(PREVIEW_ITEMS_MAX) as u64;
        let sentence = self.sentence(lines.len() as u64, unjudged, &items);
        items.truncate(PREVIEW_ITEMS_MAX);
        AnomalyPreview {
            expr: self.text.clone(),
            learnt_from: Timestamp(self.learn_from_ms),
            from: Timestamp(self.from_ms),
            to: Timestamp(self.to_ms),
            step_seconds: self.step_ms as f64 / 1_000.0,
            series: lines.len() as u64,
            unjudged,
            sentence,
            items,
            left_out,
        }
    }

    /// `3 anomalies in 2 of 12 series, the last since 14:03; 4 series had too few values to be judged`
    fn sentence(&self, series: u64, unjudged: u64, items: &[Anomaly]) -> String {
        let mut text = match (series, items) {
            (0, _) => return "the question has no answer in this time".to_owned(),
            (_, []) => format!("no anomaly in {}", of_series(series)),
            (_, [last, ..]) => {
                let series_of = |one: &'_ Anomaly| (one.expr.clone(), one.labels.clone());
                let odd: BTreeSet<_> = items.iter().map(series_of).collect();
                let count = match items.len() {
                    1 => "1 anomaly".to_owned(),
                    many => format!("{many} anomalies"),
                };
                let since = clock(last.started_at.0, self.to_ms);
                let last = if items.len() == 1 { "" } else { "the last " };
                let where_ = match (odd.len(), series) {
                    (_, 1) => String::new(),
                    (some, all) => format!(" in {some} of {all} series"),
                };
                format!("{count}{where_}, {last}since {since}")
            }
        };
        if 0 < unjudged {
            let have = of_series(unjudged);
            text.push_str(&format!("; {have} had too few values to be judged"));
        }
        text
    }
}

/// What was asked for, or the finest of [`STEPS_MS`] that the limits let.
fn step_ms(asked: Option<f64>, span_ms: i64) -> Result<i64, ApiFailure> {
    let least_ms = (span_ms / PREVIEW_POINTS_MAX).max(STEP_MS_MIN);
    let Some(seconds) = asked else {
        let steps = STEPS_MS.into_iter();
        let fitting = steps.filter(|step_ms| least_ms <= *step_ms).min();
        return fitting.ok_or_else(|| invalid("from", &too_long(span_ms)));
    };
    let [.., longest_ms] = STEPS_MS;
    let step_ms = (seconds * 1_000.0).round();
    if (least_ms as f64..=longest_ms as f64).contains(&step_ms) {
        return Ok(step_ms as i64);
    }
    let problem = format!(
        "must be {} to {} for so long a time, got {seconds}",
        least_ms.div_euclid(1_000) + i64::from(least_ms % 1_000 != 0),
        longest_ms / 1_000
    );
    Err(invalid("step_seconds", &problem))
}

fn too_long(span_ms: i64) -> String {
    let [.., longest_ms] = STEPS_MS;
    let days = PREVIEW_POINTS_MAX * longest_ms / 86_400_000;
    format!(
        "and what is learnt from are {} days together, at most {days} are looked at",
        span_ms / 86_400_000
    )
}

/// The step, or one that is as long as these series, asked at it, need to come once in each.
fn fitting(step_ms: i64, found: &[MatrixSeries]) -> i64 {
    let share = |series: &MatrixSeries| -> Option<f64> {
        let (first, last) = (series.points.first()?, series.points.last()?);
        let steps = (last.at_ms - first.at_ms) / step_ms + 1;
        Some(series.points.len() as f64 / steps as f64)
    };
    let mut shares: Vec<f64> = found.iter().filter_map(share).collect();
    shares.sort_unstable_by(f64::total_cmp);
    let Some(middle) = shares.get(shares.len() / 2) else {
        return step_ms;
    };
    if VALUES_SHARE_MIN <= *middle {
        return step_ms;
    }
    let interval_ms = step_ms as f64 / middle;
    let fits = |step: &i64| VALUES_SHARE_MIN * interval_ms <= *step as f64;
    let [.., longest_ms] = STEPS_MS;
    STEPS_MS.into_iter().find(fits).unwrap_or(longest_ms)
}

fn name_in(matchers: &[Matcher]) -> Option<&str> {
    let is_name = |one: &&Matcher| one.name == METRIC_NAME && one.op == MatchOp::Equal;
    matchers.iter().find(is_name).map(|one| one.value.as_str())
}

/// A rate has lost its metric's name.
fn named(labels: &Labels, matchers: &[Matcher]) -> Labels {
    let name = match labels.metric_name() {
        "" => name_in(matchers).unwrap_or_default(),
        name => name,
    };
    let name = Label {
        name: METRIC_NAME.into(),
        value: name.into(),
    };
    Labels::new(labels.iter().cloned().chain([name]))
}

fn of_series(count: u64) -> String {
    format!("{count} series")
}

fn unreadable(problem: &str) -> ApiFailure {
    invalid("expr", &format!(": {problem}"))
}
