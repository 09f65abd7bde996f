//! Blocks against a naive model: what was written comes back, merged or not, damaged or not.

mod damage;
mod model;
mod upkeep;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{BlockOptions, Blocks, DAY_MS, series_order};
use crate::{Labels, MatchOp, Matcher, Resolution, Select, Series, TimeRange};

pub(super) type Model = BTreeMap<Labels, BTreeMap<i64, f64>>;

/// A day that starts at midnight UTC.
pub(super) const DAY: i64 = 20_000 * DAY_MS;
pub(super) const HOUR: i64 = 3_600_000;
pub(super) const EVERYTHING: TimeRange = TimeRange {
    from_ms: i64::MIN,
    to_ms: i64::MAX,
};

pub(super) fn open(dir: &std::path::Path) -> Blocks {
    let (blocks, damages) = Blocks::open(BlockOptions::new(dir)).expect("opens");
    assert_eq!(damages, vec![]);
    blocks
}

pub(super) fn labels(metric: usize, agent: usize) -> Labels {
    let (metric, agent) = (format!("metric_{metric}"), format!("agt_{agent}"));
    Labels::from_pairs([
        ("__name__", metric.as_str()),
        ("agent", &agent),
        ("zone", "a"),
    ])
}

pub(super) fn matcher(name: &str, op: MatchOp, value: &str) -> Matcher {
    Matcher::new(name, op, value).expect("a valid matcher")
}

pub(super) fn raw(matchers: Vec<Matcher>, range: TimeRange) -> Select {
    Select {
        matchers,
        range,
        step_ms: 0,
        window_ms: 300_000,
        function: Some("quantile_over_time"),
        is_newest_enough: false,
    }
}

/// The series of a model in a range, in the order of a block.
pub(super) fn series_of(model: &Model, range: TimeRange) -> Vec<Series> {
    let mut all: Vec<Series> = model
        .iter()
        .map(|(labels, samples)| {
            let (times, values): (Vec<i64>, Vec<f64>) =
                samples.range(range.from_ms..=range.to_ms).unzip();
            Series {
                labels: labels.clone(),
                timestamps: times.into(),
                values,
            }
        })
        .filter(|series| !series.values.is_empty())
        .collect();
    all.sort_by(|one, other| series_order(&one.labels, &other.labels));
    all
}

/// Gives series with equal times one vector, as rows do.
pub(super) fn write(blocks: &Blocks, model: &Model) {
    let mut shared: BTreeMap<Vec<i64>, Arc<[i64]>> = BTreeMap::new();
    let series = series_of(model, EVERYTHING).into_iter().map(|mut series| {
        let times = shared
            .entry(series.timestamps.to_vec())
            .or_insert_with(|| Arc::clone(&series.timestamps));
        series.timestamps = Arc::clone(times);
        Ok(series)
    });
    blocks.write_block(series).expect("writes");
}

pub(super) type Plain = Vec<(Labels, Vec<(i64, u64)>)>;

pub(super) fn plain(series: impl IntoIterator<Item = Series>) -> Plain {
    series
        .into_iter()
        .map(|series| {
            let times = series.timestamps.iter().copied();
            let bits = series.values.iter().map(|value| value.to_bits());
            (series.labels, times.zip(bits).collect())
        })
        .collect()
}

/// Asserts that nothing was passed over.
pub(super) fn answer(blocks: &Blocks, select: &Select) -> Plain {
    let selection = blocks.select(select);
    let warnings = selection.warnings.clone();
    let series = selection.series.map(|series| series.expect("readable"));
    let answer = plain(series.collect::<Vec<_>>());
    assert_eq!(warnings.all(), Vec::<String>::new());
    answer
}

/// Counters, gauges and states of some agents, every 10 s.
pub(super) fn fleet(agents: usize, from_ms: i64, samples: i64) -> Model {
    let mut model = Model::new();
    for agent in 0..agents {
        for metric in 0..4 {
            let mut number = (agent * 31 + metric * 7) as i64;
            let values = (0..samples).map(|at| {
                number = (number * 1_103 + 12_345) % 65_536;
                let value = match metric {
                    0 => (at * 100 + number % 50) as f64,
                    1 => (number % 1_000) as f64 / 10.0,
                    2 => (at / 100) as f64,
                    _ => number as f64 / 3.0,
                };
                (from_ms + at * 10_000 + agent as i64, value)
            });
            model.insert(labels(metric, agent), values.collect());
        }
    }
    model
}

#[test]
fn what_was_written_comes_back_by_labels_and_range() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = fleet(40, DAY, 720);
    write(&open(dir.path()), &model);
    let blocks = open(dir.path());
    let check = |matchers: Vec<Matcher>, range: TimeRange, count: usize| {
        let expected: Model = model
            .iter()
            .filter(|(labels, _)| matchers.iter().all(|one| one.matches_labels(labels)))
            .map(|(labels, samples)| (labels.clone(), samples.clone()))
            .collect();
        let answer = answer(&blocks, &raw(matchers, range));
        assert_eq!(answer.len(), count);
        assert!(answer == plain(series_of(&expected, range)));
    };
    let part = TimeRange {
        from_ms: DAY + HOUR,
        to_ms: DAY + HOUR + 60_000,
    };
    check(vec![], EVERYTHING, 160);
    check(
        vec![matcher("__name__", MatchOp::Equal, "metric_1")],
        part,
        40,
    );
    check(vec![matcher("agent", MatchOp::Equal, "agt_7")], part, 4);
    check(
        vec![matcher("agent", MatchOp::NotEqual, "agt_7")],
        part,
        156,
    );
    check(vec![matcher("agent", MatchOp::Regex, "agt_1.*")], part, 44);
    check(
        vec![matcher("agent", MatchOp::NotRegex, "agt_1.*")],
        part,
        116,
    );
    check(vec![matcher("absent", MatchOp::Equal, "")], part, 160);
    check(vec![matcher("agent", MatchOp::Equal, "")], part, 0);
    check(vec![matcher("agent", MatchOp::Equal, "nobody")], part, 0);
    let later = TimeRange {
        from_ms: DAY + 3 * HOUR,
        to_ms: DAY + 4 * HOUR,
    };
    check(vec![], later, 0);
}

#[test]
fn series_of_the_same_rows_come_out_with_the_same_times() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    write(&blocks, &fleet(2, DAY, 720));
    write(&blocks, &fleet(2, DAY + 2 * HOUR, 720));
    let one_agent = raw(vec![matcher("agent", MatchOp::Equal, "agt_1")], EVERYTHING);
    let times: Vec<_> = blocks
        .select(&one_agent)
        .series
        .map(|series| series.expect("readable").timestamps)
        .collect();
    assert_eq!((times.len(), times[0].len()), (4, 1_440));
    assert!(times.iter().all(|one| Arc::ptr_eq(one, &times[0])));
}

#[test]
fn names_and_values_are_listed() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    write(&blocks, &fleet(3, DAY, 10));
    let names: Vec<_> = blocks.label_names(EVERYTHING).into_iter().collect();
    assert_eq!(names, ["__name__", "agent", "zone"]);
    let values: Vec<_> = blocks
        .label_values("agent", EVERYTHING)
        .into_iter()
        .collect();
    assert_eq!(values, ["agt_0", "agt_1", "agt_2"]);
    let mut found = Vec::new();
    let sets = [vec![matcher("agent", MatchOp::Equal, "agt_2")]];
    blocks.series(&sets, EVERYTHING, &mut |labels| {
        found.push(labels.to_string());
        found.len() < 2
    });
    assert_eq!(found[1], r#"metric_1{agent="agt_2", zone="a"}"#);
    assert_eq!(found.len(), 2);
}

#[test]
fn series_out_of_order_are_refused_and_leave_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let mut series = series_of(&fleet(2, DAY, 10), EVERYTHING);
    series.reverse();
    assert!(blocks.write_block(series.into_iter().map(Ok)).is_err());
    assert_eq!(blocks.stats().blocks, 0);
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 0);
}

#[test]
fn memory_is_bounded_by_the_cache_not_by_the_blocks() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut options = BlockOptions::new(dir.path());
    options.cache_bytes_max = 4_096;
    let (blocks, _) = Blocks::open(options).expect("opens");
    let model = fleet(60, DAY, 30);
    write(&blocks, &model);
    assert!(answer(&blocks, &raw(vec![], EVERYTHING)) == plain(series_of(&model, EVERYTHING)));
    assert_eq!(
        blocks.select(&raw(vec![], EVERYTHING)).resolution,
        Resolution::Raw
    );
}
