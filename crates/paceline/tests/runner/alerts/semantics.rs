//! The same rules over the same data in a real Prometheus and in Paceline: the same alerts, with the same
//! labels, annotations, values and states, step by step.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{get, until};
use crate::http::Connection;
use crate::prometheus::data::{Series, now_ms, write};
use crate::prometheus::peer::{Prometheus, free_port};
use crate::server::Server;

const RULES: &str = r#"groups:
- name: semantics
  interval: 1s
  rules:
  - alert: AtOnce
    expr: load > 10
    labels:
      severity: critical
      where: "{{ $labels.room }} in {{ $labels.house }}"
    annotations:
      summary: "{{ $labels.room }}: {{ $value | humanize }} and {{ printf \"%.2f\" $value }}"
  - alert: Patient
    expr: load > 10
    for: 3s
  - alert: Stubborn
    expr: load > 10
    keep_firing_for: 4s
  - alert: Relabelled
    expr: sum by (house) (load) > 15
    labels:
      house: ""
      room: all
  - record: load:doubled
    expr: load * 2
  - alert: OfRecorded
    expr: load:doubled > 30
  - alert: Gone
    expr: absent(load{room="kitchen"})
  - alert: Number
    expr: vector(7) > 5
"#;

fn series(values: &[(&str, Option<f64>)], at_ms: i64) -> Vec<Series> {
    /// Ends a series, as a target's that is gone.
    const STALE: u64 = 0x7ff0_0000_0000_0002;
    let one = |(room, value): &(&str, Option<f64>)| Series {
        labels: [("__name__", "load"), ("house", "old"), ("room", room)]
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        samples: vec![(at_ms, value.unwrap_or(f64::from_bits(STALE)))],
    };
    values.iter().map(one).collect()
}

/// What counts of each alert, in an order of its own.
fn alerts(connection: &mut Connection, path: &str) -> BTreeSet<String> {
    let found = get(connection, path);
    let all = found["data"]["alerts"].as_array().cloned();
    all.unwrap_or_default()
        .into_iter()
        .filter(|alert| {
            let name = alert["labels"]["alertname"].as_str().unwrap_or_default();
            RULES.contains(&format!("alert: {name}\n"))
        })
        .map(|alert| {
            // Prometheus writes 7e+00, as Go's `%e` does.
            let value = alert["value"].as_str().unwrap_or_default();
            let value: f64 = value.parse().expect("a number");
            format!(
                "{} {} {} {value}",
                alert["labels"], alert["state"], alert["annotations"]
            )
        })
        .collect()
}

struct Pair {
    theirs: Prometheus,
    ours: Server,
}

impl Pair {
    fn write(&self, values: &[(&str, Option<f64>)]) {
        let all = series(values, now_ms());
        write(&self.theirs.url, "/api/v1/write", &all);
        write(&self.ours.url, "/prometheus/api/v1/write", &all);
    }

    /// Both have these states, and everything else alike.
    fn agree(&self, step: &str, expected: &[(&str, &str)]) {
        let mut ours = self.ours.connect();
        let mut theirs = Connection::to(&self.theirs.url);
        let expected: BTreeSet<(String, String)> = expected
            .iter()
            .map(|(name, state)| ((*name).to_owned(), (*state).to_owned()))
            .collect();
        let mut last = (BTreeSet::new(), BTreeSet::new());
        let states = |all: &BTreeSet<String>| -> BTreeSet<(String, String)> {
            all.iter().map(|text| name_and_state(text)).collect()
        };
        let deadline = std::cell::Cell::new(0);
        until(step, || {
            last = (
                alerts(&mut theirs, "/api/v1/alerts"),
                alerts(&mut ours, "/prometheus/api/v1/alerts"),
            );
            let is_so = last.0 == last.1 && states(&last.0) == expected;
            deadline.set(deadline.get() + 1);
            if !is_so && deadline.get() == 600 {
                panic!(
                    "{step}: Prometheus has {:#?}, Paceline has {:#?}",
                    last.0, last.1
                );
            }
            is_so.then_some(())
        });
    }
}

fn name_and_state(text: &str) -> (String, String) {
    let field = |name: &str| {
        let at = text
            .find(&format!("\"{name}\":\""))
            .map(|at| at + name.len() + 4);
        let rest = at.map_or("", |at| &text[at..]);
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let state = if text.contains(" \"firing\" ") {
        "firing"
    } else {
        "pending"
    };
    (field("alertname"), state.to_owned())
}

#[test]
fn rules_behave_as_in_a_real_prometheus() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = home.path().join("semantics.yml");
    std::fs::write(&file, RULES).expect("the rule file");
    let config = format!("rule_files: ['{}']\n", file.display());
    let path = file.display().to_string();
    let pair = Pair {
        theirs: Prometheus::start_on(free_port(), &config),
        ours: Server::start_with(&["--alert-rules", &path]),
    };
    let quiet = [("Number", "firing")];
    pair.agree("without data", &[("Gone", "firing"), quiet[0]]);
    pair.write(&[("kitchen", Some(5.0)), ("cellar", Some(6.0))]);
    pair.agree("below the limit", &quiet);
    pair.write(&[("kitchen", Some(11.0)), ("cellar", Some(6.0))]);
    let above = [
        ("AtOnce", "firing"),
        ("Patient", "firing"),
        ("Stubborn", "firing"),
        ("Relabelled", "firing"),
        quiet[0],
    ];
    pair.agree("above it for a while", &above);
    pair.write(&[("kitchen", Some(16.5)), ("cellar", Some(6.0))]);
    let mut higher = above.to_vec();
    higher.push(("OfRecorded", "firing"));
    pair.agree("another value", &higher);
    pair.write(&[("kitchen", Some(1.0)), ("cellar", Some(1.0))]);
    pair.agree(
        "over, and one kept firing",
        &[("Stubborn", "firing"), quiet[0]],
    );
    pair.agree("over for good", &quiet);
    pair.write(&[("kitchen", Some(20.0)), ("cellar", Some(1.0))]);
    pair.agree("again", &higher);
    pair.write(&[("kitchen", None), ("cellar", Some(1.0))]);
    pair.agree(
        "a series that ended",
        &[("Gone", "firing"), ("Stubborn", "firing"), quiet[0]],
    );
    pair.agree("and nothing of it is left", &[("Gone", "firing"), quiet[0]]);
    let state = get(&mut pair.ours.connect(), "/prometheus/api/v1/rules");
    assert_eq!(health(&state), BTreeSet::from(["ok".to_owned()]), "{state}");
}

fn health(rules: &Value) -> BTreeSet<String> {
    let groups = rules["data"]["groups"].as_array().cloned();
    let rules = groups.unwrap_or_default().into_iter().flat_map(|group| {
        let rules = group["rules"].as_array().cloned();
        rules.unwrap_or_default()
    });
    rules
        .map(|rule| rule["health"].as_str().unwrap_or_default().to_owned())
        .collect()
}
