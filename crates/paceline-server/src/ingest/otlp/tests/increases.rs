//! Increases added up, against the naive model: a sum. Owns the sequences of pushes, repeats, late
//! points, restarts and refusals; whatever happens, the counter ends at what was sent once.

use proptest::prelude::*;
use serde_json::json;

use super::Server;
use super::kinds::{nanoseconds, request};

#[derive(Clone, Debug)]
enum Step {
    /// So many, measured over so many milliseconds.
    Push {
        by: u32,
        took_ms: u16,
    },
    /// The last request again, as after an answer that was lost.
    Repeat,
    /// A point of an interval before the last one, which arrives after it.
    Late {
        by: u32,
    },
    Restart,
    /// Long enough to be forgotten.
    Silence,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0_u32..1_000, 1_u16..20_000).prop_map(|(by, took_ms)| Step::Push { by, took_ms }),
        2 => Just(Step::Repeat),
        2 => (0_u32..1_000).prop_map(|by| Step::Late { by }),
        1 => Just(Step::Restart),
        1 => Just(Step::Silence),
    ];
    prop::collection::vec(step, 1..25)
}

fn body(start_ms: i64, end_ms: i64, by: u32) -> String {
    let (start, end) = (nanoseconds(start_ms), nanoseconds(end_ms));
    let number = json!({"startTimeUnixNano": start, "timeUnixNano": end, "asInt": by.to_string()});
    let buckets = json!({"startTimeUnixNano": start, "timeUnixNano": end, "count": by.to_string(),
        "sum": by, "explicitBounds": [10.0], "bucketCounts": [by.to_string(), "0"]});
    let delta =
        |points| json!({"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [points]});
    request(&[
        json!({"name": "work", "sum": delta(number)}),
        json!({"name": "sizes", "histogram": delta(buckets)}),
    ])
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut server = Server::start();
    let (mut total, mut last, mut late) = (0_u64, None, 0);
    for step in steps {
        let sent = match step {
            Step::Push { by, took_ms } => {
                let start_ms = server.now_ms();
                server.turn(i64::from(took_ms));
                total += u64::from(by);
                Some(body(start_ms, server.now_ms(), by))
            }
            Step::Repeat => last.clone(),
            Step::Late { by } => {
                late += 1;
                let end_ms = server.now_ms() - 30_000 - late;
                total += u64::from(by);
                Some(body(end_ms - 1, end_ms, by))
            }
            Step::Restart => {
                server = server.restart().await;
                // Who repeats to a new process is counted again, as with any receiver.
                last = None;
                None
            }
            Step::Silence => {
                server.turn(3 * 3_600_000);
                None
            }
        };
        if let Some(sent) = sent {
            let answer = server.json("/v1/metrics", &sent).await;
            prop_assert_eq!(answer.json(), json!({}));
            last = Some(sent).filter(|_| !matches!(step, Step::Late { .. }));
        }
    }
    for name in ["work_total", "sizes_count", "sizes_sum", "sizes_bucket"] {
        for (labels, value) in server.newest(name) {
            prop_assert_eq!(value, total as f64, "{}{}", name, labels);
        }
        for samples in server.samples(name).values() {
            let falls = samples.windows(2).any(|pair| pair[1].1 < pair[0].1);
            prop_assert!(!falls, "{} falls: {:?}", name, samples);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_counter_ends_at_what_was_sent_once(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps))?;
    }
}

#[tokio::test]
async fn a_counters_first_increase_is_seen_by_rate() {
    let server = Server::start();
    let now = server.now_ms();
    Server::taken(
        &server
            .json("/v1/metrics", &body(now - 60_000, now, 5))
            .await,
    );
    let samples = server.samples("work_total").into_values().next().unwrap();
    assert_eq!(samples, [(now - 60_000, 0.0), (now, 5.0)]);
}
