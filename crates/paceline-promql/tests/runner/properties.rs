//! What must hold for any series.

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_metrics::{Labels, is_stale, stale_marker};
use paceline_promql::{Cancel, Options, Query, RangeSteps, Value};
use proptest::prelude::*;

use crate::memory::MemorySource;
use crate::questions::QUESTIONS;

type Points = BTreeMap<(Labels, i64), f64>;

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-5_i32..20).prop_map(f64::from),
        3 => -5.0..20.0,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(stale_marker()),
    ]
}

/// Gaps and times of 1 to 40 seconds.
fn samples() -> impl Strategy<Value = Vec<(i64, f64)>> {
    prop::collection::vec((1_i64..40_000, value()), 0..60).prop_map(|steps| {
        let mut at_ms = 0;
        let next = |(gap_ms, value)| {
            at_ms += gap_ms;
            (at_ms, value)
        };
        steps.into_iter().map(next).collect()
    })
}

fn source() -> impl Strategy<Value = MemorySource> {
    prop::collection::vec(samples(), 6).prop_map(|all| {
        let mut source = MemorySource::default();
        for (number, samples) in all.into_iter().enumerate() {
            let name = ["m", "n"][number % 2];
            let a = ["1", "2"][number / 2 % 2];
            let b = ["1", "2", "3"][number % 3];
            let labels = Labels::from_pairs([("__name__", name), ("a", a), ("b", b)]);
            let (timestamps, values): (Vec<i64>, Vec<f64>) = samples.into_iter().unzip();
            source.add(labels, timestamps.into(), values);
        }
        source
    })
}

fn range_points(query: &Query, source: &MemorySource, steps: RangeSteps) -> Option<Points> {
    let answer = query.range(source, steps, &Options::default(), &Cancel::new());
    let Value::Matrix(series) = answer.ok()?.value else {
        panic!("a range query gives a matrix");
    };
    let points = series.into_iter().flat_map(|one| {
        let labels = one.labels;
        let points = one.points.into_iter();
        points.map(move |point| ((labels.clone(), point.at_ms), point.value))
    });
    Some(points.collect())
}

/// `None` when any of them fails.
fn instant_points(query: &Query, source: &MemorySource, steps: RangeSteps) -> Option<Points> {
    let mut points = Points::new();
    let mut at_ms = steps.from_ms;
    while at_ms <= steps.to_ms {
        let answer = query.instant(source, at_ms, &Options::default(), &Cancel::new());
        match answer.ok()?.value {
            Value::Scalar(point) => {
                points.insert((Labels::default(), at_ms), point.value);
            }
            Value::Vector(samples) => points.extend(
                samples
                    .into_iter()
                    .map(|sample| ((sample.labels, at_ms), sample.point.value)),
            ),
            other => panic!("{other:?}"),
        }
        at_ms += steps.step_ms;
    }
    Some(points)
}

fn same(one: f64, other: f64) -> bool {
    one == other || (one.is_nan() && other.is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_range_query_says_at_every_step_what_an_instant_one_says(
        source in source(),
        from_ms in -100_000_i64..600_000,
        step_ms in 1_000_i64..120_000,
        count in 1_i64..8,
    ) {
        let steps = RangeSteps { from_ms, to_ms: from_ms + step_ms * (count - 1), step_ms };
        for text in QUESTIONS {
            let at_bounds = text.contains("start()");
            if at_bounds {
                continue;
            }
            let query = Query::parse(text).expect(text);
            let found = range_points(&query, &source, steps);
            let expected = instant_points(&query, &source, steps);
            let (Some(found), Some(expected)) = (&found, &expected) else {
                prop_assert_eq!(found.is_none(), expected.is_none(), "{}", text);
                continue;
            };
            let keys = |of: &Points| of.keys().cloned().collect::<Vec<_>>();
            prop_assert_eq!(keys(found), keys(expected), "{}", text);
            for (key, value) in found {
                prop_assert!(same(*value, expected[key]), "{text} {key:?} {value} {}", expected[key]);
            }
        }
    }

    #[test]
    fn windows_that_slide_say_what_looking_at_each_sample_says(
        samples in prop::collection::vec((1_i64..3_000, value()), 0..400),
        whole in any::<bool>(),
        range_s in 1_i64..200,
        step_ms in 1_i64..30_000,
    ) {
        let mut at_ms = 0;
        let (timestamps, values): (Vec<i64>, Vec<f64>) = samples
            .into_iter()
            .map(|(gap_ms, value)| {
                at_ms += gap_ms;
                let is_kept = !whole || is_stale(value);
                (at_ms, if is_kept { value } else { value.round().clamp(-9.0, 9.0) })
            })
            .unzip();
        let mut source = MemorySource::default();
        let timestamps: Arc<[i64]> = timestamps.into();
        let labels = Labels::from_pairs([("__name__", "m")]);
        source.add(labels, Arc::clone(&timestamps), values.clone());
        let steps = RangeSteps { from_ms: 0, to_ms: step_ms * 40, step_ms };
        for (function, naive) in NAIVE {
            let query = Query::parse(&format!("{function}(m[{range_s}s])")).expect("valid");
            let found = range_points(&query, &source, steps).expect("answers");
            for step in 0..=40 {
                let end_ms = step * step_ms;
                let inside = |ms: i64| end_ms - range_s * 1_000 < ms && ms <= end_ms;
                let window: Vec<f64> = timestamps
                    .iter()
                    .zip(&values)
                    .filter(|(ms, value)| inside(**ms) && !is_stale(**value))
                    .map(|(_, value)| *value)
                    .collect();
                let key = found.keys().find(|(_, at_ms)| *at_ms == end_ms);
                let found = key.map(|key| found[key]);
                let expected = (!window.is_empty()).then(|| naive(&window));
                prop_assert_eq!(found.is_some(), expected.is_some());
                if let (Some(found), Some(expected)) = (found, expected) {
                    let close = (found - expected).abs() <= 1e-9 * expected.abs().max(1.0);
                    prop_assert!(same(found, expected) || close, "{function} {found} {expected}");
                }
            }
        }
    }
}

type Naive = fn(&[f64]) -> f64;

const NAIVE: [(&str, Naive); 7] = [
    ("sum_over_time", |window| window.iter().sum()),
    ("avg_over_time", |window| {
        window.iter().sum::<f64>() / window.len() as f64
    }),
    ("count_over_time", |window| window.len() as f64),
    ("max_over_time", |window| {
        window.iter().copied().fold(f64::NAN, f64::max)
    }),
    ("min_over_time", |window| {
        window.iter().copied().fold(f64::NAN, f64::min)
    }),
    ("resets", |window| {
        window.windows(2).filter(|pair| pair[1] < pair[0]).count() as f64
    }),
    ("changes", |window| {
        let differ = |pair: &&[f64]| pair[0] != pair[1] && !(pair[0].is_nan() && pair[1].is_nan());
        window.windows(2).filter(differ).count() as f64
    }),
];
