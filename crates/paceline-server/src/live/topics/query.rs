//! An expression as a subscriber sees it: its values now, then those that changed. Owns the reading
//! of the expression and what was sent; refuses expressions without a value a series, and to
//! evaluate on a thread that others wait for.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use paceline_api::{ErrorCode, LiveNewSeries, LiveValue, LiveValues};
use paceline_metrics::Labels;
use paceline_promql::{Query as Expression, Value, ValueKind};
use serde_json::json;

use super::Head;
use crate::http::failure::shown;
use crate::live::limits::SERIES_MAX;
use crate::operations::ApiFailure;

/// What the last frame showed.
pub struct Query {
    pub expression: Arc<Expression>,
    shown: HashMap<Labels, Shown>,
    /// The reference of the next series.
    next: u32,
    has_begun: bool,
}

struct Shown {
    reference: u32,
    value: LiveValue,
}

impl Query {
    /// # Errors
    /// Where the text is no expression, with the place; where its result is no list of values.
    pub fn read(text: &str) -> Result<Self, ApiFailure> {
        let expression = Expression::parse(text).map_err(|error| {
            let message = format!("`query` `{}` is no PromQL: {error}", shown(text));
            let place = json!({"field": "query", "line": error.line, "column": error.column});
            ApiFailure::new(ErrorCode::InvalidArgument, message)
                .hint("correct the expression at that place and subscribe again")
                .details(place)
        })?;
        if !matches!(expression.kind(), ValueKind::Scalar | ValueKind::Vector) {
            let kind = expression.kind().as_str();
            let message = format!("`query` `{}` is a {kind}", shown(text));
            return Err(ApiFailure::new(ErrorCode::InvalidArgument, message)
                .hint("follow one value a series, such as `rate(name[5m])`")
                .details(json!({"field": "query", "line": 1, "column": 1})));
        }
        Ok(Self {
            expression: Arc::new(expression),
            shown: HashMap::new(),
            next: 0,
            has_begun: false,
        })
    }

    /// `None` when nothing changed.
    ///
    /// # Errors
    /// When the result has more series than a subscription may have.
    pub fn frame(&mut self, head: Head, result: Value) -> Result<Option<LiveValues>, ApiFailure> {
        let values = values_of(result)?;
        let mut frame = LiveValues {
            id: head.id,
            seq: head.seq,
            at: head.at,
            full: !std::mem::replace(&mut self.has_begun, true),
            ..LiveValues::default()
        };
        let mut before = std::mem::take(&mut self.shown);
        for (labels, value) in values {
            let value = LiveValue(value);
            let known = before.remove(&labels);
            let reference = known.as_ref().map_or(self.next, |shown| shown.reference);
            if known.is_none() {
                self.next += 1;
                frame.new.push(LiveNewSeries {
                    reference,
                    labels: named(&labels),
                });
            }
            if known.is_none_or(|shown| shown.value != value) {
                frame.refs.push(reference);
                frame.values.push(value);
            }
            self.shown.insert(labels, Shown { reference, value });
        }
        frame.gone = before.into_values().map(|shown| shown.reference).collect();
        frame.gone.sort_unstable();
        let says_something = frame.full || !frame.refs.is_empty() || !frame.gone.is_empty();
        Ok(says_something.then_some(frame))
    }
}

fn values_of(result: Value) -> Result<Vec<(Labels, f64)>, ApiFailure> {
    let samples = match result {
        Value::Scalar(point) => {
            let nothing: [(&str, &str); 0] = [];
            return Ok(vec![(Labels::from_pairs(nothing), point.value)]);
        }
        Value::Vector(samples) => samples,
        // Refused when the expression was read.
        Value::String { .. } | Value::Matrix(_) => Vec::new(),
    };
    if SERIES_MAX < samples.len() {
        let got = samples.len();
        let message = format!("the result has {got} series, at most {SERIES_MAX} are sent");
        return Err(ApiFailure::new(ErrorCode::LimitExceeded, message)
            .hint("aggregate, or take the largest with `topk`"));
    }
    let values = samples
        .into_iter()
        .map(|sample| (sample.labels, sample.point.value));
    Ok(values.collect())
}

fn named(labels: &Labels) -> BTreeMap<String, String> {
    let pairs = labels.iter();
    pairs
        .map(|label| (label.name.to_string(), label.value.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use paceline_api::Timestamp;
    use paceline_promql::{Point, VectorSample};

    use super::*;

    fn head() -> Head {
        Head {
            id: "q".to_owned(),
            seq: 1,
            at: Timestamp(0),
        }
    }

    fn vector(values: &[(&str, f64)]) -> Value {
        let samples = values.iter().map(|&(agent, value)| VectorSample {
            labels: Labels::from_pairs([("agent", agent)]),
            point: Point { at_ms: 0, value },
        });
        Value::Vector(samples.collect())
    }

    #[test]
    fn after_the_first_frame_only_what_changed_is_sent() {
        let mut query = Query::read("up").unwrap();
        let mut frame = |values: &[(&str, f64)]| query.frame(head(), vector(values)).unwrap();
        let first = frame(&[("a", 1.0), ("b", f64::NAN)]).unwrap();
        assert!(first.full);
        assert_eq!((first.refs, first.new.len()), (vec![0, 1], 2));
        assert_eq!(frame(&[("b", f64::NAN), ("a", 1.0)]), None);
        let next = frame(&[("a", 2.0), ("c", 0.0)]).unwrap();
        assert_eq!(
            (next.full, next.refs, next.gone),
            (false, vec![0, 2], vec![1])
        );
        assert_eq!(next.new[0].labels["agent"], "c");
        let next = frame(&[("b", 1.0)]).unwrap();
        assert_eq!(
            (next.refs, next.gone),
            (vec![3], vec![0, 2]),
            "no reference comes twice"
        );
        let next = frame(&[]).unwrap();
        assert_eq!((next.refs, next.gone), (vec![], vec![3]));
    }

    #[test]
    fn a_number_is_a_series_without_labels_and_an_empty_result_is_a_frame() {
        let mut query = Query::read("vector(1)").unwrap();
        assert!(query.frame(head(), vector(&[])).unwrap().unwrap().full);
        let mut query = Query::read("1 + 1").unwrap();
        let number = Value::Scalar(Point {
            at_ms: 0,
            value: 2.0,
        });
        let frame = query.frame(head(), number).unwrap().unwrap();
        assert_eq!(
            (frame.new[0].labels.len(), frame.values),
            (0, vec![LiveValue(2.0)])
        );
    }

    #[test]
    fn what_has_no_value_a_series_is_refused_with_its_place() {
        let check = |text: &str, column: u64, words: &str| {
            let error = Query::read(text).err().unwrap().body.error;
            let details = error.details.unwrap();
            assert_eq!(
                (&details["field"], &details["column"]),
                (&json!("query"), &json!(column))
            );
            assert!(error.message.contains(words), "{}", error.message);
        };
        check("up[5m]", 1, "is a matrix");
        check("\"text\"", 1, "is a string");
        check("rate(up)", 6, "range vector");
        check("sum(", 5, "no PromQL");
        let many: Vec<_> = (0..=SERIES_MAX).map(|at| at.to_string()).collect();
        let many: Vec<_> = many.iter().map(|agent| (agent.as_str(), 1.0)).collect();
        let refused = Query::read("up")
            .unwrap()
            .frame(head(), vector(&many))
            .unwrap_err();
        assert_eq!(refused.body.error.code, ErrorCode::LimitExceeded);
    }
}
