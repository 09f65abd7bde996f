//! The requests of Grafana's Prometheus data source, replayed. Owns their methods, headers and
//! parameters as that data source sends them (grafana/grafana, `packages/grafana-prometheus` and
//! `pkg/promlib`), and the shapes it reads.

use serde_json::Value;

use super::data::{self, INTERVAL_MS};
use super::{API, ask, encoded};
use crate::http::{Answer, Connection};
use crate::server::Server;

struct Grafana {
    _server: Server,
    connection: Connection,
    from: i64,
}

impl Grafana {
    fn start() -> Self {
        let server = Server::start();
        let now_ms = data::now_ms();
        let from_ms = now_ms - 10 * 60_000 - data::SAMPLES * INTERVAL_MS;
        data::write(
            &server.url,
            &format!("{API}/write"),
            &data::generate(from_ms, 7),
        );
        let connection = server
            .connect()
            .with_header("user-agent", "Grafana/12.1.0")
            .with_header("accept-encoding", "gzip")
            .with_header("x-grafana-id", "1")
            .with_header("x-datasource-uid", "paceline");
        Self {
            _server: server,
            connection,
            from: from_ms / 1_000,
        }
    }

    fn get(&mut self, path: &str) -> Value {
        let headers = [("accept-encoding", "identity")];
        let answer = self
            .connection
            .send("GET", &format!("{API}/{path}"), &headers, b"")
            .expect("an answer");
        success(&answer)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Value {
        self.connection
            .headers
            .retain(|(name, _)| name != "accept-encoding");
        let (status, body) = ask(&mut self.connection, &format!("{API}/{path}"), fields);
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["status"], "success");
        body["data"].clone()
    }
}

fn success(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    assert_eq!(body["status"], "success", "{body}");
    body["data"].clone()
}

#[test]
fn a_data_source_is_saved_and_tested() {
    let mut grafana = Grafana::start();
    let info = grafana.get("status/buildinfo");
    // It decides by these which requests it may send.
    assert!(
        info["version"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );
    assert_eq!(info["application"], "Paceline");
    let test = [("query", "1+1"), ("time", "4")];
    let data = grafana.post("query", &test);
    assert_eq!(data["resultType"], "scalar");
    assert_eq!(data["result"], serde_json::json!([4, "2"]));
    let rules = grafana.get("rules");
    assert_eq!(
        rules["groups"][0]["rules"][0]["type"], "alerting",
        "{rules}"
    );
    assert_eq!(grafana.get("status/flags")["query.timeout"], "120s");
}

#[test]
fn the_query_editor_fills_its_lists() {
    let mut grafana = Grafana::start();
    let (start, end) = (grafana.from.to_string(), (grafana.from + 2_400).to_string());
    let metadata = grafana.get("metadata?limit=40000");
    assert!(metadata.is_object());
    let names = grafana.get(&format!("label/__name__/values?start={start}&end={end}"));
    let names = names.as_array().unwrap();
    assert!(names.contains(&"calls_total".into()) && names.contains(&"busy".into()));
    let all = grafana.post("labels", &[("start", &start), ("end", &end)]);
    assert!(all.as_array().unwrap().contains(&"zone".into()));
    let fields = [
        ("start", start.as_str()),
        ("end", end.as_str()),
        ("match[]", "{__name__=\"calls_total\"}"),
        ("limit", "40000"),
    ];
    let labels = grafana.post("labels", &fields);
    assert_eq!(
        labels,
        serde_json::json!(["__name__", "agent", "outcome", "tool"])
    );
    let selector = encoded("calls_total{agent=~\"a1|a2\"}");
    let values = grafana.get(&format!(
        "label/tool/values?match%5B%5D={selector}&start={start}&end={end}&limit=40000"
    ));
    assert_eq!(values, serde_json::json!(["read", "write"]));
    let series = grafana.post("series", &[fields[0], fields[1], fields[2]]);
    assert_eq!(series.as_array().unwrap().len(), 16);
    let shortened = grafana.post("series", &[fields[2], ("limit", "3")]);
    assert_eq!(shortened.as_array().unwrap().len(), 3);
}

#[test]
fn a_panel_gets_its_lines() {
    let mut grafana = Grafana::start();
    let (start, end) = (grafana.from + 300, grafana.from + 2_100);
    let data = grafana.post(
        "query_range",
        &[
            ("query", "sum by (agent) (rate(calls_total[1m0s]))"),
            ("start", &format!("{start}")),
            ("end", &format!("{end}.000")),
            ("step", "15"),
            ("timeout", "60s"),
        ],
    );
    assert_eq!(data["resultType"], "matrix");
    let result = data["result"].as_array().unwrap();
    assert_eq!(result.len(), 4);
    for series in result {
        assert_eq!(series["values"].as_array().unwrap().len(), 121);
        assert!(series["values"][0][0].is_i64() && series["values"][0][1].is_string());
    }
    let exemplars = grafana.post(
        "query_exemplars",
        &[("query", "calls_total"), ("start", "1"), ("end", "2")],
    );
    assert_eq!(exemplars, serde_json::json!([]));
}

#[test]
fn a_long_answer_comes_compressed() {
    let mut grafana = Grafana::start();
    let (start, end) = (grafana.from + 300, grafana.from + 2_100);
    let path = format!("{API}/query_range?query=calls_total&start={start}&end={end}&step=1");
    let plain = [("accept-encoding", "identity")];
    let plain = grafana.connection.send("GET", &path, &plain, b"").unwrap();
    let zipped = grafana.connection.get(&path).unwrap();
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    assert_eq!(plain.header("content-encoding"), None);
    assert!(4 * zipped.body.len() < plain.body.len());
    assert_eq!(zipped.body[..2], [0x1f, 0x8b]);
    assert_eq!(plain.json()["data"]["result"].as_array().unwrap().len(), 16);
}
