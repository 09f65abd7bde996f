//! Remote write with a real Prometheus on the other side, in both directions. Owns what must be
//! the same on both sides; refuses to wait for a time: it waits for what it expects.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::peer::{Prometheus, free_port};
use super::{API, ask};
use crate::http::Connection;
use crate::server::Server;

/// On a busy machine. Prometheus takes half a minute to try again when it was refused.
const WITHIN: Duration = Duration::from_secs(120);

#[expect(clippy::disallowed_methods, reason = "patience with another program")]
fn eventually<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        let problem = match look() {
            Ok(found) => return found,
            Err(problem) => problem,
        };
        assert!(start.elapsed() < WITHIN, "never: {what}: {problem}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[expect(clippy::disallowed_methods, reason = "a client outside of the server")]
fn now_seconds() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("after 1970").as_secs_f64().to_string()
}

/// Label sets with their values.
fn vector(
    connection: &mut Connection,
    api: &str,
    promql: &str,
    time: &str,
) -> BTreeMap<String, String> {
    let fields = [("query", promql), ("time", time)];
    let (status, answer) = ask(connection, &format!("{api}/query"), &fields);
    assert_eq!(status, 200, "{promql}: {answer}");
    let all = answer["data"]["result"].as_array().expect("a vector");
    let pair = |one: &Value| {
        let value = one["value"][1].as_str().unwrap_or_default();
        (one["metric"].to_string(), value.to_owned())
    };
    all.iter().map(pair).collect()
}

fn newest_scrape(connection: &mut Connection) -> Result<f64, String> {
    let now = now_seconds();
    let fields = [
        ("query", "timestamp(up{job=\"self\"})"),
        ("time", now.as_str()),
    ];
    let (_, answer) = ask(connection, &format!("{API}/query"), &fields);
    let value = answer["data"]["result"][0]["value"][1].as_str();
    let time = value.and_then(|text| text.parse().ok());
    time.ok_or_else(|| answer.to_string())
}

#[test]
fn what_a_real_prometheus_writes_is_found_here_as_it_is_there() {
    let server = Server::start();
    let port = free_port();
    let peer = Prometheus::start_on(
        port,
        &format!(
            "global: {{scrape_interval: 1s}}\n\
             scrape_configs:\n\
             - job_name: self\n  static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n\
             remote_write:\n\
             - url: {}{API}/write\n  queue_config: {{batch_send_deadline: 100ms}}\n  \
               metadata_config: {{send_interval: 1s}}\n",
            server.url
        ),
    );
    let (mut ours, mut theirs) = (server.connect(), Connection::to(&peer.url));
    let first = eventually("a scrape arrives", || newest_scrape(&mut ours));
    let third = eventually("two more arrive", || match newest_scrape(&mut ours)? {
        time if first + 2.0 < time => Ok(time),
        time => Err(format!("the newest is of {time}")),
    });
    // The scrape before the newest one is there as a whole.
    let time = format!("{:.3}", third - 1.0);
    let expected = vector(&mut theirs, "/api/v1", "{job=\"self\"}", &time);
    assert!(300 < expected.len(), "{} series", expected.len());
    eventually("every series is the same", || {
        let got = vector(&mut ours, API, "{job=\"self\"}", &time);
        let differs = expected
            .iter()
            .find(|(series, value)| got.get(*series) != Some(*value));
        match differs {
            None if got.len() == expected.len() => Ok(()),
            None => Err(format!("{} series, {} expected", got.len(), expected.len())),
            Some((series, value)) => Err(format!("{series}: {:?}, not {value}", got.get(series))),
        }
    });
    eventually("the metadata arrives", || {
        let path = format!("{API}/metadata?metric=prometheus_http_requests_total");
        let answer = ours.get(&path).map_err(|error| error.to_string())?.json();
        match answer["data"]["prometheus_http_requests_total"][0]["type"].as_str() {
            Some("counter") => Ok(()),
            _ => Err(answer.to_string()),
        }
    });
}

#[test]
fn samples_reach_a_real_prometheus_that_was_away_while_the_server_restarted() {
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/api/v1/write");
    let flags = ["--metrics-write", url.as_str()];
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut first = Server::on(home.path(), &flags);
    record(&first, "before");
    first.stop();
    let second = Server::on(home.path(), &flags);
    record(&second, "after");
    let peer = Prometheus::start_on(port, "global: {}\n");
    let mut theirs = Connection::to(&peer.url);
    for name in ["before", "after"] {
        eventually("the sample arrives", || {
            let now = now_seconds();
            let found = vector(&mut theirs, "/api/v1", &format!("forwarded_{name}"), &now);
            let value = found.values().next().cloned().unwrap_or_default();
            match value == "7.25" {
                true => Ok(()),
                false => Err(format!("{found:?}")),
            }
        });
    }
    eventually("it is counted", || {
        let text = second
            .connect()
            .get("/metrics")
            .map_err(|error| error.to_string())?
            .text();
        let is_sent = |line: &str| {
            let value = line.strip_prefix("paceline_metrics_forward_sent_samples_total ");
            value.is_some_and(|value| value != "0")
        };
        text.lines().any(is_sent).then_some(()).ok_or(text)
    });
}

fn record(server: &Server, name: &str) {
    let samples = json!({"samples": [{
        "name": format!("forwarded_{name}"),
        "value": 7.25,
        "labels": {"zone": "a"},
    }]});
    let headers = [("content-type", "application/json")];
    let body = samples.to_string();
    let path = "/api/metrics/samples";
    let answer = server
        .connect()
        .send("POST", path, &headers, body.as_bytes());
    let answer = answer.expect("an answer");
    assert_eq!(answer.json()["accepted"], 1, "{}", answer.text());
}
