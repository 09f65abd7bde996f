//! What stands for buckets against the samples that were in them.

use proptest::prelude::*;

use super::reading::Samples;
use super::{Answer, Buckets, Column, Reading};
use crate::{Resolution, Select, TimeRange, is_stale, stale_marker};

const STEP: i64 = 300_000;
const LONG: i64 = 100 * STEP;
const SHORT: i64 = STEP;

type Raw = Vec<(i64, f64)>;

/// Whole numbers, so that sums and differences are exact; resets, gaps and staleness markers.
fn any_samples() -> impl Strategy<Value = Raw> {
    let step = (
        prop_oneof![9 => 1_000_i64..40_000, 1 => 1_000_i64..2_000_000],
        prop_oneof![8 => 0_i64..100, 1 => Just(-1), 1 => Just(-2)],
    );
    prop::collection::vec(step, 1..200).prop_map(|steps| {
        let (mut at, mut counter) = (1_700_000_000_000, 50_i64);
        steps
            .into_iter()
            .map(|(wait, grows)| {
                at += wait;
                match grows {
                    -1 => (at, stale_marker()),
                    -2 => {
                        counter = 3;
                        (at, counter as f64)
                    }
                    grows => {
                        counter += grows;
                        (at, counter as f64)
                    }
                }
            })
            .collect()
    })
}

fn buckets_of(raw: &Raw) -> Buckets {
    let (times, values): (Vec<_>, Vec<_>) = raw.iter().copied().unzip();
    Buckets::of(&times, &values, STEP)
}

fn read(reading: Reading, raw: &Raw, window_ms: i64) -> Raw {
    let mut samples = Samples::default();
    reading.samples(&buckets_of(raw), window_ms, &mut samples);
    assert!(samples.times.is_sorted_by(|one, next| one < next));
    samples.times.into_iter().zip(samples.values).collect()
}

fn numbers(raw: &Raw) -> Raw {
    let numbers = raw.iter().filter(|(_, value)| !is_stale(*value));
    numbers.copied().collect()
}

/// The numbers of each bucket.
fn by_bucket(raw: &Raw) -> Vec<Raw> {
    let all = numbers(raw);
    let same = |one: &(i64, f64), next: &(i64, f64)| one.0 / STEP == next.0 / STEP;
    all.chunk_by(same).map(<[_]>::to_vec).collect()
}

fn rise(raw: &Raw, from: i64, to: i64) -> f64 {
    let within: Vec<f64> = raw
        .iter()
        .filter(|(at, _)| (from..=to).contains(at))
        .map(|(_, value)| *value)
        .collect();
    let rises = within.windows(2).map(|pair| {
        if pair[1] < pair[0] {
            pair[1]
        } else {
            pair[1] - pair[0]
        }
    });
    rises.sum()
}

proptest! {
    #[test]
    fn a_counter_rises_as_the_samples_did(raw in any_samples()) {
        let samples = read(Reading::Counter, &raw, LONG);
        let numbers = numbers(&raw);
        for pair in samples.windows(2) {
            prop_assert_eq!(pair[1].1 - pair[0].1, rise(&numbers, pair[0].0, pair[1].0));
        }
        // Raw samples may follow: the end is as it was. Nothing is lost at the start either.
        prop_assert_eq!(samples.last(), numbers.last());
        prop_assert_eq!(samples.first().map(|one| one.0), numbers.first().map(|one| one.0));
    }

    #[test]
    fn a_counter_that_is_drawn_never_falls_and_meets_every_bucket(raw in any_samples()) {
        let drawn = read(Reading::Counter, &raw, SHORT);
        prop_assert!(drawn.is_sorted_by(|one, next| one.1 <= next.1));
        for sample in read(Reading::Counter, &raw, LONG) {
            prop_assert!(drawn.contains(&sample), "{:?}", sample);
        }
    }

    #[test]
    fn points_are_samples_and_end_where_the_series_ended(raw in any_samples()) {
        let points = read(Reading::Points, &raw, STEP);
        for (at, value) in numbers(&points) {
            prop_assert!(raw.contains(&(at, value)));
        }
        for bucket in by_bucket(&raw) {
            prop_assert!(points.contains(&bucket[0]) && points.contains(&bucket[bucket.len() - 1]));
        }
        let ends = |raw: &Raw| raw.last().is_some_and(|(_, value)| is_stale(*value));
        prop_assert_eq!(ends(&points), ends(&raw));
    }

    #[test]
    fn gauges_are_samples(raw in any_samples()) {
        for sample in read(Reading::Gauge, &raw, LONG) {
            prop_assert!(raw.contains(&sample));
        }
    }

    #[test]
    fn each_bucket_has_its_numbers(raw in any_samples()) {
        let buckets = by_bucket(&raw);
        let fold = |bucket: &Raw, with: fn(f64, f64) -> f64| {
            let values = bucket.iter().map(|(_, value)| *value);
            values.reduce(with).expect("a bucket has samples")
        };
        for (reading, with) in [
            (Reading::Min, f64::min as fn(f64, f64) -> f64),
            (Reading::Max, f64::max),
            (Reading::Sum, |one, other| one + other),
        ] {
            let expected: Raw = buckets
                .iter()
                .map(|bucket| (bucket[bucket.len() - 1].0, fold(bucket, with)))
                .collect();
            prop_assert_eq!(read(reading, &raw, LONG), expected);
        }
    }

    #[test]
    fn spread_samples_have_the_count_the_sum_and_the_mean(raw in any_samples()) {
        for reading in [Reading::Count, Reading::Sum, Reading::Mean] {
            let spread = by_bucket(&read(reading, &raw, SHORT));
            let buckets = by_bucket(&raw);
            prop_assert_eq!(spread.len(), buckets.len());
            for (spread, bucket) in spread.iter().zip(&buckets) {
                let sum = |raw: &Raw| raw.iter().map(|(_, value)| value).sum::<f64>();
                prop_assert_eq!(spread.len(), bucket.len());
                prop_assert!((sum(spread) - sum(bucket)).abs() <= 1e-9 * sum(bucket).abs());
            }
        }
    }
}

#[test]
fn a_sum_of_decimals_is_the_nearest_decimal() {
    let raw: Raw = (0..30).map(|at| (STEP + at * 10_000, 0.1)).collect();
    assert_eq!(buckets_of(&raw).column(Column::Sum), [3.0]);
    let raw: Raw = (0..30).map(|at| (STEP + at * 10_000, 1.0 / 3.0)).collect();
    assert_eq!(buckets_of(&raw).column(Column::Sum), [10.0]);
}

#[test]
fn numbers_that_are_no_numbers_stay_in_their_bucket() {
    let check = |values: &[f64], column, expected: f64| {
        let raw: Raw = values
            .iter()
            .enumerate()
            .map(|(at, value)| (at as i64, *value))
            .collect();
        let got = buckets_of(&raw).column(column)[0];
        assert_eq!(got.to_bits(), expected.to_bits(), "{values:?} {column:?}");
    };
    check(&[f64::NAN, 2.0, 1.0], Column::Min, 1.0);
    check(&[f64::NAN, 2.0, 1.0], Column::Max, 2.0);
    check(&[f64::NAN], Column::Max, f64::NAN);
    check(&[f64::INFINITY, 1.0], Column::Sum, f64::INFINITY);
    check(&[1e308, 1e308], Column::Sum, f64::INFINITY);
    check(&[5.0, stale_marker()], Column::Last, 5.0);
    check(&[5.0, stale_marker()], Column::Ended, 1.0);
    check(&[stale_marker(), 5.0], Column::Ended, 0.0);
    check(&[stale_marker()], Column::Count, 0.0);
    let raw: Raw = vec![(0, 4.0), (STEP, f64::NAN), (2 * STEP, 6.0), (3 * STEP, 1.0)];
    let risen = read(Reading::Counter, &raw, LONG);
    assert_eq!((risen[0].1, risen[2].1, risen[3].1), (-2.0, 0.0, 1.0));
}

#[test]
fn an_unevenly_filled_bucket_weighs_less_in_a_mean() {
    let full = (0..30).map(|at| (STEP + at * 10_000, 10.0));
    let raw: Raw = full.chain([(2 * STEP, 0.0)]).collect();
    let means = read(Reading::Mean, &raw, LONG);
    let mean = means.iter().map(|(_, value)| value).sum::<f64>() / means.len() as f64;
    assert_eq!(mean, 8.0);
}

#[test]
fn the_function_and_the_window_decide() {
    let check = |function, step_ms, window_ms, resolution, reading| {
        let answer = Answer::to(&Select {
            matchers: vec![],
            range: TimeRange {
                from_ms: 0,
                to_ms: 30 * 24 * 3_600_000,
            },
            step_ms,
            window_ms,
            function,
            is_newest_enough: false,
        });
        assert_eq!((answer.resolution, answer.reading), (resolution, reading));
    };
    let (five, hour) = (STEP, 12 * STEP);
    let counter = Some(Reading::Counter);
    check(Some("rate"), hour, 4 * hour, Resolution::OneHour, counter);
    check(
        Some("rate"),
        hour,
        3 * hour,
        Resolution::FiveMinutes,
        counter,
    );
    check(Some("rate"), five - 1, 4 * hour, Resolution::Raw, counter);
    check(Some("increase"), 0, 4 * hour, Resolution::OneHour, counter);
    check(
        None,
        hour,
        five,
        Resolution::FiveMinutes,
        Some(Reading::Points),
    );
    check(Some("changes"), hour, 4 * hour, Resolution::Raw, None);
    check(Some("irate"), hour, 4 * hour, Resolution::Raw, None);
}
