//! What both servers are asked about. Owns the series, their samples and the remote write that brings
//! them; refuses times on whole seconds: there a window's two ends decide about a sample, and
//! Prometheus 2 and 3 decide differently (closed and left-open).

use super::dice::Dice;
use crate::http::Connection;

/// Between two samples of a series.
pub const INTERVAL_MS: i64 = 15_000;
/// Samples of a series.
pub const SAMPLES: i64 = 160;
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// By the clock of this machine, which both servers read.
#[expect(clippy::disallowed_methods, reason = "a client outside of the server")]
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("before the year 292277026")
}

pub struct Series {
    /// Sorted by name.
    pub labels: Vec<(String, String)>,
    /// Milliseconds and value, oldest first.
    pub samples: Vec<(i64, f64)>,
}

/// All series, with the first sample at about `from_ms`.
pub fn generate(from_ms: i64, seed: u64) -> Vec<Series> {
    let mut made = Vec::new();
    let mut dice = Dice::new(seed);
    for (number, agent) in ["a1", "a2", "a3", "a4"].into_iter().enumerate() {
        // Never a multiple of a second.
        let offset_ms = 1 + 1_137 * number as i64;
        let mut maker = Maker {
            dice: &mut dice,
            made: &mut made,
            start_ms: from_ms - from_ms.rem_euclid(1_000) + offset_ms,
            agent,
        };
        maker.counters();
        maker.gauges();
        maker.odd_ones();
        maker.histogram();
    }
    made
}

struct Maker<'a> {
    dice: &'a mut Dice,
    made: &'a mut Vec<Series>,
    start_ms: i64,
    agent: &'static str,
}

impl Maker<'_> {
    fn push(
        &mut self,
        name: &str,
        labels: &[(&str, &str)],
        mut value: impl FnMut(&mut Dice, i64) -> Option<f64>,
    ) {
        let own = [("__name__", name), ("agent", self.agent)];
        let all = own.iter().chain(labels);
        let mut labels: Vec<(String, String)> = all
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        labels.sort();
        let mut samples = Vec::new();
        for at in 0..SAMPLES {
            if let Some(value) = value(self.dice, at) {
                samples.push((self.start_ms + at * INTERVAL_MS, value));
            }
        }
        self.made.push(Series { labels, samples });
    }

    fn counters(&mut self) {
        for tool in ["read", "write"] {
            for outcome in ["ok", "error"] {
                let mut total = 1_000.0;
                let labels = [("tool", tool), ("outcome", outcome)];
                self.push("calls_total", &labels, move |dice, _| {
                    total += dice.below(20) as f64;
                    if dice.once_in(60) {
                        total = 0.0;
                    }
                    Some(total)
                });
            }
        }
        let mut cost = 10.0;
        self.push("cost_dollars_total", &[], move |dice, _| {
            cost += dice.share() / 100.0;
            Some(cost)
        });
    }

    fn gauges(&mut self) {
        for zone in ["north", "south"] {
            let mut level = 50.0;
            self.push("queue_depth", &[("zone", zone)], move |dice, _| {
                level += (dice.share() - 0.5) * 7.0;
                Some(f64::round(level))
            });
        }
        self.push("temperature", &[], |dice, _| {
            Some(dice.share() * 40.0 - 20.0)
        });
        self.push("busy", &[], |dice, _| {
            Some(if dice.once_in(10) { 0.0 } else { 1.0 })
        });
        let version = if self.agent < "a3" { "v1" } else { "v2" };
        self.push("build_info", &[("version", version)], |_, _| Some(1.0));
    }

    /// Gaps, ends, numbers that are none.
    fn odd_ones(&mut self) {
        self.push("with_gaps", &[], |dice, at| {
            (at % 40 < 25).then(|| dice.below(100) as f64)
        });
        if self.agent != "a4" {
            self.push("gone_early", &[], |_, at| match at {
                at if at < 80 => Some(at as f64),
                80 => Some(f64::from_bits(STALE)),
                _ => None,
            });
        }
        self.push("odd_values", &[], |dice, _| {
            Some(match dice.below(8) {
                0 => f64::NAN,
                1 => f64::INFINITY,
                2 => f64::NEG_INFINITY,
                3 => -0.0,
                4 => 1e300,
                other => other as f64,
            })
        });
    }

    fn histogram(&mut self) {
        const BOUNDS: [&str; 6] = ["0.1", "0.5", "1", "2.5", "10", "+Inf"];
        let seed = self.dice.below(1 << 40);
        for (bucket, bound) in BOUNDS.iter().enumerate() {
            let mut counts = Observations::new(seed);
            self.push("latency_seconds_bucket", &[("le", bound)], move |_, _| {
                Some(counts.next()[..=bucket].iter().sum())
            });
        }
        let mut counts = Observations::new(seed);
        self.push("latency_seconds_count", &[], move |_, _| {
            Some(counts.next().iter().sum())
        });
        let mut counts = Observations::new(seed);
        self.push("latency_seconds_sum", &[], move |_, _| {
            let weights = [0.05, 0.3, 0.7, 1.7, 6.0, 20.0];
            let each = counts.next().into_iter().zip(weights);
            Some(each.map(|(count, weight)| count * weight).sum())
        });
    }
}

/// The same counts for every bucket of a histogram.
struct Observations {
    dice: Dice,
    counts: [f64; 6],
}

impl Observations {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            // Far from zero, see `differences`.
            counts: [600.0, 500.0, 400.0, 300.0, 200.0, 100.0],
        }
    }

    fn next(&mut self) -> [f64; 6] {
        for (at, count) in self.counts.iter_mut().enumerate() {
            *count += self.dice.below(12 >> at) as f64;
        }
        self.counts
    }
}

/// Writes all samples in the order of time, as agents would.
pub fn write(url: &str, path: &str, all: &[Series]) {
    /// A push holds this many samples of every series.
    const TOGETHER: usize = 20;
    let mut connection = Connection::to(url);
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
        ("x-prometheus-remote-write-version", "0.1.0"),
    ];
    let longest = all.iter().map(|series| series.samples.len()).max();
    for start in (0..longest.unwrap_or(0)).step_by(TOGETHER) {
        let from = all[0].samples[start].0;
        let to = from + TOGETHER as i64 * INTERVAL_MS;
        let body = snappy(&write_request(all, from - 1_000..to - 1_000));
        let answer = connection
            .send("POST", path, &headers, &body)
            .expect("an answer to remote write");
        assert!(
            answer.status / 100 == 2,
            "{}: {}",
            answer.status,
            answer.text()
        );
    }
}

/// `prometheus.WriteRequest` (prompb/remote.proto).
fn write_request(all: &[Series], times: std::ops::Range<i64>) -> Vec<u8> {
    let mut request = Vec::new();
    for series in all {
        let mut body = Vec::new();
        for (name, value) in &series.labels {
            let mut label = Vec::new();
            bytes_field(&mut label, 1, name.as_bytes());
            bytes_field(&mut label, 2, value.as_bytes());
            bytes_field(&mut body, 1, &label);
        }
        let samples = series.samples.iter();
        let mut count = 0;
        for (at, value) in samples.filter(|(at, _)| times.contains(at)) {
            let mut sample = vec![0x09];
            sample.extend_from_slice(&value.to_le_bytes());
            sample.push(0x10);
            varint(&mut sample, at.cast_unsigned());
            bytes_field(&mut body, 2, &sample);
            count += 1;
        }
        if 0 < count {
            bytes_field(&mut request, 1, &body);
        }
    }
    request
}

fn bytes_field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Snappy's block format with nothing but literals, which every decoder reads.
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1_000 + 16);
    varint(&mut out, bytes.len() as u64);
    for literal in bytes.chunks(1 << 16) {
        let length = (literal.len() - 1) as u16;
        out.push(61 << 2);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(literal);
    }
    out
}
