//! Merge, rollups, budget and retention.

use super::super::{BlockOptions, Blocks};
use super::{
    DAY, EVERYTHING, HOUR, Model, answer, fleet, labels, matcher, open, plain, raw, series_of,
    write,
};
use crate::block::DAY_MS;
use crate::{MatchOp, Resolution, Select, TimeRange};

/// Two-hour blocks of some days, every 10 s.
fn write_days(blocks: &Blocks, days: i64) -> Model {
    let model = fleet(2, DAY, days * 8_640);
    for part in 0..days * 12 {
        let range = TimeRange {
            from_ms: DAY + part * 2 * HOUR,
            to_ms: DAY + (part + 1) * 2 * HOUR - 1,
        };
        let of_part: Model = series_of(&model, range)
            .into_iter()
            .map(|series| {
                let pairs = series.timestamps.iter().copied().zip(series.values);
                (series.labels, pairs.collect())
            })
            .collect();
        write(blocks, &of_part);
    }
    model
}

fn no_stop() -> bool {
    false
}

fn ask(function: &'static str, range: TimeRange, step_ms: i64, window_ms: i64) -> Select {
    Select {
        matchers: vec![matcher("__name__", MatchOp::Equal, "metric_0")],
        range,
        step_ms,
        window_ms,
        function: Some(function),
        is_newest_enough: false,
    }
}

#[test]
fn a_day_that_is_over_is_merged_with_its_rollups_and_answers_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let model = write_days(&blocks, 2);
    let before = blocks.stats();
    blocks
        .maintain(DAY + DAY_MS + 2 * HOUR, &no_stop)
        .expect("merges");
    assert_eq!(blocks.stats(), before, "late samples may still come");
    blocks
        .maintain(DAY + DAY_MS + 3 * HOUR, &no_stop)
        .expect("merges");
    let after = blocks.stats();
    assert_eq!((before.blocks, after.blocks), (24, 12 + 3));
    assert_eq!(after.raw_samples, before.raw_samples);
    assert!(after.raw_bytes < before.raw_bytes && after.rollup_bytes > 0);
    assert!(answer(&blocks, &raw(vec![], EVERYTHING)) == plain(series_of(&model, EVERYTHING)));
    drop(blocks);
    let blocks = open(dir.path());
    assert_eq!(blocks.stats(), after);
    assert!(answer(&blocks, &raw(vec![], EVERYTHING)) == plain(series_of(&model, EVERYTHING)));
}

#[test]
fn a_merge_that_is_stopped_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    write_days(&blocks, 1);
    let before = blocks.stats();
    blocks.maintain(DAY + 2 * DAY_MS, &|| true).expect("stops");
    assert_eq!(blocks.stats(), before);
    let left = std::fs::read_dir(dir.path()).expect("a folder").count();
    assert_eq!(left, 12 + 1);
}

#[test]
fn late_samples_of_a_merged_day_are_merged_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let mut model = write_days(&blocks, 1);
    let now_ms = DAY + 2 * DAY_MS;
    blocks.maintain(now_ms, &no_stop).expect("merges");
    let late: Model = [(labels(9, 9), [(DAY + 5 * HOUR, 1.5)].into())].into();
    write(&blocks, &late);
    model.extend(late);
    assert!(answer(&blocks, &raw(vec![], EVERYTHING)) == plain(series_of(&model, EVERYTHING)));
    blocks.maintain(now_ms, &no_stop).expect("merges");
    assert_eq!(blocks.stats().blocks, 3);
    assert!(answer(&blocks, &raw(vec![], EVERYTHING)) == plain(series_of(&model, EVERYTHING)));
}

#[test]
fn whole_days_go_when_they_are_older_than_the_retention() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut options = BlockOptions::new(dir.path());
    options.retention_ms = 2 * DAY_MS;
    let (blocks, _) = Blocks::open(options).expect("opens");
    write_days(&blocks, 3);
    let check = |now_ms: i64, oldest: Option<i64>| {
        blocks.maintain(now_ms, &no_stop).expect("drops");
        assert_eq!(blocks.stats().oldest_ms, oldest);
    };
    check(DAY + 3 * DAY_MS - 1, Some(DAY));
    check(DAY + 3 * DAY_MS, Some(DAY + DAY_MS));
    check(DAY + 9 * DAY_MS, None);
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1);
}

#[test]
fn raw_days_over_the_budget_go_and_rollups_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let model = write_days(&blocks, 3);
    blocks.maintain(DAY + 4 * DAY_MS, &no_stop).expect("merges");
    let budget = blocks.stats().raw_bytes / 2;
    drop(blocks);
    let mut options = BlockOptions::new(dir.path());
    options.raw_bytes_max = Some(budget);
    let (blocks, _) = Blocks::open(options).expect("opens");
    blocks.maintain(DAY + 4 * DAY_MS, &no_stop).expect("drops");
    let stats = blocks.stats();
    assert!(stats.raw_bytes <= budget && stats.raw_bytes > 0);
    assert_eq!(stats.oldest_raw_ms, Some(DAY + 2 * DAY_MS));
    assert_eq!(stats.oldest_ms, Some(DAY));
    assert!((stats.raw_days() - 1.0).abs() < 0.01);

    let whole = TimeRange {
        from_ms: DAY,
        to_ms: DAY + 3 * DAY_MS,
    };
    let selection = blocks.select(&ask("rate", whole, 60_000, 300_000));
    assert_eq!(selection.resolution, Resolution::FiveMinutes);
    let series: Vec<_> = selection.series.map(|one| one.expect("readable")).collect();
    assert_eq!(series.len(), 2);
    let truth = &model[&series[0].labels];
    let last = series[0].values.last().zip(series[0].timestamps.last());
    assert_eq!(last, truth.last_key_value().map(|(at, value)| (value, at)));

    let selection = blocks.select(&ask("quantile_over_time", whole, 60_000, 300_000));
    let warnings = selection.warnings.clone();
    let raw_only: usize = selection
        .series
        .map(|one| one.expect("readable").values.len())
        .sum();
    assert_eq!(raw_only, 2 * 8_640);
    let told = "up to 2024-10-05 (UTC) only rollups are kept, which cannot answer this function";
    assert_eq!(warnings.all(), [told]);
}

#[test]
fn the_rule_prefers_raw_samples_unless_the_question_is_long_and_coarse() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    write_days(&blocks, 4);
    blocks.maintain(DAY + 5 * DAY_MS, &no_stop).expect("merges");
    let check = |function, days: i64, step_ms, window_ms, expected| {
        let range = TimeRange {
            from_ms: DAY,
            to_ms: DAY + days * DAY_MS,
        };
        let resolution = blocks
            .select(&ask(function, range, step_ms, window_ms))
            .resolution;
        assert_eq!(
            resolution, expected,
            "{function} {days} {step_ms} {window_ms}"
        );
    };
    check("rate", 1, HOUR, 4 * HOUR, Resolution::Raw);
    check("rate", 4, HOUR, 4 * HOUR, Resolution::OneHour);
    check("rate", 4, HOUR, HOUR, Resolution::FiveMinutes);
    check("rate", 4, 300_000, 1_200_000, Resolution::FiveMinutes);
    check("rate", 4, 300_000, 300_000, Resolution::Raw);
    check("rate", 4, 60_000, 4 * HOUR, Resolution::Raw);
    check("increase", 4, 0, 96 * HOUR, Resolution::OneHour);
    check("max_over_time", 4, HOUR, 2 * HOUR, Resolution::OneHour);
    check("count_over_time", 4, HOUR, 4 * HOUR, Resolution::Raw);
    check("quantile_over_time", 4, HOUR, 4 * HOUR, Resolution::Raw);
}

#[test]
fn a_damaged_block_stays_beside_the_merged_day_and_is_told_still() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = write_days(&open(dir.path()), 1);
    let path = dir.path().join("raw-0000000003.block");
    let mut bytes = std::fs::read(&path).expect("the file");
    bytes[20] ^= 1;
    std::fs::write(&path, bytes).expect("writes");
    let blocks = open(dir.path());
    for _ in 0..2 {
        blocks.maintain(DAY + 2 * DAY_MS, &no_stop).expect("merges");
        assert_eq!(blocks.stats().blocks, 3 + 1);
    }
    let selection = blocks.select(&raw(vec![], EVERYTHING));
    let warnings = selection.warnings.clone();
    let answer = plain(selection.series.map(|one| one.expect("readable")));
    assert_eq!(warnings.all().len(), 1);
    let mut expected = plain(series_of(&model, EVERYTHING));
    let lost = DAY + 4 * HOUR..DAY + 6 * HOUR;
    expected[0].1.retain(|(at, _)| !lost.contains(at));
    assert!(answer == expected);
}

#[test]
fn a_merge_that_failed_is_not_tried_again_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    write_days(&blocks, 1);
    let now_ms = DAY + 2 * DAY_MS;
    // A folder where the merged file would be written.
    let obstacle = dir.path().join("raw-0000000013.new");
    std::fs::create_dir(&obstacle).expect("a folder");
    assert!(blocks.maintain(now_ms, &no_stop).is_err());
    assert!(blocks.maintain(now_ms + 599_999, &no_stop).is_ok());
    assert_eq!(blocks.stats().blocks, 12);
    blocks.maintain(now_ms + 600_000, &no_stop).expect("merges");
    assert_eq!(blocks.stats().blocks, 3);
}
