//! Prometheus's own command-line client against the server. Owns what `promtool query` must print.

use std::process::Command;

use super::data::{self, INTERVAL_MS};
use super::{API, peer};
use crate::server::Server;

/// The last sample is this old.
const AGE_MS: i64 = 10 * 60_000;

struct Asked {
    server: Server,
    from_ms: i64,
}

impl Asked {
    fn start() -> Self {
        let server = Server::start();
        let now_ms = data::now_ms();
        let from_ms = now_ms - AGE_MS - data::SAMPLES * INTERVAL_MS;
        data::write(
            &server.url,
            &format!("{API}/write"),
            &data::generate(from_ms, 7),
        );
        Self { server, from_ms }
    }

    fn seconds(&self, after: i64) -> String {
        (self.from_ms / 1_000 + after).to_string()
    }

    /// What it prints; its complaint when it fails.
    fn promtool(&self, arguments: &[&str]) -> Result<String, String> {
        let url = format!("{}/prometheus", self.server.url);
        let mut command = Command::new(peer::program("promtool"));
        command.arg("query");
        for argument in arguments {
            command.arg(argument.replace("URL", &url));
        }
        let output = command.output().unwrap_or_else(|error| {
            panic!("no `promtool` ({error}): `cargo xtask test` installs Debian's package")
        });
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stdout) + &text(&output.stderr)),
        }
    }
}

#[test]
fn promtool_asks_for_values_series_and_labels() {
    let asked = Asked::start();
    let time = format!("--time={}", asked.seconds(600));
    let text = asked
        .promtool(&["instant", &time, "URL", "count by (agent) (calls_total)"])
        .unwrap();
    for agent in ["a1", "a2", "a3", "a4"] {
        assert!(
            text.contains(&format!("{{agent=\"{agent}\"}} => 4 @")),
            "{text}"
        );
    }
    let text = asked.promtool(&["instant", &time, "URL", "scalar(sum(build_info))"]);
    assert!(text.unwrap().contains("scalar: 4 @"));
    let (start, end) = (
        format!("--start={}", asked.seconds(60)),
        format!("--end={}", asked.seconds(2_000)),
    );
    let arguments = ["range", &start, &end, "--step=1m", "URL", "sum(build_info)"];
    let text = asked.promtool(&arguments).unwrap();
    assert_eq!(text.matches("4 @[").count(), 33, "{text}");
    let text = asked
        .promtool(&["series", &start, &end, "--match=build_info", "URL"])
        .unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.contains("version=\"v2\""), "{text}");
    let text = asked
        .promtool(&["labels", &start, &end, "URL", "zone"])
        .unwrap();
    assert_eq!(text, "north\nsouth\n");
}

#[test]
fn promtool_is_told_what_is_wrong() {
    let asked = Asked::start();
    let refused = asked.promtool(&["instant", "URL", "sum("]).unwrap_err();
    assert!(
        refused.contains("bad_data") && refused.contains("parse error"),
        "{refused}"
    );
    let refused = asked
        .promtool(&["instant", "URL", "temperature + on () busy"])
        .unwrap();
    assert_eq!(
        refused.trim(),
        "",
        "ten minutes after the last sample nothing matches"
    );
    let time = format!("--time={}", asked.seconds(600));
    let refused = asked
        .promtool(&["instant", &time, "URL", "temperature + on () busy"])
        .unwrap_err();
    assert!(
        refused.contains("execution") && refused.contains("many-to-many"),
        "{refused}"
    );
}
