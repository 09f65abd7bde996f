//! What is taken, what is refused and why; what is found and what is forgotten.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use paceline_metrics::{
    Engine, EngineLimits, EngineOptions, Labels, MatchOp, Metadata, MetricKind, RefSample,
    RefusalReason, Row, RowValue, SeriesRef, SeriesSource, Tap, TappedRow, TimeRange,
};

use crate::support::{
    START_MS, agent, append, append_refs, everything, matcher, metric, open, row, select,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const ALL: TimeRange = TimeRange {
    from_ms: i64::MIN,
    to_ms: i64::MAX,
};

fn limited(limits: EngineLimits) -> (tempfile::TempDir, Engine) {
    let dir = tempfile::tempdir().expect("a folder");
    let options = EngineOptions {
        limits,
        ..EngineOptions::new(dir.path())
    };
    let engine = Engine::open(options, START_MS).expect("opens");
    (dir, engine)
}

fn reasons(engine: &Engine, rows: Vec<Row>, now_ms: i64) -> Vec<RefusalReason> {
    let appended = append(engine, rows, now_ms).expect("is kept");
    appended
        .refused
        .iter()
        .map(|refusal| refusal.reason)
        .collect()
}

#[test]
fn a_metric_over_the_agents_limit_is_refused_while_the_others_go_on() {
    let (_dir, engine) = limited(EngineLimits {
        metrics_per_agent_max: 2,
        ..EngineLimits::default()
    });
    let all = [("one", 1.0), ("two", 2.0), ("three", 3.0)];
    let refused = reasons(&engine, vec![row("a", START_MS, &all)], START_MS);
    assert_eq!(refused, [RefusalReason::TooManyMetrics]);
    let later = START_MS + 1_000;
    let refused = reasons(
        &engine,
        vec![row("a", later, &all), row("b", later, &all[..2])],
        later,
    );
    assert_eq!(refused, [RefusalReason::TooManyMetrics]);
    assert_eq!(engine.stats().refused_total["too_many_metrics"], 2);
    // A second series of a known metric is no new metric.
    let key = Labels::from_pairs([("__name__", "one"), ("le", "5")]);
    assert!(engine.resolve(&agent("a"), &key, later).is_ok());
}

#[test]
fn series_and_churn_have_limits() {
    let (_dir, engine) = limited(EngineLimits {
        series_max: 3,
        new_series_per_minute_max: 2,
        ..EngineLimits::default()
    });
    let all = [("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0)];
    let refused = reasons(&engine, vec![row("a", START_MS, &all[..3])], START_MS);
    assert_eq!(refused, [RefusalReason::TooMuchChurn]);
    let later = START_MS + MINUTE;
    let refused = reasons(&engine, vec![row("a", later, &all)], later);
    assert_eq!(refused, [RefusalReason::TooManySeries]);
}

#[test]
fn names_and_labels_have_limits() {
    let (_dir, engine) = limited(EngineLimits {
        labels_max: 4,
        label_value_bytes_max: 10,
        ..EngineLimits::default()
    });
    let check = |pairs: &[(&str, &str)], expected| {
        let key = Labels::from_pairs(pairs.iter().copied());
        let result = engine.resolve(&agent("a"), &key, START_MS);
        assert_eq!(result.err(), expected, "{pairs:?}");
    };
    let wide = [("__name__", "m"), ("b", "1"), ("c", "2"), ("d", "3")];
    check(&wide[..3], None);
    check(&wide, Some(RefusalReason::TooManyLabels));
    check(
        &[("__name__", "elevenbytes")],
        Some(RefusalReason::LabelTooLong),
    );
    check(
        &[("__name__", "m"), ("b", "12345678901")],
        Some(RefusalReason::LabelTooLong),
    );
    check(&[("b", "1")], Some(RefusalReason::InvalidName));
    check(
        &[("__name__", "m"), ("a\u{1b}", "1")],
        Some(RefusalReason::InvalidName),
    );
    check(
        &[("__name__", "m"), ("<b>", "1")],
        Some(RefusalReason::InvalidName),
    );
    check(&[("__name__", "m\n")], Some(RefusalReason::InvalidName));
    check(
        &[("__name__", "m"), ("b", "any\n<value>")],
        Some(RefusalReason::LabelTooLong),
    );
    check(&[("__name__", "µ.s"), ("b", "\n<v>")], None);
}

#[test]
fn times_have_limits() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let now_ms = START_MS + 5 * HOUR;
    let check = |at_ms: i64, expected: Option<RefusalReason>| {
        let refused = reasons(
            &engine,
            vec![row("a", at_ms, &[("one", at_ms as f64)])],
            now_ms,
        );
        assert_eq!(refused.first().copied(), expected, "{}", at_ms - now_ms);
    };
    check(now_ms, None);
    check(now_ms + 10 * MINUTE + 1, Some(RefusalReason::TooFarAhead));
    check(i64::MAX, Some(RefusalReason::TooFarAhead));
    check(i64::MIN, Some(RefusalReason::TooOld));
    check(0, Some(RefusalReason::TooOld));
    check(now_ms - HOUR, None);
    check(now_ms - HOUR - 1, Some(RefusalReason::TooOld));
    // A new series has no newest sample; what may still go to a block is taken.
    let late = row("b", now_ms - 2 * HOUR, &[("one", 1.0)]);
    assert_eq!(reasons(&engine, vec![late], now_ms), []);
}

#[test]
fn a_sample_twice_is_kept_once_and_another_value_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let push = |value: f64, at: i64| {
        let at_ms = START_MS + at * 1_000;
        append(&engine, vec![row("a", at_ms, &[("one", value)])], START_MS).expect("is kept")
    };
    for at in 0..400 {
        assert_eq!(push(at as f64, at).accepted, 1);
    }
    let total = engine.stats().samples_total;
    for at in [0, 1, 130, 399] {
        assert_eq!(push(at as f64, at).refused, []);
        assert_eq!(
            push(-1.0, at).refused[0].reason,
            RefusalReason::Conflict,
            "{at}"
        );
    }
    assert_eq!(engine.stats().samples_total, total);
}

#[test]
fn labels_split_differently_are_one_series() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let pairs = |pairs: &[(&str, &str)]| Labels::from_pairs(pairs.iter().copied());
    let resolve = |target: &[(&str, &str)], key: &[(&str, &str)]| {
        engine
            .resolve(&pairs(target), &pairs(key), START_MS)
            .expect("is admitted")
    };
    let one = resolve(&[("agent", "a"), ("tool", "t")], &[("__name__", "m")]);
    let other = resolve(&[("agent", "a")], &[("__name__", "m"), ("tool", "t")]);
    let flat = resolve(&[], &[("__name__", "m"), ("tool", "t"), ("agent", "a")]);
    // The closer label wins.
    let over = resolve(
        &[("agent", "a"), ("tool", "x")],
        &[("__name__", "m"), ("tool", "t")],
    );
    assert_eq!([other, flat, over], [one; 3]);
    assert_ne!(
        resolve(&[("agent", "b")], &[("__name__", "m"), ("tool", "t")]),
        one
    );
    assert_eq!(engine.stats().series, 2);
}

#[test]
fn matchers_choose_as_in_promql() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let rows = vec![
        row("a1", START_MS, &[("up", 1.0), ("load", 2.0)]),
        row("a2", START_MS, &[("up", 1.0)]),
        Row {
            labels: Labels::default(),
            at_ms: START_MS,
            values: vec![RowValue {
                key: metric("up"),
                value: 3.0,
            }],
        },
    ];
    append(&engine, rows, START_MS).expect("is kept");
    let check = |matchers: &[(&str, MatchOp, &str)], expected: &[&str]| {
        let matchers = matchers
            .iter()
            .map(|(name, op, value)| matcher(name, *op, value));
        let found = select(&engine, matchers.collect(), i64::MIN, i64::MAX);
        let mut found: Vec<String> = found.keys().map(ToString::to_string).collect();
        found.sort();
        assert_eq!(found, expected);
    };
    let up = ("__name__", MatchOp::Equal, "up");
    let (a1, a2) = (r#"up{agent="a1"}"#, r#"up{agent="a2"}"#);
    check(&[up], &["up", a1, a2]);
    check(&[up, ("agent", MatchOp::Equal, "")], &["up"]);
    check(&[up, ("agent", MatchOp::NotEqual, "a1")], &["up", a2]);
    check(&[up, ("agent", MatchOp::NotEqual, "")], &[a1, a2]);
    check(&[up, ("agent", MatchOp::Regex, "a.|")], &["up", a1, a2]);
    check(&[up, ("agent", MatchOp::Regex, "a[^1]")], &[a2]);
    check(&[up, ("agent", MatchOp::NotRegex, "a.")], &["up"]);
    check(&[up, ("nothing", MatchOp::Regex, ".*")], &["up", a1, a2]);
    check(&[up, ("nothing", MatchOp::Regex, ".+")], &[]);
    check(&[("__name__", MatchOp::Equal, "none")], &[]);
}

#[test]
fn names_and_values_are_those_of_the_range_in_head_and_blocks() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let old = START_MS;
    let new = START_MS + 6 * HOUR;
    append(&engine, vec![row("old", old, &[("one", 1.0)])], old).expect("is kept");
    append(&engine, vec![row("new", new, &[("two", 1.0)])], new).expect("is kept");
    let asked = |range: TimeRange| {
        let labels = engine.series(&[], range, 0).expect("answers").len();
        let names = engine.label_names(&[], range).expect("answers");
        let two = vec![vec![matcher("__name__", MatchOp::Equal, "two")]];
        let values = engine.label_values("agent", &[], range).expect("answers");
        let of_two = engine.label_values("agent", &two, range).expect("answers");
        (labels, names, values, of_two)
    };
    let names = || vec!["__name__".to_owned(), "agent".to_owned()];
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    for _ in 0..3 {
        assert_eq!(
            asked(ALL),
            (2, names(), texts(&["new", "old"]), texts(&["new"]))
        );
        let late = TimeRange {
            from_ms: new - HOUR,
            to_ms: new,
        };
        assert_eq!(asked(late), (1, names(), texts(&["new"]), texts(&["new"])));
        engine.maintain(new).expect("keeps");
        engine.maintain(new + 10 * MINUTE).expect("keeps");
    }
    assert_eq!(engine.stats().blocks, 1);
}

#[test]
fn a_series_without_samples_is_forgotten_and_its_number_is_stale() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let old = engine
        .resolve(&agent("old"), &metric("one"), START_MS)
        .expect("is admitted");
    let sample = |series, at_ms| RefSample {
        series,
        at_ms,
        value: 1.0,
    };
    append_refs(&engine, vec![sample(old, START_MS)], START_MS).expect("is kept");
    let log_bytes = engine.stats().log_bytes;
    let mut now_ms = START_MS;
    for _ in 0..6 {
        now_ms += 4 * HOUR;
        append(&engine, vec![row("own", now_ms, &[("one", 1.0)])], now_ms).expect("is kept");
        engine.maintain(now_ms).expect("keeps");
        engine.maintain(now_ms + 10 * MINUTE).expect("keeps");
    }
    assert_eq!(engine.stats().series, 1);
    assert!(
        engine.stats().log_bytes < 3 * log_bytes,
        "the log is dropped"
    );
    let appended = append_refs(&engine, vec![sample(old, now_ms)], now_ms).expect("is kept");
    assert_eq!(appended.refused[0].reason, RefusalReason::UnknownSeries);
    let again = engine
        .resolve(&agent("old"), &metric("one"), now_ms)
        .expect("is admitted");
    assert_ne!(again, old);
    append_refs(&engine, vec![sample(again, now_ms)], now_ms).expect("is kept");
    let stored = everything(&engine);
    assert_eq!(stored.values().map(Vec::len).sum::<usize>(), 8);
    drop(engine);
    assert_eq!(everything(&open(dir.path())), stored);
}

#[test]
fn many_late_samples_find_their_place() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let values: Vec<(String, f64)> = (0..20).map(|at| (format!("m{at}"), at as f64)).collect();
    let values: Vec<(&str, f64)> = values.iter().map(|(name, v)| (name.as_str(), *v)).collect();
    let push = |tick: i64| {
        let rows = vec![row("a", START_MS + tick * 5_000, &values)];
        append(&engine, rows, START_MS + HOUR).expect("is kept");
    };
    (0..700).filter(|tick| tick % 2 == 0).for_each(push);
    (0..700).rev().filter(|tick| tick % 2 == 1).for_each(push);
    let stored = everything(&engine);
    assert!(stored.values().all(|samples| samples.len() == 700));
    let bytes = engine.stats().head_bytes;
    assert!(bytes < 20 * 700 * 4, "late samples are packed: {bytes}");
}

#[test]
fn sparse_pushes_do_not_blow_memory() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    // One agent, 200 metrics, each pushed alone at a time of its own.
    let names: Vec<String> = (0..200).map(|at| format!("m{at}")).collect();
    for tick in 0..40_i64 {
        let now_ms = START_MS + (tick + 1) * 10_000;
        let rows = names.iter().enumerate().map(|(at, name)| {
            row(
                "a",
                START_MS + tick * 10_000 + at as i64,
                &[(name.as_str(), tick as f64)],
            )
        });
        append(&engine, rows.collect(), now_ms).expect("is kept");
    }
    let stats = engine.stats();
    assert_eq!(stats.samples_total, 8_000);
    assert!(stats.head_bytes < 200 * 1_400, "{} bytes", stats.head_bytes);
    assert!(
        everything(&engine)
            .values()
            .all(|samples| samples.len() == 40)
    );
}

/// A tap that writes down what it sees, and the reader of that.
fn noting(open: Arc<AtomicBool>) -> (Tap, impl Fn() -> Vec<String>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let tap = Tap::while_open(open, move |row: &TappedRow<'_>| {
        let values = row.samples().iter();
        let values = values.map(|(series, value)| format!("{}={value}", row.key(*series)));
        let text = format!("{} {}", row.target(), values.collect::<Vec<_>>().join(" "));
        noted.lock().expect("whole").push(text);
    });
    (tap, move || {
        std::mem::take(&mut *seen.lock().expect("whole"))
    })
}

#[test]
fn every_open_tap_sees_each_new_row_once_before_its_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let flag = Arc::new(AtomicBool::new(false));
    let (always, seen) = noting(Arc::new(AtomicBool::new(true)));
    let (sometimes, seen_while_open) = noting(Arc::clone(&flag));
    engine.add_tap(always);
    engine.add_tap(sometimes);
    let push = |value| {
        let rows = vec![row("a", START_MS, &[("one", 1.0), ("two", value)])];
        append(&engine, rows, START_MS).expect("is kept");
    };
    push(2.0);
    assert_eq!(seen(), [r#"{agent="a"} one=1 two=2"#]);
    assert_eq!(seen_while_open(), Vec::<String>::new());
    flag.store(true, Ordering::SeqCst);
    push(3.0);
    assert_eq!(seen(), Vec::<String>::new(), "one is known, two a conflict");
    append(
        &engine,
        vec![row("a", START_MS + 1, &[("one", 5.0)])],
        START_MS,
    )
    .expect("is kept");
    assert_eq!(seen(), [r#"{agent="a"} one=5"#]);
    assert_eq!(seen_while_open(), [r#"{agent="a"} one=5"#]);
}

#[test]
fn a_tap_is_shown_the_same_series_under_the_same_number_and_can_keep_the_row() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let seen: Arc<Mutex<Vec<(SeriesRef, String, Row)>>> = Arc::default();
    let kept = Arc::clone(&seen);
    engine.add_tap(Tap::new(move |row: &TappedRow<'_>| {
        let (series, _) = row.samples()[0];
        let labels = row.labels(series).to_string();
        kept.lock()
            .expect("whole")
            .push((series, labels, row.to_row()));
    }));
    for tick in 0..2 {
        let now_ms = START_MS + tick;
        append(&engine, vec![row("a", now_ms, &[("one", 1.0)])], now_ms).expect("is kept");
    }
    engine.wait_for_pushes().expect("is open");
    let seen = seen.lock().expect("whole");
    let expected = engine
        .resolve(&agent("a"), &metric("one"), START_MS)
        .expect("is known");
    for (tick, (series, labels, row)) in seen.iter().enumerate() {
        assert_eq!((*series, labels.as_str()), (expected, r#"one{agent="a"}"#));
        assert_eq!((row.at_ms, row.values.len()), (START_MS + tick as i64, 1));
        assert_eq!(
            (&row.labels, &row.values[0].key),
            (&agent("a"), &metric("one"))
        );
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn definitions_survive_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let metadata = |description: &str| Metadata {
        kind: MetricKind::Counter,
        unit: "seconds".to_owned(),
        description: description.to_owned(),
    };
    let engine = open(dir.path());
    engine.define("m", metadata("first")).expect("is kept");
    engine.define("m", metadata("second")).expect("is kept");
    engine.define("n", metadata("other")).expect("is kept");
    drop(engine);
    for _ in 0..2 {
        let all = open(dir.path()).metadata().expect("answers");
        let expected = [("m", "second"), ("n", "other")];
        let expected = expected.map(|(name, text)| (name.to_owned(), metadata(text)));
        assert_eq!(all, expected);
    }
}

/// Hours of rows from several writers, while blocks are written and the head's copies dropped.
#[test]
fn readers_and_writers_do_not_disturb_each_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let rows = 1_500_i64;
    let (together, newest) = (Barrier::new(3), AtomicI64::new(START_MS));
    let writer = |number: usize| {
        for at in 0..rows {
            let at_ms = START_MS + at * 10_000;
            newest.fetch_max(at_ms, Ordering::Relaxed);
            let name = format!("new{}", at / 400);
            let values = [("one", at as f64), ("two", 1.0), (name.as_str(), 2.0)];
            let pushed = row(
                &format!("a{number}"),
                at_ms,
                &values[..2 + (at % 2) as usize],
            );
            let appended = append(&engine, vec![pushed], at_ms).expect("is kept");
            assert_eq!(appended.refused, []);
            if at % 60 == 0 {
                // None falls so far behind the others that it is too late.
                together.wait();
            }
        }
    };
    let read = || {
        let one = vec![matcher("__name__", MatchOp::Equal, "one")];
        for (labels, samples) in select(&engine, one, i64::MIN, i64::MAX) {
            let expected = (0..).map(|at| (START_MS + at * 10_000, (at as f64).to_bits()));
            let expected: Vec<_> = expected.take(samples.len()).collect();
            assert_eq!(samples, expected, "{labels}: a prefix of what is written");
        }
        engine.label_values("agent", &[], ALL).expect("answers");
    };
    let end_ms = START_MS + (rows - 1) * 10_000;
    std::thread::scope(|scope| {
        for number in 0..3 {
            let writer = &writer;
            scope.spawn(move || writer(number));
        }
        scope.spawn(|| {
            while newest.load(Ordering::Relaxed) < end_ms {
                read();
            }
        });
        scope.spawn(|| {
            while newest.load(Ordering::Relaxed) < end_ms {
                engine
                    .maintain(newest.load(Ordering::Relaxed))
                    .expect("keeps");
            }
        });
    });
    // On a busy machine the upkeep beside the writers may not have come that far.
    engine.maintain(end_ms).expect("keeps");
    read();
    engine.maintain(end_ms + 10 * MINUTE).expect("keeps");
    read();
    let stats = engine.stats();
    assert!(stats.blocks >= 1, "{stats:?}");
    let stored = everything(&engine);
    assert_eq!(stored.len(), 3 * (2 + 4));
    assert_eq!(stored.values().map(Vec::len).sum::<usize>(), 3 * 3_750);
}
