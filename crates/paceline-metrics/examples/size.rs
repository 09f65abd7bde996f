//! How large a fleet's samples are, and how fast they are packed and read:
//! `cargo run --release -p paceline-metrics --example size -- [agents] [days] [interval]`.
//!
//! Each agent has a hundred series every 10 s (or `interval` seconds): counters that rest while it idles, gauges of whole
//! units and rounded ones, near-constant states, two classic histograms (one sum with all digits).

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use paceline_metrics::codec::{decode_values, encode_values, encode_values_dense};
use paceline_metrics::{
    BlockOptions, Blocks, Labels, MatchOp, Matcher, Select, Series, TimeRange, series_order,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const START_MS: i64 = 20_000 * DAY_MS;

#[expect(clippy::disallowed_methods, reason = "an example measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = |or: i64| args.next().map_or(or, |arg| arg.parse().expect("a number"));
    let (agents, days, interval_ms) = (number(20), number(1), number(10) * 1_000);
    let dir = tempfile::tempdir().expect("a temporary folder");
    codec_speed();
    let blocks = write(dir.path(), agents, days, interval_ms);
    report("blocks of 2 h", &blocks, Duration::ZERO);
    let started = now();
    let end_ms = START_MS + days * DAY_MS;
    blocks
        .maintain(end_ms + 3 * HOUR_MS, &|| false)
        .expect("merges");
    report("merged days", &blocks, started.elapsed());
    for (function, days_back) in [
        ("rate", days),
        ("max_over_time", days),
        ("quantile_over_time", 1),
    ] {
        ask(&blocks, function, end_ms, days_back);
    }
}

fn codec_speed() {
    let mut random = Random(7);
    let mut fleet = Agent::new(0);
    let mut columns = vec![Vec::new(); SERIES];
    for _ in 0..1_440 {
        fleet.step(&mut random, &mut columns);
    }
    type Encode = fn(&[f64], &mut Vec<u8>);
    for (name, encode, samples, rounds) in [
        ("typed", encode_values as Encode, 120, 40),
        ("typed", encode_values as Encode, 720, 40),
        ("dense", encode_values_dense as Encode, 1_440, 4),
    ] {
        let chunks: Vec<&[f64]> = columns
            .iter()
            .flat_map(|all| all.chunks_exact(samples))
            .collect();
        let mut packed = Vec::new();
        let started = now();
        for _ in 0..rounds {
            packed = chunks
                .iter()
                .map(|chunk| {
                    let mut bytes = Vec::new();
                    encode(chunk, &mut bytes);
                    bytes
                })
                .collect();
        }
        let encoding = started.elapsed();
        let started = now();
        let mut values = Vec::with_capacity(samples);
        for _ in 0..rounds {
            for bytes in &packed {
                values.clear();
                decode_values(bytes, samples, &mut values).expect("decodes");
            }
        }
        let decoding = started.elapsed();
        let count = (chunks.len() * samples) as f64;
        let bytes: usize = packed.iter().map(Vec::len).sum();
        let speed = |took: Duration| count * f64::from(rounds) / took.as_secs_f64() / 1e6;
        println!(
            "{name} codec, {samples} samples a chunk: {:.3} bytes a sample, {:.0} M/s in, {:.0} M/s out",
            bytes as f64 / count,
            speed(encoding),
            speed(decoding)
        );
    }
}

fn write(dir: &Path, agents: i64, days: i64, interval_ms: i64) -> Blocks {
    let (blocks, _) = Blocks::open(BlockOptions::new(dir)).expect("opens");
    let mut random = Random(1);
    let mut fleet: Vec<Agent> = (0..agents as usize).map(Agent::new).collect();
    let samples = (2 * HOUR_MS / interval_ms) as usize;
    for part in 0..days * 12 {
        let mut all = Vec::with_capacity(fleet.len() * SERIES);
        for agent in &mut fleet {
            let times: Arc<[i64]> = (0..samples as i64)
                .map(|at| {
                    let due = START_MS + part * 2 * HOUR_MS + at * interval_ms;
                    due + agent.number as i64 % 9_000 + random.below(15) as i64
                })
                .collect();
            let mut columns = vec![Vec::new(); SERIES];
            (0..samples).for_each(|_| agent.step(&mut random, &mut columns));
            all.extend(
                agent
                    .labels
                    .iter()
                    .zip(columns)
                    .map(|(labels, values)| Series {
                        labels: labels.clone(),
                        timestamps: Arc::clone(&times),
                        values,
                    }),
            );
        }
        all.sort_by(|one, other| series_order(&one.labels, &other.labels));
        blocks.write_block(all.into_iter().map(Ok)).expect("writes");
    }
    blocks
}

fn report(name: &str, blocks: &Blocks, took: Duration) {
    let stats = blocks.stats();
    let each = |bytes: u64| bytes as f64 / stats.raw_samples as f64;
    println!(
        "{name}: {} files, {} samples, raw {:.3} and rollups {:.3} bytes a sample; {:.1} s",
        stats.blocks,
        stats.raw_samples,
        each(stats.raw_bytes),
        each(stats.rollup_bytes),
        took.as_secs_f64()
    );
}

fn ask(blocks: &Blocks, function: &'static str, end_ms: i64, days: i64) {
    for (matcher, value) in [("agent", "agt_00001"), ("__name__", "counter_07")] {
        let started = now();
        let select = Select {
            matchers: vec![Matcher::new(matcher, MatchOp::Equal, value).expect("a matcher")],
            range: TimeRange {
                from_ms: end_ms - days * DAY_MS,
                to_ms: end_ms,
            },
            step_ms: HOUR_MS,
            window_ms: 4 * HOUR_MS,
            function: Some(function),
            is_newest_enough: false,
        };
        let selection = blocks.select(&select);
        let resolution = selection.resolution;
        let (mut series, mut samples) = (0, 0);
        for one in selection.series {
            series += 1;
            samples += one.expect("readable").values.len();
        }
        println!(
            "{function} over {days} days of {matcher}={value} from {resolution:?}: {series} series, {samples} samples, {:.1} ms",
            started.elapsed().as_secs_f64() * 1e3
        );
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

const COUNTERS: usize = 40;
const GAUGES: usize = 26;
const STATES: usize = 10;
const BUCKETS: usize = 10;
const SERIES: usize = COUNTERS + GAUGES + STATES + 2 * (BUCKETS + 2);

struct Agent {
    number: usize,
    labels: Vec<Labels>,
    working: bool,
    units: Vec<i64>,
    buckets: [[u64; BUCKETS]; 2],
    sums: [f64; 2],
}

impl Agent {
    fn new(number: usize) -> Self {
        let agent = format!("agt_{number:05}");
        let host = format!("host-{:03}", number / 25);
        let series = |name: String, le: Option<usize>| {
            let le = le.map_or(String::new(), |bound| format!("{}", 1 << bound));
            let own = [
                ("__name__", name.as_str()),
                ("agent", &agent),
                ("host", &host),
                ("le", &le),
            ];
            Labels::from_pairs(own)
        };
        let mut labels = Vec::new();
        labels.extend((0..COUNTERS).map(|at| series(format!("counter_{at:02}"), None)));
        labels.extend((0..GAUGES).map(|at| series(format!("gauge_{at:02}"), None)));
        labels.extend((0..STATES).map(|at| series(format!("state_{at:02}"), None)));
        for histogram in 0..2 {
            let bucket = format!("histogram_{histogram}_bucket");
            labels.extend((0..BUCKETS).map(|at| series(bucket.clone(), Some(at))));
            labels.push(series(format!("histogram_{histogram}_sum"), None));
            labels.push(series(format!("histogram_{histogram}_count"), None));
        }
        Self {
            number,
            labels,
            working: true,
            units: vec![1_000; COUNTERS + GAUGES + STATES],
            buckets: Default::default(),
            sums: [0.0; 2],
        }
    }

    fn step(&mut self, random: &mut Random, columns: &mut [Vec<f64>]) {
        self.working ^= random.one_in(if self.working { 30 } else { 45 });
        for (at, units) in self.units.iter_mut().enumerate() {
            let value = if at < COUNTERS {
                let mean = [2, 0, 900, 60_000, 3, 0, 180, 250][at % 8];
                if mean == 0 {
                    *units += i64::from(random.one_in(120));
                } else if self.working {
                    *units += random.below(2 * mean + 1) as i64;
                }
                *units as f64 / [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10_000.0, 1.0][at % 8]
            } else if at < COUNTERS + GAUGES {
                let (step, seldom, scale) = [
                    (80, 1, 10.0),
                    (12, 2, 1_000.0),
                    (2, 3, 1.0),
                    (40, 1, 1.0 / 4_096.0),
                    (9, 1, 100.0),
                ][at % 5];
                if random.one_in(seldom) {
                    *units += random.below(2 * step + 1) as i64 - step as i64;
                }
                *units as f64 / scale
            } else {
                *units ^= i64::from(at % 2 == 0 && random.one_in(300));
                *units as f64
            };
            columns[at].push(value);
        }
        (0..2).for_each(|histogram| self.observe(histogram, random, columns));
    }

    fn observe(&mut self, histogram: usize, random: &mut Random, columns: &mut [Vec<f64>]) {
        for _ in 0..if self.working { random.below(5) } else { 0 } {
            let millis = 1 << random.below(11) | random.below(1 << 9);
            let bound = (64 - millis.leading_zeros() as usize).min(BUCKETS - 1);
            self.buckets[histogram][bound] += 1;
            self.sums[histogram] += if histogram == 0 {
                millis as f64
            } else {
                millis as f64 / 1_000.0 + random.below(1 << 30) as f64 / 1e12
            };
        }
        let first = COUNTERS + GAUGES + STATES + histogram * (BUCKETS + 2);
        let mut count = 0;
        for (at, bucket) in self.buckets[histogram].iter().enumerate() {
            count += bucket;
            columns[first + at].push(count as f64);
        }
        let sum = self.sums[histogram];
        let rounded = if histogram == 0 { sum / 1_000.0 } else { sum };
        columns[first + BUCKETS].push(rounded);
        columns[first + BUCKETS + 1].push(count as f64);
    }
}
