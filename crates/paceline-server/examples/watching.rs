//! What watching costs inside the server: custom series with a value every second, by a clock that is
//! turned by hand, and the processor time of the engine with and without detectors behind it. Refuses to
//! be a test.
//!
//! `cargo run --release -p paceline-server --example watching -- [SERIES] [SECONDS]`

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::Duration;

use paceline_core::{Clock, Now, Steady, Timestamp};
use paceline_metrics::{Label, Labels, METRIC_NAME, Row, RowValue};
use paceline_server::anomalies::Anomalies;
use paceline_server::metrics::Metrics;
use paceline_server::operations::Features;
use paceline_server::recorder::Recorder;
use paceline_store::Store;
use paceline_store::sqlite::{Options, SqliteStore};

const SERIES_A_ROW: usize = 50;

#[derive(Debug)]
struct Turned(AtomicI64);

impl Clock for Turned {
    fn now(&self) -> Now {
        let now_ms = self.0.load(SeqCst);
        Now {
            wall: Timestamp(now_ms),
            steady: Steady(now_ms),
        }
    }

    fn stopwatch_ns(&self) -> u64 {
        self.0.load(SeqCst).unsigned_abs() * 1_000_000
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or: usize| {
        let given = arguments.next().and_then(|text| text.parse().ok());
        given.unwrap_or(or)
    };
    let (series, seconds) = (number(10_000), number(7_200));
    let data = tempfile::tempdir()?;
    let turned = Arc::new(Turned(AtomicI64::new(1_790_000_000_000)));
    let clock = Arc::clone(&turned) as Arc<dyn Clock>;
    let path = data.path().join("paceline.db");
    let store = SqliteStore::open(&path, Arc::clone(&clock), Options::default())?;
    let store: Arc<dyn Store> = Arc::new(store);
    let features = Arc::new(Features::new(true));
    let metrics = Metrics::open(data.path(), |all| all, features, Arc::clone(&clock))?;
    let metrics = Arc::new(metrics);
    let recorder = Arc::new(Recorder::new(Arc::clone(&clock)));
    let place = data.path().to_owned();
    let shared = Arc::clone(&metrics);
    let anomalies = Arc::new(Anomalies::new(store, clock, recorder, shared, place));
    anomalies.begin().await.map_err(|failure| failure.error)?;
    let rows = keys(series);
    let (mut pushing, mut looking) = <(Duration, Duration)>::default();
    for second in 0..seconds {
        let at_ms = turned.0.fetch_add(1_000, SeqCst) + 1_000;
        let begun = cpu();
        let pushed = metrics.append(filled(&rows, at_ms, second)).await;
        pushed.map_err(|failure| failure.body.error.message)?;
        pushing += cpu() - begun;
        let begun = cpu();
        anomalies.turn().await.map_err(|failure| failure.error)?;
        looking += cpu() - begun;
    }
    tell(
        &anomalies,
        data.path(),
        (series, seconds),
        [pushing, looking],
    )
    .await
}

async fn tell(
    anomalies: &Arc<Anomalies>,
    data: &std::path::Path,
    (series, seconds): (usize, usize),
    [pushing, looking]: [Duration; 2],
) -> Result<(), Box<dyn Error>> {
    let share = |time: Duration| 100.0 * time.as_secs_f64() / seconds as f64;
    let rate = anomalies.rate();
    println!("{series} series, a value a second each, {seconds} seconds");
    println!(
        "turns take {:.2} % of a core, saving included",
        share(looking)
    );
    println!(
        "storing the values takes {:.2} %, with the tap",
        share(pushing)
    );
    let each = rate.state_bytes / rate.watched.max(1);
    println!("{} watched, {each} bytes a series", rate.watched);
    println!("{}", rate.sentence);
    let begun = cpu();
    anomalies.save().await;
    let bytes = std::fs::metadata(data.join("anomalies.zst"))?.len();
    let spent = cpu() - begun;
    println!("saving takes {spent:.1?} of a core and writes {bytes} bytes");
    Ok(())
}

fn keys(series: usize) -> Vec<(Labels, Vec<Labels>)> {
    let numbers: Vec<usize> = (0..series).collect();
    let row = |(row, numbers): (usize, &[usize])| {
        let host = row.to_string();
        let key = |number: &usize| {
            Labels::new([
                Label {
                    name: METRIC_NAME.into(),
                    value: format!("metric_{}", number % SERIES_A_ROW).into(),
                },
                Label {
                    name: "part".into(),
                    value: number.to_string().into(),
                },
            ])
        };
        let labels = Labels::from_pairs([("host", host.as_str())]);
        (labels, numbers.iter().map(key).collect())
    };
    numbers.chunks(SERIES_A_ROW).enumerate().map(row).collect()
}

fn filled(rows: &[(Labels, Vec<Labels>)], at_ms: i64, second: usize) -> Vec<Row> {
    let mut seed = second as u64;
    let mut noise = move || {
        let mut sum = 0.0;
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            sum += (seed >> 40) as f64 / (1_u64 << 24) as f64;
        }
        sum
    };
    let row = |(labels, keys): &(Labels, Vec<Labels>)| Row {
        labels: labels.clone(),
        at_ms,
        values: keys
            .iter()
            .map(|key| RowValue {
                key: key.clone(),
                value: 20.0 + noise(),
            })
            .collect(),
    };
    rows.iter().map(row).collect()
}

/// Of this process, in hundredths of a second: others' work does not count.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || -> u64 { fields.next().and_then(|one| one.parse().ok()).unwrap_or(0) };
    Duration::from_millis((ticks() + ticks()) * 10)
}
