//! Metrics through the real binary. Owns that what was acknowledged is there after a kill, that the
//! switch stops collection and nothing else, and that limits leave existing series alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::call::{Caller, Expect as _, Trouble, register, text};
use crate::http::Connection;
use crate::server::Server;

const ROUNDS: u64 = 20;
const WRITERS: u64 = 3;
const METRICS: u64 = 20;

/// The newest value of each series of an instant query, by its labels.
pub fn query(url: &str, promql: &str) -> BTreeMap<String, f64> {
    let encoded: String = promql.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = format!("/prometheus/api/v1/query?query={encoded}");
    let answer = Connection::to(url).get(&path);
    let answer = answer.expect("an answer to a query");
    let body = answer.json();
    assert_eq!(body["status"], "success", "{promql}: {body}");
    let result = body["data"]["result"].as_array().expect("a vector");
    let series = result.iter().map(|series| {
        let value = series["value"][1].as_str().expect("a value as text");
        (
            series["metric"].to_string(),
            value.parse().expect("a number"),
        )
    });
    series.collect()
}

/// Each writer counts up in as many metrics as a row has; what was answered has to be there.
#[test]
fn twenty_kills_under_ingest_lose_no_acknowledged_sample() {
    let mut server = Server::start();
    let mut acknowledged: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..ROUNDS {
        for (mark, rows) in one_round(&mut server, round) {
            acknowledged.insert(mark, rows);
        }
        server = server.restart(&[]);
    }
    let total: u64 = acknowledged.values().sum();
    assert!(ROUNDS * WRITERS < total, "hardly any load: {total} rows");
    for metric in 0..METRICS {
        check_metric(&server, &format!("crash_{metric}"), &acknowledged);
    }
}

/// Writers count up, so the newest value is the number of rows.
fn check_metric(server: &Server, metric: &str, acknowledged: &BTreeMap<String, u64>) {
    let newest = query(&server.url, &format!("max_over_time({metric}[1h])"));
    let counts = query(&server.url, &format!("count_over_time({metric}[1h])"));
    for (mark, rows) in acknowledged.iter().filter(|(_, rows)| 0 < **rows) {
        let labels = json!({ "mark": mark }).to_string();
        let of = |all: &BTreeMap<String, f64>| all.get(&labels).copied().unwrap_or(0.0) as u64;
        let (newest, count) = (of(&newest), of(&counts));
        assert!(
            *rows <= newest,
            "{metric} of `{mark}`: row {rows} was acknowledged, {newest} is the last"
        );
        // The row in flight may be there.
        assert!(newest <= rows + 1, "`{mark}`: nobody sent row {newest}");
        assert_eq!(count, newest, "{metric} of `{mark}` has a gap");
    }
}

fn one_round(server: &mut Server, round: u64) -> Vec<(String, u64)> {
    let url = server.url.clone();
    let acknowledged = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let mark = format!("{round}-{writer}");
                let (url, acknowledged) = (&url, &acknowledged);
                scope.spawn(move || (mark.clone(), write(url, &mark, acknowledged)))
            })
            .collect();
        // A different moment each round, by load instead of by the clock.
        while acknowledged.load(Ordering::Acquire) < 10 + 7 * round {
            std::thread::park_timeout(Duration::from_micros(200));
        }
        server.kill();
        let joined = writers
            .into_iter()
            .map(|writer| writer.join().expect("a writer"));
        joined.collect()
    })
}

/// Writes until the connection breaks; answers the last row that was acknowledged.
fn write(url: &str, mark: &str, acknowledged: &AtomicU64) -> u64 {
    let mut caller = Caller::over_http(url);
    // Rows of their own millisecond each, however fast the machine is.
    let begun_ms = jiff::Timestamp::now().as_millisecond();
    for row in 1.. {
        let at = paceline_api::Timestamp::from_millis(begun_ms + row as i64);
        let values = (0..METRICS).map(|metric| (format!("crash_{metric}"), json!(row)));
        let values: serde_json::Map<String, Value> = values.collect();
        let request = json!({"rows": [{"labels": {"mark": mark}, "at": at, "values": values}]});
        match caller.call("metric_record", request) {
            Ok(answer) => {
                assert_eq!(answer["accepted"], METRICS, "{answer}");
                acknowledged.fetch_add(1, Ordering::Release);
            }
            Err(Trouble::Silence(_)) => return row - 1,
            Err(Trouble::Refused(refusal)) => panic!("metric_record: {refusal:?}"),
        }
    }
    0
}

#[test]
fn switched_off_nothing_is_collected_and_coordination_goes_on() {
    let server = Server::start_with(&["--enable-agent-metrics=false", "--metrics-own-interval=1s"]);
    let mut caller = server.over_http();
    let sample = json!({"samples": [{"name": "a", "value": 1}]});
    let refusal = caller.call("metric_record", sample.clone()).refused();
    assert_eq!(refusal.code, "feature_disabled");
    let define = json!({"name": "a", "kind": "gauge"});
    assert_eq!(
        caller.call("metric_define", define).refused().code,
        "feature_disabled"
    );
    let agent = register(&mut caller, "worker");
    let task = caller
        .call("task_enqueue", json!({"description": "goes on"}))
        .granted();
    let claim = json!({"agent_id": agent});
    let claimed = caller.call("task_claim", claim).granted();
    assert_eq!(text(&claimed["task"], "task_id"), text(&task, "task_id"));
    let finish = json!({
        "agent_id": agent, "task_id": text(&task, "task_id"), "fence": claimed["fence"]
    });
    caller.call("task_complete", finish).granted();
    let exposed = server.connect().get("/metrics").expect("metrics").text();
    assert!(!exposed.contains("paceline_agent_tasks_total"), "{exposed}");
    assert!(exposed.contains("paceline_operation_duration_seconds_count"));
    let on = br#"{"enabled": true}"#;
    let path = "/api/features/enable-agent-metrics";
    let switched = server
        .connect()
        .send("PUT", path, &[], on)
        .expect("an answer");
    assert_eq!(switched.status, 200, "{}", switched.text());
    assert_eq!(
        caller.call("metric_record", sample).granted()["accepted"],
        1
    );
    assert_eq!(
        query(&server.url, "a").into_values().collect::<Vec<_>>(),
        [1.0]
    );
}

#[test]
fn beyond_its_limit_an_agent_keeps_what_it_has_and_the_refusals_are_counted() {
    let server = Server::start_with(&["--metrics-per-agent-max=5", "--metrics-own-interval=1s"]);
    let mut caller = server.over_http();
    let agent = register(&mut caller, "greedy");
    let record = |caller: &mut Caller, names: std::ops::Range<u32>, value: u32| {
        let values: serde_json::Map<String, Value> =
            names.map(|at| (format!("m{at}"), json!(value))).collect();
        let rows = json!({"rows": [{"agent_id": agent, "values": values}]});
        caller.call("metric_record", rows).granted()
    };
    // What the server says of the agent takes none of the agent's places.
    let call = json!({
        "agent_id": agent, "call_id": "c", "tool": "shell", "success": true,
        "started_at": "2026-10-05T14:03:07.250Z", "duration_ms": 1500.0
    });
    caller
        .call("tool_call_record", json!({"calls": [call]}))
        .granted();
    let calls = format!("paceline_tool_calls_total{{agent=\"{agent}\",outcome=\"ok\"}}");
    assert_eq!(recorded(&server, &calls), 1.0);
    assert_eq!(record(&mut caller, 0..5, 1)["accepted"], 5);
    let over = record(&mut caller, 5..8, 1);
    assert_eq!(over["accepted"], 0);
    assert_eq!(over["rejected"][0]["code"], "limit_exceeded");
    assert_eq!(over["rejected"].as_array().map(Vec::len), Some(3));
    assert_eq!(record(&mut caller, 0..8, 2)["accepted"], 5);
    let stored = query(
        &server.url,
        &format!("{{agent=\"{agent}\",__name__=~\"m.*\"}}"),
    );
    assert_eq!(stored.into_values().collect::<Vec<_>>(), [2.0; 5]);
    let refused = "paceline_metrics_refused_total{reason=\"too_many_metrics\"} 6\n";
    wait_for(&server, refused);
}

#[test]
fn what_the_server_counts_of_itself_can_be_asked_for() {
    let server = Server::start_with(&["--metrics-own-interval=1s"]);
    let mut caller = server.over_http();
    let agent = register(&mut caller, "worker");
    caller
        .call("task_enqueue", json!({"description": "one"}))
        .granted();
    let claimed = caller
        .call("task_claim", json!({"agent_id": agent}))
        .granted();
    let task = text(&claimed["task"], "task_id");
    let finish = json!({"agent_id": agent, "task_id": task, "fence": claimed["fence"]});
    caller.call("task_complete", finish).granted();
    let call = json!({
        "agent_id": agent, "call_id": "c", "tool": "shell", "success": true,
        "started_at": "2026-10-05T14:03:07.250Z", "duration_ms": 1500.0
    });
    caller
        .call("tool_call_record", json!({"calls": [call]}))
        .granted();
    for (promql, expected) in [
        ("paceline_tasks{status=\"completed\"}".to_owned(), 1.0),
        ("paceline_agents{health=\"healthy\"}".to_owned(), 1.0),
        (
            format!("paceline_agent_tasks_total{{agent=\"{agent}\",outcome=\"completed\"}}"),
            1.0,
        ),
        (
            format!("paceline_agent_task_seconds_count{{agent=\"{agent}\"}}"),
            1.0,
        ),
        (
            format!("paceline_tool_calls_total{{agent=\"{agent}\",tool=\"shell\",outcome=\"ok\"}}"),
            1.0,
        ),
        (
            format!("paceline_tool_call_seconds_sum{{agent=\"{agent}\",tool=\"shell\"}}"),
            1.5,
        ),
        (
            "paceline_operation_duration_seconds_count{operation=\"task_claim\",outcome=\"ok\"}"
                .to_owned(),
            1.0,
        ),
    ] {
        assert_eq!(recorded(&server, &promql), expected, "{promql}");
    }
    let metadata = server
        .connect()
        .get("/prometheus/api/v1/metadata")
        .expect("metadata")
        .json();
    let of = &metadata["data"]["paceline_operation_duration_seconds"][0];
    assert_eq!(
        (&of["type"], &of["unit"]),
        (&json!("histogram"), &json!("seconds"))
    );
}

/// The value of the one series, once the server has recorded it.
fn recorded(server: &Server, promql: &str) -> f64 {
    for _ in 0..ATTEMPTS {
        let found: Vec<_> = query(&server.url, promql).into_values().collect();
        match found[..] {
            [value] if 0.0 < value => return value,
            _ => std::thread::sleep(PAUSE),
        }
    }
    panic!("`{promql}` was never recorded");
}

fn wait_for(server: &Server, line: &str) {
    for _ in 0..ATTEMPTS {
        let exposed = server.connect().get("/metrics").expect("metrics").text();
        if exposed.contains(line) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
    panic!("`/metrics` never showed `{line}`");
}

/// The server records itself by the clock, which a test of the real binary cannot turn.
const PAUSE: Duration = Duration::from_millis(100);
const ATTEMPTS: u32 = 150;
