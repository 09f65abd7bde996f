//! How fast the three questions of a fleet's dashboard are: the busiest agents now, the rate by
//! agent over an hour, and a high percentile of a histogram with many buckets. The source is in
//! memory and hands over copies of its series, as the engine does; series of one agent share their
//! timestamps.

#[path = "../tests/runner/memory.rs"]
mod memory;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use memory::MemorySource;
use paceline_metrics::{Label, Labels};
use paceline_promql::{Cancel, Options, Query, RangeSteps};

const AGENTS: usize = 2_000;
const INTERVAL_MS: i64 = 10_000;
const HOUR_MS: i64 = 3_600_000;
const END_MS: i64 = 1_700_000_000_000;
const BOUNDS: [&str; 10] = [
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf",
];

/// An hour and ten minutes of one counter and one histogram an agent.
fn fleet() -> MemorySource {
    let mut source = MemorySource::default();
    let text = |text: &str| -> Arc<str> { text.into() };
    let (name, agent, bound) = (text("__name__"), text("agent"), text("le"));
    let (requests, buckets) = (text("requests_total"), text("latency_seconds_bucket"));
    let bounds: Vec<Arc<str>> = BOUNDS.iter().map(|bound| text(bound)).collect();
    for number in 0..AGENTS {
        let start_ms = END_MS - HOUR_MS - 600_000 + number as i64 % INTERVAL_MS;
        let timestamps: Arc<[i64]> = (0..420).map(|at| start_ms + at * INTERVAL_MS).collect();
        let id = text(&format!("agent-{number:05}"));
        let label = |name: &Arc<str>, value: &Arc<str>| Label {
            name: Arc::clone(name),
            value: Arc::clone(value),
        };
        let counter = |speed: f64| -> Vec<f64> {
            (0..420).map(|at| (f64::from(at) * speed).floor()).collect()
        };
        let of = |labels: &[Label]| Labels::new(labels.iter().cloned());
        source.add(
            of(&[label(&name, &requests), label(&agent, &id)]),
            Arc::clone(&timestamps),
            counter(1.0 + (number % 97) as f64),
        );
        for (place, le) in bounds.iter().enumerate() {
            source.add(
                of(&[
                    label(&name, &buckets),
                    label(&agent, &id),
                    label(&bound, le),
                ]),
                Arc::clone(&timestamps),
                counter((place + 1) as f64 * (1.0 + (number % 7) as f64)),
            );
        }
    }
    source
}

fn questions(criterion: &mut Criterion) {
    let source = fleet();
    let options = Options::default();
    let mut group = criterion.benchmark_group("query");
    group.sample_size(10);
    group.measurement_time(Duration::from_secs(3));
    for (name, text) in [
        ("topk instant", "topk(10, requests_total)"),
        ("rate by agent", "sum by (agent) (rate(requests_total[5m]))"),
        (
            "p99 of 20,000 buckets",
            "histogram_quantile(0.99, sum by (le) (rate(latency_seconds_bucket[5m])))",
        ),
        (
            "p99 of 20,000 buckets by agent",
            "histogram_quantile(0.99, sum by (agent, le) (rate(latency_seconds_bucket[5m])))",
        ),
    ] {
        let query = Query::parse(text).expect("valid");
        let cancel = Cancel::new();
        group.bench_function(format!("{name}, instant"), |bencher| {
            bencher.iter(|| {
                black_box(query.instant(&source, END_MS, &options, &cancel)).expect("answers")
            });
        });
        let steps = RangeSteps {
            from_ms: END_MS - HOUR_MS,
            to_ms: END_MS,
            step_ms: 15_000,
        };
        group.bench_function(format!("{name}, 1 h at 15 s"), |bencher| {
            bencher.iter(|| {
                black_box(query.range(&source, steps, &options, &cancel)).expect("answers")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
