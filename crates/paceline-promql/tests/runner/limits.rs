//! What a question may cost, and how it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use paceline_metrics::Labels;
use paceline_promql::{Answer, Cancel, ErrorKind, Options, Query, QueryError, RangeSteps, Value};
use proptest::prelude::*;

use crate::memory::MemorySource;
use crate::questions::QUESTIONS;

/// 100 series of 1,000 samples, one a second.
fn source() -> MemorySource {
    let mut source = MemorySource::default();
    let timestamps: Arc<[i64]> = (0..1_000).map(|second| second * 1_000).collect();
    for number in 0..100 {
        let id = number.to_string();
        let labels = Labels::from_pairs([("__name__", "m"), ("id", &id)]);
        let values = (0..1_000).map(f64::from).collect();
        source.add(labels, Arc::clone(&timestamps), values);
    }
    source
}

fn hour(text: &str, options: &Options) -> Result<Answer, QueryError> {
    let steps = RangeSteps {
        from_ms: 0,
        to_ms: 1_000_000,
        step_ms: 1_000,
    };
    let query = Query::parse(text).expect("valid");
    query.range(&source(), steps, options, &Cancel::new())
}

#[test]
fn a_question_that_explodes_is_refused() {
    let check = |text: &str, options: Options, expected: &str| {
        let error = hour(text, &options).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Execution, "{text}");
        assert!(error.to_string().contains(expected), "{text}: {error}");
    };
    let default = Options::default;
    check("sum_over_time(vector(1)[1000y:1ms])", default(), "samples");
    check(
        "sum_over_time(time()[1000y:1ms])"
            .replace("time()", "vector(time())")
            .as_str(),
        default(),
        "samples",
    );
    let few_series = Options {
        series_max: 50,
        ..default()
    };
    check("m", few_series, "series of one selector");
    let few_samples = Options {
        samples_max: 10_000,
        ..default()
    };
    check("m", few_samples.clone(), "samples");
    check("count_values(\"v\", m)", few_samples, "samples");
    let little_memory = Options {
        memory_bytes_max: 100_000,
        ..default()
    };
    check("m * 2", little_memory, "bytes of memory");
}

#[test]
fn what_passes_through_need_not_be_held() {
    let options = Options {
        samples_max: 20_000,
        ..Options::default()
    };
    let answer = hour("sum(rate(m[5m]))", &options).expect("streams");
    assert!(answer.stats.samples_peak <= 20_000);
    assert_eq!(answer.stats.series, 100);
    assert!(answer.stats.samples > 20_000_000);
}

#[test]
fn times_that_make_no_sense_are_bad_data() {
    let check = |from_ms, to_ms, step_ms| {
        let query = Query::parse(
            "m offset 5m + m[5m:1m] @ 5"
                .split(" + ")
                .next()
                .expect("one"),
        )
        .expect("valid");
        let steps = RangeSteps {
            from_ms,
            to_ms,
            step_ms,
        };
        let error = query
            .range(&source(), steps, &Options::default(), &Cancel::new())
            .expect_err("no sense");
        assert_eq!(error.kind(), ErrorKind::BadData);
    };
    check(0, 100, 0);
    check(0, 100, -1);
    check(100, 0, 1);
    check(0, 1_000_000, 1);
    check(i64::MIN, i64::MAX, 1);
    check(i64::MAX - 5, i64::MAX, 1);
    let at = Query::parse("m").expect("valid");
    let answer = at.instant(&source(), i64::MIN, &Options::default(), &Cancel::new());
    assert_eq!(answer.expect_err("out of range").kind(), ErrorKind::BadData);
    let matrix = Query::parse("m[5m]").expect("valid");
    let steps = RangeSteps {
        from_ms: 0,
        to_ms: 1,
        step_ms: 1,
    };
    let answer = matrix.range(&source(), steps, &Options::default(), &Cancel::new());
    assert_eq!(
        answer.expect_err("no range").to_string(),
        "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"
    );
}

#[test]
fn an_evaluation_that_is_stopped_says_why() {
    let check = |stop: fn(&Cancel), expected| {
        let cancel = Cancel::new();
        stop(&cancel);
        let query = Query::parse("sum(m)").expect("valid");
        let answer = query.instant(&source(), 0, &Options::default(), &cancel);
        assert_eq!(answer.expect_err("stopped").kind(), expected);
    };
    check(Cancel::cancel, ErrorKind::Canceled);
    check(Cancel::time_out, ErrorKind::Timeout);
}

#[test]
fn one_series_with_long_windows_can_be_stopped_too() {
    let mut source = MemorySource::default();
    let timestamps: Arc<[i64]> = (0..1_000_000).collect();
    let values = (0..1_000_000)
        .map(|at| f64::from(at % 1_000) + 0.5)
        .collect();
    source.add(Labels::from_pairs([("__name__", "m")]), timestamps, values);
    let query = Query::parse("stddev_over_time(m[1000s])").expect("valid");
    let steps = RangeSteps {
        from_ms: 1_000_000,
        to_ms: 1_010_000,
        step_ms: 1,
    };
    // The clock is asked around fetches only: the second look is after the series came.
    let cancel = Cancel::new();
    let looks = Arc::new(AtomicU64::new(0));
    let clock = {
        let cancel = cancel.clone();
        move || {
            if looks.fetch_add(1, Ordering::Relaxed) == 4 {
                let late = cancel.clone();
                std::thread::spawn(move || late.cancel());
            }
            Duration::ZERO
        }
    };
    let options = Options {
        clock: Some(Arc::new(clock)),
        ..Options::default()
    };
    let answer = query.range(&source, steps, &options, &cancel);
    assert_eq!(answer.expect_err("stopped").kind(), ErrorKind::Canceled);
}

#[test]
fn the_deepest_tree_fits_a_small_stack() {
    let deepest = [
        format!("m{}", " + on(id) m".repeat(150)),
        format!("{}m{}", "abs(".repeat(90), ")".repeat(90)),
        format!("{}m{}", "sum(".repeat(90), ")".repeat(90)),
        format!("{}m{}", "-(".repeat(60), ")".repeat(60)),
        format!("{}1{}", "(".repeat(190), ")".repeat(190)),
    ];
    let evaluate = move || {
        for text in deepest {
            let query = Query::parse(&text).expect("deep, but not too deep");
            let answer = query.instant(&source(), 5_000, &Options::default(), &Cancel::new());
            assert!(answer.is_ok(), "{text}");
        }
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(evaluate);
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn an_answer_says_what_it_took() {
    let query = Query::parse("rate(m{id=\"7\"}[10s])").expect("valid");
    let clock = AtomicU64::new(0);
    let options = Options {
        clock: Some(Arc::new(move || {
            Duration::from_millis(clock.fetch_add(1, Ordering::Relaxed))
        })),
        ..Options::default()
    };
    let answer = query
        .instant(&source(), 100_000, &options, &Cancel::new())
        .expect("answers");
    assert_eq!((answer.stats.series, answer.stats.samples), (1, 10));
    assert!(Duration::ZERO < answer.stats.fetch && answer.stats.fetch < answer.stats.total);
    assert_eq!(
        answer.infos,
        [
            "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"m\" (1:6)"
        ]
    );
    assert!(matches!(answer.value, Value::Vector(samples) if samples.len() == 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_times_and_limits_no_evaluation_panics(
        at_ms in any::<i64>(),
        step_ms in any::<i64>(),
        span_ms in any::<u32>(),
        samples_max in 0_u64..100_000,
    ) {
        let options = Options { samples_max, ..Options::default() };
        let source = source();
        for text in QUESTIONS {
            let query = Query::parse(text).expect("valid");
            let to_ms = at_ms.saturating_add(i64::from(span_ms));
            let steps = RangeSteps { from_ms: at_ms, to_ms, step_ms };
            let _ = query.range(&source, steps, &options, &Cancel::new());
            let _ = query.instant(&source, at_ms, &options, &Cancel::new());
            let near = at_ms % 2_000_000;
            let _ = query.instant(&source, near, &options, &Cancel::new());
        }
    }
}
