//! Rule files beside promtool. Owns the table of files that both take and both refuse, and of those where
//! Paceline is stricter, each with its reason.

use std::path::Path;
use std::process::Command;

use super::peer;

/// What promtool says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Taken,
    /// Taken, with a complaint.
    Doubted,
    Refused,
}

fn promtool(file: &Path) -> (Verdict, String) {
    let mut said = String::new();
    let mut takes = |arguments: &[&str]| {
        let mut command = Command::new(peer::program("promtool"));
        command.args(["check", "rules"]).args(arguments).arg(file);
        let output = command.output().unwrap_or_else(|error| {
            panic!("no `promtool` ({error}): `cargo xtask test` installs Debian's package")
        });
        said.push_str(&String::from_utf8_lossy(&output.stdout));
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        output.status.success()
    };
    let verdict = match (takes(&[]), takes(&["--lint-fatal"])) {
        (true, true) => Verdict::Taken,
        (true, false) => Verdict::Doubted,
        (false, _) => Verdict::Refused,
    };
    (verdict, said)
}

/// None when it is taken.
fn ours(file: &Path) -> Option<String> {
    let (files, errors) = paceline_server::rule_files::read(&[file.to_owned()]);
    assert_eq!(files.is_empty(), !errors.is_empty(), "{errors:?}");
    errors.first().map(ToString::to_string)
}

fn compare(text: &str) -> (Option<String>, Verdict, String) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("rules.yml");
    std::fs::write(&file, text).expect("a rule file");
    let (verdict, said) = promtool(&file);
    (ours(&file), verdict, said)
}

fn rules(rules: &str) -> String {
    format!("groups:\n- name: g\n  rules:\n{rules}")
}

fn alert(more: &str) -> String {
    rules(&format!("  - alert: a\n    expr: up == 0\n{more}"))
}

#[test]
fn promtool_takes_what_paceline_takes() {
    let fleet = "groups:\n- name: fleet\n  interval: 15s\n  limit: 20\n  rules:\n  \
                 - record: job:calls:rate5m\n    expr: sum by (job) (rate(calls_total[5m]))\n    labels: {source: 7}\n  \
                 - alert: AgentSlow\n    expr: |\n      agent_seconds{quantile=\"0.99\"}\n        > 10\n    \
                 for: 5m\n    keep_firing_for: 1h30m\n    labels: {severity: critical}\n    annotations:\n      \
                 summary: '{{ $labels.agent }} needs {{ $value | humanizeDuration }}'\n";
    for text in [
        "",
        "groups:\n",
        "groups: []\n",
        "groups:\n- name: g\n",
        "groups:\n- name: g\n- name: h\n",
        fleet,
        &alert(""),
        &alert("    for: 0s\n"),
        &alert("    for:\n"),
        &alert("    for: 1d2h3m4s5ms\n"),
        &alert("    labels: {severity: 1}\n"),
        &alert("    labels: {severity: }\n"),
        &alert("    labels: {severity: yes}\n"),
        &alert("    labels: {x: '{{ $labels.instance }}'}\n"),
        &alert(
            "    annotations: {x: '{{ $value | humanize }}', y: '{{ printf \"%.1f\" $value }}'}\n",
        ),
        &alert(
            "    annotations: {x: '{{- $labels.job -}} x', y: '{{ .Value }} {{ .Labels.job }}'}\n",
        ),
        &rules("  - record: a\n    expr: 1\n"),
        &rules("  - alert: a b\n    expr: vector(1)\n"),
        &rules("  - alert: a\n    expr: &e up\n  - alert: b\n    expr: *e\n"),
        &rules("  - {alert: a, expr: up}\n  - {alert: a, expr: down, labels: {x: y}}\n"),
        &rules(
            "  - {alert: a, expr: up, labels: &l {x: y}}\n  - {alert: b, expr: up, labels: {<<: *l}}\n",
        ),
    ] {
        let (ours, promtool, said) = compare(text);
        assert_eq!((ours, promtool), (None, Verdict::Taken), "{text}\n{said}");
    }
}

#[test]
fn promtool_refuses_what_paceline_refuses() {
    for text in [
        "rules: []\n".to_owned(),
        "- a\n".to_owned(),
        "groups: x\n".to_owned(),
        "groups: [\n".to_owned(),
        "groups:\n- rules: []\n".to_owned(),
        "groups:\n- name: g\n- name: g\n".to_owned(),
        "groups:\n- name: g\n  interval: often\n".to_owned(),
        "groups:\n- name: g\n  limit: some\n".to_owned(),
        "groups:\n- name: g\n  sources: x\n".to_owned(),
        rules("  - alert: a\n"),
        rules("  - expr: up\n"),
        rules("  - {alert: a, record: b, expr: up}\n"),
        rules("  - alert: a\n    expr: sum(\n"),
        rules("  - alert: a\n    expr: up +\n"),
        rules("  - alert: a\n    expr: nothing_known(up)\n"),
        rules("  - record: a-b\n    expr: up\n"),
        rules("  - record: a\n    expr: up\n    for: 5m\n"),
        rules("  - record: a\n    expr: up\n    keep_firing_for: 5m\n"),
        rules("  - record: a\n    expr: up\n    annotations: {a: b}\n"),
        rules("  - record: a\n    expr: up\n    labels: {__name__: b}\n"),
        alert("    fro: 5m\n"),
        alert("    for: 1.5m\n"),
        alert("    for: -5m\n"),
        alert("    for: 5 minutes\n"),
        alert("    for: [5m]\n"),
        alert("    for: 5m\n    for: 6m\n"),
        alert("    labels: [x]\n"),
        alert("    labels: {a-b: c}\n"),
        alert("    labels: {__name__: c}\n"),
        alert("    labels: {x: '{{ $labels.job '}\n"),
        alert("    annotations: {'1': c}\n"),
        alert("    annotations: {x: '{{ $nothing }}'}\n"),
        alert("    annotations: {x: '{{ nothing $value }}'}\n"),
    ] {
        let (ours, promtool, said) = compare(&text);
        assert!(ours.is_some(), "taken: {text}");
        assert_eq!(promtool, Verdict::Refused, "{text}\n{said}");
    }
}

#[test]
fn paceline_is_stricter_where_a_rule_could_not_work() {
    let doubles = rules("  - {alert: a, expr: up}\n  - {alert: a, expr: down}\n");
    for (text, expected) in [
        // An evaluation would fail each time.
        (rules("  - alert: a\n    expr: up[5m]\n"), Verdict::Taken),
        (rules("  - alert: a\n    expr: '\"x\"'\n"), Verdict::Taken),
        // promtool only doubts these.
        (doubles, Verdict::Doubted),
        // Prometheus reads the first document and drops the others.
        ("groups: []\n---\ngroups: x\n".to_owned(), Verdict::Taken),
        // Read as a text, which was not meant.
        (
            rules("  - record: a\n    expr: up\n    labels: {x: '{{ $value }}'}\n"),
            Verdict::Taken,
        ),
        // Fails when it is filled.
        (
            alert("    annotations: {x: '{{ $value | }}'}\n"),
            Verdict::Taken,
        ),
        // Questions and conditions in templates: decided where templates are read.
        (
            alert("    annotations: {x: '{{ if true }}x{{ end }}'}\n"),
            Verdict::Taken,
        ),
    ] {
        let (ours, promtool, said) = compare(&text);
        assert!(ours.is_some(), "taken: {text}");
        assert_eq!(promtool, expected, "{text}\n{said}");
    }
}
