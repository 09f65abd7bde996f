//! `paceline query` against a running server: tables, charts, JSON, refusals.

use super::API;
use super::data::{self, INTERVAL_MS};
use crate::server::{Server, paceline};

struct Shell {
    server: Server,
    from: i64,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Shell {
    fn start() -> Self {
        let server = Server::start();
        let now_ms = data::now_ms();
        let from_ms = now_ms - 10 * 60_000 - data::SAMPLES * INTERVAL_MS;
        data::write(
            &server.url,
            &format!("{API}/write"),
            &data::generate(from_ms, 7),
        );
        Self {
            server,
            from: from_ms / 1_000,
        }
    }

    fn query(&self, arguments: &[&str]) -> Said {
        let mut all = vec!["query", "--url", self.server.url.as_str()];
        all.extend(arguments);
        let output = paceline(&all);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

#[test]
fn one_time_is_a_table_that_lines_up() {
    let shell = Shell::start();
    let time = (shell.from + 600).to_string();
    let said = shell.query(&["sum by (agent) (build_info) * 1000", "--time", &time]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let expected = "\
SERIES        VALUE
{agent=\"a1\"}   1000
{agent=\"a2\"}   1000
{agent=\"a3\"}   1000
{agent=\"a4\"}   1000
";
    assert_eq!(said.out, expected);
    let said = shell.query(&["scalar(count(build_info))", "--time", &time]);
    assert_eq!(said.out, "VALUE\n    4\n");
    let said = shell.query(&["nothing_here", "--time", &time]);
    assert!(said.out.starts_with("no series"), "{}", said.out);
    assert_eq!(said.code, Some(0));
}

#[test]
fn a_range_is_a_chart_with_a_legend() {
    let shell = Shell::start();
    let time = (shell.from + 2_400).to_string();
    let arguments = [
        "temperature",
        "--time",
        &time,
        "--range",
        "30m",
        "--step",
        "30s",
    ];
    let said = shell.query(&arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("temperature{agent=\"a1\"}"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("LAST") && said.out.contains('┤'),
        "{}",
        said.out
    );
    assert!(
        said.out
            .chars()
            .any(|glyph| ('\u{2801}'..='\u{28ff}').contains(&glyph))
    );
    assert!(
        said.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        said.out
    );
    assert!(!said.out.contains('\u{1b}'), "a file gets no colours");
}

#[test]
fn json_is_what_the_api_answers() {
    let shell = Shell::start();
    let time = (shell.from + 600).to_string();
    let said = shell.query(&["vector(1)", "--time", &time, "--format", "json"]);
    let expected = format!(
        r#"{{"status":"success","data":{{"resultType":"vector","result":[{{"metric":{{}},"value":[{time},"1"]}}]}}}}"#
    );
    assert_eq!(said.out.trim(), expected);
}

#[test]
fn a_mistake_is_pointed_at() {
    let shell = Shell::start();
    let said = shell.query(&["sum(rate(busy[5m))"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    let lines: Vec<&str> = said.err.lines().collect();
    assert!(lines[0].starts_with("error: parse error: "), "{}", said.err);
    assert_eq!(lines[1], "  sum(rate(busy[5m))");
    assert!(
        lines[2].trim_start() == "^" && lines[2].len() <= lines[1].len() + 1,
        "{}",
        said.err
    );
    assert!(lines[3].starts_with("hint: "), "{}", said.err);
    let said = shell.query(&["busy", "--range", "1d", "--step", "1s"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("hint: ask with a larger `--step`"),
        "{}",
        said.err
    );
    let time = (shell.from + 600).to_string();
    let said = shell.query(&["temperature + on () busy", "--time", &time]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(shell.query(&["busy", "--step", "5s"]).code, Some(2));
    assert_eq!(shell.query(&["busy", "--range", "soon"]).code, Some(2));
}
