//! Questions built to hurt. Owns what they may cost: an answer in seconds, memory that stays, and a
//! sentence that says what was wrong.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::data::{self, INTERVAL_MS};
use super::{API, ask};
use crate::http::Connection;
use crate::server::Server;

/// Of a debug build on a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);
const MEMORY_BYTES_MAX: u64 = 1_500 * 1024 * 1024;

#[expect(clippy::disallowed_methods, reason = "patience is a promise here")]
fn started() -> Instant {
    Instant::now()
}

fn start() -> (Server, i64) {
    let server = Server::start_with(&["--query-timeout", "10s"]);
    let now_ms = data::now_ms();
    let from_ms = now_ms - 10 * 60_000 - data::SAMPLES * INTERVAL_MS;
    data::write(
        &server.url,
        &format!("{API}/write"),
        &data::generate(from_ms, 7),
    );
    (server, from_ms / 1_000)
}

/// Refused with one of the types, or answered; in time either way.
#[track_caller]
fn bounded(
    connection: &mut Connection,
    path: &str,
    fields: &[(&str, &str)],
    expected: &[&str],
) -> Value {
    let since = started();
    let (status, body) = ask(connection, &format!("{API}/{path}"), fields);
    let shown: String = format!("{fields:?}").chars().take(200).collect();
    assert!(since.elapsed() < ANSWERED_WITHIN, "{shown}");
    let kind = body["errorType"].as_str().unwrap_or("success");
    assert!(expected.contains(&kind), "{shown}: {status} {body}");
    if status != 200 {
        let sentence = body["error"].as_str().unwrap_or_default();
        assert!(
            !sentence.is_empty() && sentence.len() < 4_000,
            "{shown}: {body}"
        );
    }
    body
}

fn memory_peak_bytes(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()));
    let status = status.expect("Linux says how much memory a process had");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse::<u64>().ok())
        .expect("a number")
        * 1024
}

#[test]
fn questions_that_explode_are_bounded() {
    let (server, from) = start();
    let mut connection = server.connect();
    let time = (from + 1_000).to_string();
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}busy{}", open.repeat(times), close.repeat(times))
    };
    let many = vec!["busy"; 20_000].join(" + ");
    let regex = format!("busy{{agent=~\"{}\"}}", "(a{0,900}){0,900}".repeat(40));
    let alternatives = format!("busy{{agent=~\"{}\"}}", vec!["abc"; 100_000].join("|"));
    let cross = "count({__name__=~\".+\"} * on () group_left {__name__=~\".+\"})";
    for (query, expected) in [
        (deep("(", ")", 100_000), &["bad_data"][..]),
        (deep("sum(", ")", 50_000), &["bad_data"]),
        (deep("-", "", 100_000), &["bad_data", "success"]),
        (many, &["bad_data", "success", "execution"]),
        (regex, &["bad_data", "execution"]),
        (alternatives, &["bad_data", "execution", "success"]),
        (cross.to_owned(), &["execution", "success", "timeout"]),
        (
            "max_over_time(busy[100y:1ms])".to_owned(),
            &["execution", "timeout", "bad_data"],
        ),
        (
            "sum_over_time(sum_over_time(sum_over_time(busy[30d:1s])[30d:1s])[30d:1s])".to_owned(),
            &["execution", "timeout", "bad_data"],
        ),
        ("busy offset 9999y".to_owned(), &["bad_data", "success"]),
        (
            "busy @ 1e300".to_owned(),
            &["bad_data", "execution", "success"],
        ),
        (
            "label_replace(busy, \"a\", \"$1$1$1$1\", \"agent\", \"((((.*)*)*)*)\")".to_owned(),
            &["success", "bad_data", "execution"],
        ),
        (
            "count_values(\"x\", {__name__=~\".*\", agent=~\".+\"})".to_owned(),
            &["success"],
        ),
        ("\u{0}\u{1b}[31m".to_owned(), &["bad_data"]),
        (String::new(), &["bad_data"]),
        ("9".repeat(300_000), &["bad_data", "success"]),
    ] {
        bounded(
            &mut connection,
            "query",
            &[("query", &query), ("time", &time)],
            expected,
        );
    }
    assert!(memory_peak_bytes(&server) < MEMORY_BYTES_MAX);
}

#[test]
fn ranges_that_explode_are_bounded() {
    let (server, from) = start();
    let mut connection = server.connect();
    let (start, end) = (from.to_string(), (from + 2_400).to_string());
    let all = "{__name__=~\".+\"}";
    for (query, start, end, step, expected) in [
        ("busy", "0", "1000000000", "1", &["bad_data"][..]),
        ("busy", start.as_str(), end.as_str(), "0", &["bad_data"]),
        ("busy", &start, &end, "-5", &["bad_data"]),
        ("busy", &start, &end, "1e-9", &["bad_data"]),
        ("busy", &start, &end, "NaN", &["bad_data"]),
        ("busy", &end, &start, "5", &["bad_data"]),
        ("busy", "", &end, "5", &["bad_data"]),
        ("busy", "yesterday", &end, "5", &["bad_data"]),
        ("busy", "-1e30", "1e30", "5", &["bad_data"]),
        (
            "busy",
            "-292273086-05-16T16:47:06Z",
            "292277025-08-18T07:12:54.999999999Z",
            "1y",
            &["bad_data", "success", "execution"],
        ),
        ("busy[5m]", &start, &end, "5", &["bad_data"]),
        (
            "sum(rate({agent=~\".+\"}[20m]))",
            &start,
            &end,
            "1",
            &["success", "execution", "timeout"],
        ),
        (all, &start, &end, "1", &["success", "execution"]),
    ] {
        let fields = [
            ("query", query),
            ("start", start),
            ("end", end),
            ("step", step),
        ];
        bounded(&mut connection, "query_range", &fields, expected);
    }
    let fields = [
        ("query", "busy"),
        ("start", "0"),
        ("end", "1000000000"),
        ("step", "1"),
    ];
    let body = bounded(&mut connection, "query_range", &fields, &["bad_data"]);
    let sentence = "exceeded maximum resolution of 11,000 points per timeseries. \
                    Try decreasing the query resolution (?step=XX)";
    assert_eq!(body["error"], sentence);
    assert!(memory_peak_bytes(&server) < MEMORY_BYTES_MAX);
}

#[test]
fn malformed_parameters_are_told() {
    let (server, _) = start();
    let mut connection = server.connect();
    let matches: Vec<(&str, &str)> = vec![("match[]", "busy"); 5_000];
    for (path, fields, expected) in [
        (
            "query",
            &[("query", "1"), ("time", "now")][..],
            "cannot parse \"now\" to a valid timestamp",
        ),
        (
            "query",
            &[("query", "1"), ("timeout", "soon")],
            "cannot parse \"soon\" to a valid duration",
        ),
        (
            "query",
            &[("query", "1"), ("timeout", "-1s")],
            "invalid parameter \"timeout\"",
        ),
        (
            "query",
            &[("query", "1"), ("lookback_delta", "0")],
            "invalid parameter \"lookback_delta\"",
        ),
        (
            "query",
            &[("query", "1"), ("limit", "-1")],
            "limit must be non-negative",
        ),
        ("query", &[], "invalid parameter \"query\""),
        ("series", &[], "no match[] parameter provided"),
        (
            "series",
            &[("match[]", "{a=\"\"}")],
            "at least one non-empty matcher",
        ),
        ("series", &[("match[]", "{")], "parse error"),
        (
            "series",
            &[("match[]", "rate(busy[5m])")],
            "invalid parameter \"match[]\"",
        ),
        ("series", &matches, "5000 selectors, at most 100"),
        (
            "labels",
            &[("start", "x")],
            "cannot parse \"x\" to a valid timestamp",
        ),
    ] {
        let body = bounded(&mut connection, path, fields, &["bad_data"]);
        let sentence = body["error"].as_str().unwrap();
        assert!(sentence.contains(expected), "{sentence}");
    }
    for path in ["label//values", "label/%FF/values", "label/a%0Ab/values"] {
        let answer = connection.get(&format!("{API}/{path}")).unwrap();
        assert!(
            (400..500).contains(&answer.status),
            "{path}: {}",
            answer.text()
        );
    }
    let everything = connection
        .get(&format!("{API}/label/__name__/values?limit=2"))
        .unwrap();
    assert_eq!(everything.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        everything.json()["warnings"][0],
        "results truncated due to limit"
    );
}

#[test]
fn more_questions_than_there_is_room_for_are_turned_away() {
    let (server, from) = start();
    let url = server.url.clone();
    let asking = (0..120).map(|_| {
        let url = url.clone();
        std::thread::spawn(move || {
            let query = "sum_over_time(sum(sum by (agent) ({agent=~\".+\"}))[2d:1s])";
            let time = (from + 2_400).to_string();
            let fields = [("query", query), ("time", time.as_str()), ("timeout", "5s")];
            ask(&mut Connection::to(&url), &format!("{API}/query"), &fields)
        })
    });
    let asking: Vec<_> = asking.collect();
    let answers: Vec<(u16, Value)> = asking.into_iter().map(|one| one.join().unwrap()).collect();
    for (status, body) in &answers {
        let is_known = matches!(status, 200 | 503 | 422);
        assert!(is_known, "{status} {body}");
    }
    let turned_away = answers
        .iter()
        .filter(|(_, body)| body["errorType"] == "unavailable");
    assert!(0 < turned_away.count());
    let mut connection = server.connect();
    assert_eq!(
        ask(&mut connection, &format!("{API}/query"), &[("query", "1")]).0,
        200
    );
    let metrics = connection.get("/metrics").unwrap().text();
    assert!(metrics.contains("paceline_query_duration_seconds_count{kind=\"instant\",outcome="));
}

#[test]
fn a_question_ends_with_its_client() {
    let (server, from) = start();
    for _ in 0..12 {
        let mut stream =
            std::net::TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
        let query = super::encoded("sum_over_time(sum(sum by (agent) ({agent=~\".+\"}))[2d:1s])");
        let host = server.url.trim_start_matches("http://");
        let request = format!(
            "GET {API}/query?time={}&query={query} HTTP/1.1\r\nhost: {host}\r\n\r\n",
            from + 2_400
        );
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    }
    // All have gone: were their questions still worked on, this one would wait behind them.
    let since = started();
    let mut connection = server.connect();
    assert_eq!(
        ask(&mut connection, &format!("{API}/query"), &[("query", "1")]).0,
        200
    );
    assert!(since.elapsed() < Duration::from_secs(8));
}
