//! Rule files that are read, and every mistake that is told.

use std::path::Path;

use super::*;

fn one(text: &str) -> Result<RuleFile, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.yml"), text).unwrap();
    let (files, errors) = read(&[folder.path().to_owned()]);
    let told = |error: &FileError| format!("{}: {}", error.line, error.message);
    match files.into_iter().next() {
        Some(file) => Ok(file),
        None => Err(errors.iter().map(told).collect()),
    }
}

fn rule(text: &str) -> Result<RuleFile, Vec<String>> {
    one(&format!("groups:\n- name: g\n  rules:\n{text}"))
}

#[test]
fn everything_that_prometheus_documents_is_read() {
    let file = one(r#"
groups:
- name: fleet
  interval: 15s
  query_offset: 1m
  limit: 20
  labels: {team: core, severity: info}
  rules:
  - record: job:calls:rate5m
    expr: sum by (job) (rate(calls_total[5m]))
    labels:
      source: 7
  - alert: AgentSlow
    expr: |
      agent_seconds{quantile="0.99"}
        > 10
    for: 5m
    keep_firing_for: 1h30m
    labels:
      severity: critical
    annotations:
      summary: "{{ $labels.agent }} needs {{ $value | humanizeDuration }}"
- name: empty
"#)
    .unwrap();
    let [fleet, empty] = &file.groups[..] else {
        panic!("{file:?}");
    };
    assert_eq!(fleet.interval_ms, Some(15_000));
    assert_eq!(fleet.query_offset_ms, Some(60_000));
    assert_eq!((fleet.limit, empty.limit), (Some(20), None));
    assert!(empty.rules.is_empty());
    let label = |rule: &FileRule, name: &str| rule.labels[name].text().to_owned();
    let [record, alert] = &fleet.rules[..] else {
        panic!("{fleet:?}");
    };
    assert_eq!((record.kind, record.line), (RuleKind::Record, 9));
    assert_eq!(record.name, "job:calls:rate5m");
    assert_eq!(label(record, "source"), "7");
    assert_eq!(label(record, "severity"), "info");
    assert_eq!((alert.kind, alert.line), (RuleKind::Alert, 13));
    assert_eq!(
        (alert.for_ms, alert.keep_firing_for_ms),
        (300_000, 5_400_000)
    );
    assert_eq!(label(alert, "severity"), "critical");
    assert_eq!(label(alert, "team"), "core");
    assert!(
        alert.annotations["summary"]
            .text()
            .starts_with("{{ $labels.agent")
    );
    assert!(alert.expr.text().contains("> 10"));
}

#[test]
fn yaml_is_read_with_aliases_merges_and_nothings() {
    let file = rule(
        "  - alert: a\n    expr: &e up == 0\n    for:\n    labels: &l {severity: critical, x: y}\n  \
         - alert: b\n    expr: *e\n    labels:\n      <<: *l\n      x: z\n",
    )
    .unwrap();
    let rules = &file.groups[0].rules;
    assert_eq!(rules[0].for_ms, 0);
    assert_eq!(rules[1].expr.text(), "up == 0");
    assert_eq!(rules[1].labels["severity"].text(), "critical");
    assert_eq!(rules[1].labels["x"].text(), "z");
    for nothing in ["", "---\n", "groups:\n", "groups: []\n", "# none\n"] {
        assert!(one(nothing).unwrap().groups.is_empty(), "{nothing}");
    }
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let check = |rules: &str, expected: &[&str]| {
        let errors = rule(rules).err().unwrap_or_else(|| panic!("read: {rules}"));
        assert_eq!(errors.len(), expected.len(), "{rules}: {errors:#?}");
        for (error, part) in errors.iter().zip(expected) {
            let (line, part) = part.split_once(' ').unwrap();
            let at = error.starts_with(&format!("{line}: "));
            assert!(at && error.contains(part), "{rules}: {error}");
        }
    };
    check("  - alert: a\n", &["4 has no `expr`"]);
    check("  - expr: up\n", &["4 neither `alert` nor `record`"]);
    check("  - {alert: a, record: b, expr: up}\n", &["4 not both"]);
    check("  - alert: ''\n    expr: up\n", &["4 a name must have"]);
    check("  - alert: a\n    expr: up[5m]\n", &["5 instant vector"]);
    check("  - alert: a\n    expr: '\"x\"'\n", &["5 instant vector"]);
    check(
        "  - alert: a\n    expr: sum(\n    for: x\n",
        &["5 cannot be read", "6 `for` is `x`"],
    );
    check(
        "  - alert: a\n    expr: |\n      up ==\n      ==\n",
        &["7 cannot be read"],
    );
    check(
        "  - alert: a\n    expr: up\n    fro: 5m\n",
        &["6 no field `fro`"],
    );
    check(
        "  - alert: a\n    expr: up\n    for: 1.5m\n",
        &["6 such as `5m`"],
    );
    check(
        "  - alert: a\n    expr: up\n    for: -5m\n",
        &["6 such as `5m`"],
    );
    check(
        "  - alert: a\n    expr: up\n    for: [5m]\n",
        &["6 must be a text"],
    );
    check(
        "  - alert: a\n    expr: up\n    labels: [x]\n",
        &["6 must be a mapping"],
    );
    check(
        "  - alert: a\n    expr: up\n    labels: {a-b: c}\n",
        &["6 `a-b` is no name"],
    );
    check(
        "  - alert: a\n    expr: up\n    labels: {__name__: c}\n",
        &["6 `__name__`"],
    );
    check(
        "  - alert: a\n    expr: up\n    annotations: {'1': c}\n",
        &["6 `1` is no name"],
    );
    check(
        "  - alert: a\n    expr: up\n    annotations: {s: '{{ $x'}\n",
        &["6 `s` cannot be filled"],
    );
    check(
        "  - alert: a\n    expr: up\n    annotations: {s: '{{ query \"up\" }}'}\n",
        &["6 `s` cannot"],
    );
    check(
        "  - record: a-b\n    expr: up\n",
        &["4 `a-b` is no name for a series"],
    );
    check(
        "  - record: a\n    expr: up\n    for: 5m\n",
        &["6 `for` is for alerts"],
    );
    check(
        "  - record: a\n    expr: up\n    annotations: {a: b}\n",
        &["6 `annotations` is for"],
    );
    check(
        "  - record: a\n    expr: up\n    labels: {a: '{{ $value }}'}\n",
        &["6 not filled"],
    );
    check("  - x\n", &["4 a rule must be a mapping"]);
    check(
        "  - {alert: a, expr: up}\n  - {alert: a, expr: down}\n",
        &["5 with the same labels"],
    );
    check(
        "  - alert: a\n    alert: b\n    expr: up\n",
        &["5 given twice"],
    );
}

#[test]
fn what_is_no_rule_file_is_told_with_its_line() {
    let check = |text: &str, line: usize, part: &str| {
        let errors = one(text).err().unwrap_or_else(|| panic!("read: {text}"));
        let begin = format!("{line}: ");
        let told = errors
            .iter()
            .any(|error| error.starts_with(&begin) && error.contains(part));
        assert!(told, "{text}: {errors:#?}");
    };
    check("rules: []\n", 1, "no field `rules`");
    check("- a\n", 1, "must be a mapping");
    check("groups: x\n", 1, "must be a list");
    check("groups:\n- rules: []\n", 2, "no `name`");
    check("groups:\n- name: g\n- name: g\n", 3, "another group");
    check(
        "groups:\n- name: g\n  interval: often\n",
        3,
        "`interval` is `often`",
    );
    check("groups:\n- name: g\n  limit: -1\n", 3, "`limit` must be");
    check("groups:\n- name: g\n  partial_response: x\n", 3, "no field");
    check("groups: [\n", 2, "cannot be read as YAML");
    check("groups:\n\t- name: g\n", 2, "cannot be read as YAML");
    check("groups: []\n---\ngroups: []\n", 2, "second document");
    check("groups: !evil x\n", 1, "means nothing");
    check("groups: &a [*a]\n", 1, "part of");
    check(&"[".repeat(10_000), 1, "");
    check(
        &format!("groups: {}", "{a: ".repeat(40)),
        1,
        "nested more than 32",
    );
    let rules = "  - {alert: a, expr: up}\n".repeat(RULES_MAX + 1);
    check(
        &format!("groups:\n- name: g\n  rules:\n{rules}"),
        RULES_MAX + 4,
        "more than 10000 rules",
    );
}

#[test]
fn aliases_do_not_explode() {
    let mut text = "a: &a0 {x: y}\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        text.push_str(&format!(
            "b{level}: &a{level} {{<<: [*a{before}, *a{before}, *a{before}]}}\n"
        ));
    }
    assert!(one(&text).is_err());
    let many = format!("groups: &g\n- name: g\n  rules: [{}]\n", "x, ".repeat(10));
    let errors = one(&many).unwrap_err();
    assert_eq!(
        errors.len(),
        1,
        "ten of one kind on one line are one: {errors:?}"
    );
    let rule = "x: &r {alert: a, expr: up}\n";
    let groups = format!(
        "{rule}groups:\n- name: g\n  rules: [{}]\n",
        "*r, ".repeat(20_000)
    );
    let errors = one(&groups).unwrap_err();
    assert!(errors[0].contains("more than 10000 aliases"), "{errors:?}");
}

#[test]
fn files_are_found_in_folders_and_a_change_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let group = |name: &str| format!("groups: [{{name: {name}}}]\n");
    put("b.yml", &group("b"));
    put("a.rules", &group("a"));
    put("c.yaml", &group("c"));
    put("d.txt", &group("d"));
    put(".hidden.yml", &group("e"));
    std::fs::create_dir(folder.path().join("sub.yml")).unwrap();
    let named = folder.path().join("d.txt");
    let paths = [
        folder.path().to_owned(),
        named.clone(),
        folder.path().join("b.yml"),
        folder.path().join("nowhere.yml"),
    ];
    let found = Found::gather(&paths);
    let before = found.fingerprint();
    let (files, errors) = found.read();
    assert_eq!(errors, []);
    let names: Vec<_> = files
        .iter()
        .map(|file| file.groups[0].name.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    assert_eq!(Found::gather(&paths).fingerprint(), before);
    put("b.yml", "groups: [");
    let found = Found::gather(&paths);
    assert_ne!(found.fingerprint(), before);
    let (files, errors) = found.read();
    assert_eq!((files.len(), errors.len()), (3, 1));
    assert_eq!(errors[0].path, folder.path().join("b.yml"));
    assert!(errors[0].to_string().contains("b.yml:"), "{}", errors[0]);
    std::fs::remove_file(named).unwrap();
    assert_eq!(read(&paths).0.len(), 2);
}

#[test]
fn what_is_no_text_of_a_reasonable_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.yml");
    let size = usize::try_from(FILE_BYTES_MAX).unwrap() + 1;
    std::fs::write(&large, vec![b'#'; size]).unwrap();
    std::fs::write(folder.path().join("latin.yml"), b"groups: \xe9").unwrap();
    let (files, errors) = read(&[folder.path().to_owned(), "/dev/null".into()]);
    assert!(files.is_empty());
    let told: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    let expected = [
        "is neither a file nor a folder",
        "is larger than 4 MiB",
        "is not UTF-8",
    ];
    assert_eq!(told, expected);
    assert_eq!(errors[0].path, Path::new("/dev/null"));
}
