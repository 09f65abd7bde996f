//! What rules cost inside the server: threshold rules over custom series that get a value every second, by a
//! clock that is turned by hand, and the processor time of a turn. Refuses to be a test.
//!
//! `cargo run --release -p paceline-server --example ruling -- [RULES] [SERIES] [SECONDS]`

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::Duration;

use paceline_api::{AlertRuleRequest, AlertThreshold};
use paceline_core::{Clock, Now, Steady, Timestamp};
use paceline_metrics::{Label, Labels, METRIC_NAME, Row, RowValue};
use paceline_server::metrics::Metrics;
use paceline_server::operations::{Caller, Features, Operations};
use paceline_server::recorder::Recorder;
use paceline_server::recorder::families::Gauges;
use paceline_store::Store;
use paceline_store::sqlite::{Options, SqliteStore};

/// Series of one metric: as many agents.
const AGENTS: usize = 50;

#[derive(Debug)]
struct Turned {
    now_ms: AtomicI64,
    begun: std::time::Instant,
}

impl Clock for Turned {
    fn now(&self) -> Now {
        let now_ms = self.now_ms.load(SeqCst);
        Now {
            wall: Timestamp(now_ms),
            steady: Steady(now_ms),
        }
    }

    fn stopwatch_ns(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |or: usize| {
        let given = arguments.next().and_then(|text| text.parse().ok());
        given.unwrap_or(or)
    };
    let (rules, series, seconds) = (number(1_000), number(10_000), number(120));
    let turned = Arc::new(turned());
    let data = tempfile::tempdir()?;
    let clock = Arc::clone(&turned) as Arc<dyn Clock>;
    let operations = operations(data.path(), &clock)?;
    make(&operations, rules, series / AGENTS).await?;
    let rows = rows(series / AGENTS);
    let (mut pushing, mut turning, mut turns) = (Duration::ZERO, Vec::new(), 0_u32);
    for second in 0..seconds {
        let at_ms = turned.now_ms.fetch_add(1_000, SeqCst) + 1_000;
        let begun = cpu();
        let pushed = operations
            .metrics
            .append(filled(&rows, at_ms, second))
            .await;
        pushed.map_err(|failure| failure.body.error.message)?;
        pushing += cpu() - begun;
        let begun = cpu();
        let turn = operations.alerts.turn().await;
        turn.map_err(|failure| failure.error)?;
        turning.push(cpu() - begun);
        turns += 1;
    }
    turning.sort_unstable();
    let mean = turning.iter().sum::<Duration>() / turns.max(1);
    println!("{rules} rules over {series} series, {turns} turns, processor time");
    println!(
        "  pushing a second's values  {:8.2} ms",
        ms(pushing / turns.max(1))
    );
    println!("  a turn, mean               {:8.2} ms", ms(mean));
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let at = (share * (turning.len() - 1) as f64) as usize;
        println!("  a turn, {name}                {:8.2} ms", ms(turning[at]));
    }
    println!("  of one core at a turn a second {:.1} %", ms(mean) / 10.0);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn turned() -> Turned {
    Turned {
        now_ms: AtomicI64::new(1_790_000_000_000),
        begun: std::time::Instant::now(),
    }
}

fn operations(
    data: &std::path::Path,
    clock: &Arc<dyn Clock>,
) -> Result<Operations, Box<dyn Error>> {
    let path = data.join("paceline.db");
    let store = SqliteStore::open(&path, Arc::clone(clock), Options::default())?;
    let store: Arc<dyn Store> = Arc::new(store);
    let features = Arc::new(Features::new(true));
    let metrics = Metrics::open(data, |all| all, Arc::clone(&features), Arc::clone(clock))?;
    let recorder = Arc::new(Recorder::new(Arc::clone(clock)));
    recorder.set_gauges(Gauges::default());
    Ok(Operations::new(
        store,
        recorder,
        Arc::clone(clock),
        data.to_owned(),
        [7; 32],
        features,
        Arc::new(metrics),
    ))
}

/// Every second rule is of each agent, the others of the fleet's mean; one in ten waits for a minute.
async fn make(operations: &Operations, rules: usize, metrics: usize) -> Result<(), String> {
    let caller = Caller::internal();
    for number in 0..rules {
        let threshold = AlertThreshold {
            metric: Some(format!("load_{}", number % metrics.max(1))),
            scope: if number % 2 == 0 {
                paceline_api::AlertScope::Agent
            } else {
                paceline_api::AlertScope::Fleet
            },
            above: Some(1_000.0),
            ..AlertThreshold::default()
        };
        let request = AlertRuleRequest {
            name: format!("rule {number}"),
            threshold: Some(threshold),
            for_seconds: (number % 10 == 0).then_some(60),
            ..AlertRuleRequest::default()
        };
        let made = operations.alert_rule_create(&caller, request).await;
        made.map_err(|failure| failure.body.error.message)?;
    }
    Ok(())
}

fn rows(metrics: usize) -> Vec<(Labels, Vec<Labels>)> {
    let keys: Vec<Labels> = (0..metrics)
        .map(|metric| {
            Labels::new([Label {
                name: METRIC_NAME.into(),
                value: format!("load_{metric}").into(),
            }])
        })
        .collect();
    let agent = |number: usize| {
        Labels::new([Label {
            name: "agent".into(),
            value: format!("agt_{number}").into(),
        }])
    };
    (0..AGENTS)
        .map(|number| (agent(number), keys.clone()))
        .collect()
}

fn filled(rows: &[(Labels, Vec<Labels>)], at_ms: i64, second: usize) -> Vec<Row> {
    let value = |at: usize| ((at * 31 + second * 17) % 500) as f64;
    let row = |(labels, keys): &(Labels, Vec<Labels>)| Row {
        labels: labels.clone(),
        at_ms,
        values: keys
            .iter()
            .enumerate()
            .map(|(at, key)| RowValue {
                key: key.clone(),
                value: value(at),
            })
            .collect(),
    };
    rows.iter().map(row).collect()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Of the whole process, so that the threads that work are counted and others' work is not.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|text| text.parse::<u64>().ok());
    let ticks = ticks().unwrap_or(0) + ticks().unwrap_or(0);
    // A hundred a second on every Linux that is common.
    Duration::from_millis(ticks * 10)
}
