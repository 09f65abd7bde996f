//! How fast the engine takes samples in, and what a series costs. Generates a fleet in memory and
//! pushes it by numbers, as remote write does: `append [agents] [metrics] [rows]`.
//!
//! A third of the metrics are counters, two thirds gauges, of which some hardly change.

use std::fs;
use std::sync::mpsc;

use paceline_metrics::{
    Engine, EngineOptions, Labels, MatchOp, Matcher, RefSample, Select, SeriesRef, SeriesSource,
    TimeRange,
};

const START_MS: i64 = 1_700_006_400_000;
const INTERVAL_MS: i64 = 10_000;
/// As remote write cuts its requests.
const PUSH_SAMPLES: usize = 2_000;

struct Metric {
    value: f64,
    kind: u64,
}

struct Fleet {
    series: Vec<SeriesRef>,
    metrics: Vec<Metric>,
    random: u64,
}

fn main() {
    let argument = |at: usize, default: usize| {
        let given = std::env::args().nth(at);
        given.map_or(default, |text| text.parse().expect("a number"))
    };
    let (agents, metrics, rows) = (argument(1, 2_000), argument(2, 100), argument(3, 60));
    let dir = std::env::var_os("PACELINE_EXAMPLE_DIR").map_or_else(std::env::temp_dir, Into::into);
    let dir = tempfile::tempdir_in(dir).expect("a folder");
    let engine = Engine::open(EngineOptions::new(dir.path()), START_MS).expect("opens");
    let before = resident_bytes();
    let mut fleet = Fleet::of(&engine, agents, metrics);
    println!(
        "series {} named in {:.1} s of CPU",
        fleet.series.len(),
        cpu_seconds()
    );
    let generating = fleet.bytes();
    let mut writing = 0.0;
    for row in 0..rows {
        let samples = fleet.row(START_MS + row as i64 * INTERVAL_MS);
        let start = cpu_seconds();
        push(&engine, samples, START_MS + row as i64 * INTERVAL_MS);
        engine
            .maintain(START_MS + row as i64 * INTERVAL_MS)
            .expect("keeps");
        writing += cpu_seconds() - start;
    }
    let stats = engine.stats();
    let samples = (fleet.series.len() * rows) as f64;
    println!(
        "samples {samples}, {:.2} M a CPU second",
        samples / writing / 1e6
    );
    let resident = resident_bytes() - before;
    let series = fleet.series.len();
    println!(
        "bytes a series: resident {} (of which the generator {}), head {}; schemas {}",
        resident / series,
        generating / series,
        stats.head_bytes as usize / series,
        stats.schemas,
    );
    let checkpoint = fs::metadata(dir.path().join("checkpoint")).map_or(0, |file| file.len());
    println!(
        "MiB of log {}, checkpoint {}, blocks {}",
        stats.log_bytes >> 20,
        checkpoint >> 20,
        stats.block_bytes >> 20,
    );
    ask(&engine, "metric_7_total");
    let start = cpu_seconds();
    drop(engine);
    let engine = Engine::open(EngineOptions::new(dir.path()), START_MS).expect("opens");
    let recovery = engine.recovery().clone();
    println!(
        "opened with {} samples from the log in {:.1} s of CPU",
        recovery.samples,
        cpu_seconds() - start
    );
}

fn push(engine: &Engine, samples: Vec<RefSample>, now_ms: i64) {
    let (tell, told) = mpsc::channel();
    for piece in samples.chunks(PUSH_SAMPLES) {
        let tell = tell.clone();
        let settled = Box::new(move |result| tell.send(result).expect("somebody waits"));
        engine.append_refs(piece.to_vec(), now_ms, settled);
    }
    drop(tell);
    let refused = told
        .iter()
        .map(|result| result.expect("is kept").refused.len());
    assert_eq!(refused.sum::<usize>(), 0);
}

impl Fleet {
    fn of(engine: &Engine, agents: usize, metrics: usize) -> Self {
        let keys: Vec<Labels> = (0..metrics)
            .map(|metric| Labels::from_pairs([("__name__", &*format!("metric_{metric}_total"))]))
            .collect();
        let mut fleet = Self {
            series: Vec::new(),
            metrics: Vec::new(),
            random: 42,
        };
        for agent in 0..agents {
            let (agent, host) = (format!("agent-{agent:05}"), format!("host-{}", agent % 50));
            let target = Labels::from_pairs([("agent", &*agent), ("host", &*host)]);
            for (at, key) in keys.iter().enumerate() {
                let series = engine.resolve(&target, key, START_MS).expect("is admitted");
                fleet.series.push(series);
                let value = (fleet.next() % 1_000) as f64;
                let kind = at as u64 % 6;
                fleet.metrics.push(Metric { value, kind });
            }
        }
        fleet
    }

    fn bytes(&self) -> usize {
        self.series.capacity() * size_of::<SeriesRef>()
            + self.metrics.capacity() * size_of::<Metric>()
            + self.series.len() * size_of::<RefSample>()
    }

    fn next(&mut self) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.random >> 33
    }

    fn row(&mut self, at_ms: i64) -> Vec<RefSample> {
        let mut samples = Vec::with_capacity(self.series.len());
        for at in 0..self.series.len() {
            let random = self.next();
            let metric = &mut self.metrics[at];
            match metric.kind {
                0 | 1 => metric.value += (random % 50) as f64,
                2 if random.is_multiple_of(60) => metric.value = (random % 5) as f64,
                2 => {}
                3 => metric.value = (random % 1_000) as f64 / 10.0,
                4 => {
                    metric.value =
                        ((metric.value * 1e3) as i64 + random as i64 % 9 - 4) as f64 / 1e3
                }
                _ => metric.value = (random % 100) as f64,
            }
            samples.push(RefSample {
                series: self.series[at],
                at_ms,
                value: metric.value,
            });
        }
        samples
    }
}

/// One metric of all agents, whole.
fn ask(engine: &Engine, name: &str) {
    let select = Select {
        matchers: vec![Matcher::new("__name__", MatchOp::Equal, name).expect("valid")],
        range: TimeRange {
            from_ms: START_MS,
            to_ms: i64::MAX,
        },
        step_ms: 0,
        window_ms: 0,
        function: None,
        is_newest_enough: false,
    };
    let start = cpu_seconds();
    let rounds = 20;
    let mut samples = 0;
    for _ in 0..rounds {
        let selection = engine.select(&select).expect("selects");
        let lengths = selection
            .series
            .map(|series| series.expect("reads").values.len());
        samples = lengths.sum();
    }
    let each = (cpu_seconds() - start) / f64::from(rounds);
    println!(
        "one metric of all agents: {samples} samples in {:.1} ms of CPU",
        each * 1e3
    );
}

fn resident_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages = status.split_whitespace().nth(1).expect("a field");
    pages.parse::<usize>().expect("a number") * 4_096
}

/// User and system time of the process, in steps of 10 ms.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .expect("fields")
        .split_whitespace()
        .collect();
    let ticks: f64 = [fields[11], fields[12]]
        .iter()
        .map(|ticks| ticks.parse::<f64>().expect("a number"))
        .sum();
    ticks / 100.0
}
