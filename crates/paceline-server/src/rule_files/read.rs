//! From a tree to rules. Owns the fields of files, groups and rules and what each may hold; refuses to stop
//! at the first mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use paceline_analysis::alerts::Template;
use paceline_promql::{Query, ValueKind, parse_duration_ms};

use super::yaml::{self, Entry, Node, Scalar, Value};
use super::{FileError, FileRule, Group, RULES_MAX, RuleFile, RuleKind};

const ERRORS_MAX: usize = 100;
const NAME_BYTES_MAX: usize = 256;
/// A hundred years; more does not fit Prometheus's own durations three times over.
const DURATION_MS_MAX: i64 = 36_500 * 86_400_000;

const FILE_FIELDS: &[&str] = &["groups"];
const GROUP_FIELDS: &[&str] = &[
    "name",
    "interval",
    "query_offset",
    "limit",
    "labels",
    "rules",
];
const RULE_FIELDS: &[&str] = &[
    "alert",
    "record",
    "expr",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
];
const OF_ALERTS_ONLY: [&str; 3] = ["for", "keep_firing_for", "annotations"];

pub(super) fn file(path: &Path, text: &str) -> Result<RuleFile, Vec<FileError>> {
    let mut reader = Reader {
        path,
        errors: Vec::new(),
        rules: 0,
    };
    let groups = match yaml::parse(text) {
        Ok(None) => Vec::new(),
        Ok(Some(root)) => reader.groups(&root),
        Err(error) => {
            reader.fault(error.line, error.message);
            Vec::new()
        }
    };
    match reader.errors.is_empty() {
        true => Ok(RuleFile {
            path: path.to_owned(),
            groups,
        }),
        false => {
            reader.errors.sort();
            reader.errors.dedup();
            Err(reader.errors)
        }
    }
}

struct Reader<'p> {
    path: &'p Path,
    errors: Vec<FileError>,
    rules: usize,
}

/// The entries of a mapping, of which the reader knows the names.
struct Fields<'n>(&'n [Entry]);

impl<'n> Fields<'n> {
    /// None where it is not there, or is nothing.
    fn get(&self, key: &str) -> Option<&'n Entry> {
        let found = self.0.iter().find(|entry| entry.key == key)?;
        (!matches!(found.value.value, Value::Null)).then_some(found)
    }
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, message: impl Into<String>) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(FileError {
                path: self.path.to_owned(),
                line,
                message: message.into(),
            });
        }
    }

    fn groups(&mut self, root: &Node) -> Vec<Group> {
        if matches!(root.value, Value::Null) {
            return Vec::new();
        }
        let Some(fields) = self.fields(root, "a rule file", FILE_FIELDS) else {
            return Vec::new();
        };
        let mut groups = Vec::new();
        let mut names = BTreeSet::new();
        for node in self.sequence(fields.get("groups")) {
            if let Some(group) = self.group(node, &mut names) {
                groups.push(group);
            }
        }
        groups
    }

    fn group(&mut self, node: &Node, names: &mut BTreeSet<String>) -> Option<Group> {
        let fields = self.fields(node, "a group", GROUP_FIELDS)?;
        let name = self.text(fields.get("name")).unwrap_or_default();
        if name.is_empty() {
            self.fault(node.line, "the group has no `name`");
        } else if !names.insert(name.clone()) {
            let message = format!("`{name}` is the name of another group of this file too");
            self.fault(node.line, message);
        }
        let labels = self.labels(fields.get("labels"));
        let interval_ms = self.duration(fields.get("interval"));
        let query_offset_ms = self.duration(fields.get("query_offset"));
        let limit = self.limit(fields.get("limit"));
        let mut rules = Vec::new();
        for rule in self.sequence(fields.get("rules")) {
            self.rules += 1;
            if RULES_MAX < self.rules {
                self.fault(rule.line, format!("more than {RULES_MAX} rules"));
                break;
            }
            rules.extend(self.rule(rule, &labels));
        }
        self.check_doubles(&rules);
        Some(Group {
            name,
            interval_ms: interval_ms.filter(|ms| 0 < *ms),
            query_offset_ms,
            limit,
            rules,
        })
    }

    fn limit(&mut self, entry: Option<&Entry>) -> Option<u64> {
        let entry = entry?;
        let limit = self.text(Some(entry))?.parse();
        if limit.is_err() {
            self.fault(entry.line, "`limit` must be a number, 0 for none");
        }
        limit.ok().filter(|limit| 0 < *limit)
    }

    fn rule(&mut self, node: &Node, of_group: &BTreeMap<String, Template>) -> Option<FileRule> {
        let had = self.errors.len();
        let fields = self.fields(node, "a rule", RULE_FIELDS)?;
        let named = self.name(node, &fields);
        let expr = self.expr(node, fields.get("expr"));
        let for_ms = self.duration(fields.get("for")).unwrap_or(0);
        let keep_firing_for_ms = self.duration(fields.get("keep_firing_for")).unwrap_or(0);
        let mut labels = self.labels(fields.get("labels"));
        let annotations = self.templates(fields.get("annotations"));
        let (kind, name) = named?;
        if kind == RuleKind::Record {
            self.check_record(&fields, &labels);
        }
        for (name, value) in of_group {
            labels.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let rule = FileRule {
            kind,
            name,
            expr: expr?,
            for_ms,
            keep_firing_for_ms,
            labels,
            annotations,
            line: node.line,
        };
        (self.errors.len() == had).then_some(rule)
    }

    fn name(&mut self, node: &Node, fields: &Fields<'_>) -> Option<(RuleKind, String)> {
        let (entry, kind) = match (fields.get("alert"), fields.get("record")) {
            (Some(alert), None) => (alert, RuleKind::Alert),
            (None, Some(record)) => (record, RuleKind::Record),
            (Some(_), Some(_)) => {
                self.fault(node.line, "a rule has `alert` or `record`, not both");
                return None;
            }
            (None, None) => {
                self.fault(node.line, "the rule has neither `alert` nor `record`");
                return None;
            }
        };
        let name = self.text(Some(entry))?;
        if name.is_empty() || NAME_BYTES_MAX < name.len() {
            let message = format!("a name must have 1 to {NAME_BYTES_MAX} bytes");
            self.fault(entry.line, message);
        } else if kind == RuleKind::Record && !is_metric_name(&name) {
            let message = format!("`{name}` is no name for a series: letters, digits, `_` and `:`");
            self.fault(entry.line, message);
        }
        Some((kind, name))
    }

    fn check_record(&mut self, fields: &Fields<'_>, labels: &BTreeMap<String, Template>) {
        for name in OF_ALERTS_ONLY {
            if let Some(entry) = fields.get(name) {
                let message = format!("`{name}` is for alerts: a recording rule has none");
                self.fault(entry.line, message);
            }
        }
        let is_filled = |template: &Template| template.text().contains("{{");
        if let (Some(entry), true) = (fields.get("labels"), labels.values().any(is_filled)) {
            let message = "labels of recording rules are taken as they are: `{{` is not filled";
            self.fault(entry.line, message);
        }
    }

    fn expr(&mut self, node: &Node, entry: Option<&Entry>) -> Option<Query> {
        let text = self.text(entry).unwrap_or_default();
        let Some(entry) = entry.filter(|_| !text.trim().is_empty()) else {
            self.fault(node.line, "the rule has no `expr`");
            return None;
        };
        match Query::parse(&text) {
            Ok(query) if matches!(query.kind(), ValueKind::Vector | ValueKind::Scalar) => {
                Some(query)
            }
            Ok(_) => {
                let message = "`expr` must be an instant vector or a scalar: it is neither";
                self.fault(entry.value.line, message);
                None
            }
            Err(error) => {
                let line = match &entry.value.value {
                    Value::Scalar(scalar) if scalar.is_literal_block => {
                        entry.value.line + error.line.saturating_sub(1)
                    }
                    _ => entry.value.line,
                };
                self.fault(line, format!("`expr` cannot be read: {error}"));
                None
            }
        }
    }

    fn labels(&mut self, entry: Option<&Entry>) -> BTreeMap<String, Template> {
        for label in entry.map(|entry| entries(&entry.value)).unwrap_or_default() {
            if label.key == "__name__" {
                let message = "`__name__` cannot be a label: a rule's name is its `record`";
                self.fault(label.line, message);
            }
        }
        self.templates(entry)
    }

    fn templates(&mut self, entry: Option<&Entry>) -> BTreeMap<String, Template> {
        let mut templates = BTreeMap::new();
        let Some(entry) = entry else { return templates };
        if !matches!(entry.value.value, Value::Mapping(_)) {
            let message = format!("`{}` must be a mapping of names to texts", entry.key);
            self.fault(entry.line, message);
        }
        for one in entries(&entry.value) {
            if !is_label_name(&one.key) {
                let message = format!("`{}` is no name: letters, digits and `_`", one.key);
                self.fault(one.line, message);
            }
            let text = match one.value.value {
                Value::Null => Some(String::new()),
                _ => self.text(Some(one)),
            };
            match text.map(|text| Template::parse(&text)) {
                Some(Ok(template)) => {
                    templates.insert(one.key.clone(), template);
                }
                Some(Err(error)) => {
                    let message = format!("`{}` cannot be filled: {error}", one.key);
                    self.fault(one.value.line, message);
                }
                None => {}
            }
        }
        templates
    }

    /// As promtool finds them, in one group: what one of them says, the other takes back.
    fn check_doubles(&mut self, rules: &[FileRule]) {
        let mut known = BTreeSet::new();
        for rule in rules {
            let labels = rule.labels.iter();
            let labels: Vec<_> = labels.map(|(name, value)| (name, value.text())).collect();
            if !known.insert((rule.kind, &rule.name, labels)) {
                let message = format!(
                    "another rule of this group is `{}` too, with the same labels",
                    rule.name
                );
                self.fault(rule.line, message);
            }
        }
    }

    fn duration(&mut self, entry: Option<&Entry>) -> Option<i64> {
        let entry = entry?;
        let text = self.text(Some(entry))?;
        let ms = parse_duration_ms(&text).filter(|ms| *ms <= DURATION_MS_MAX);
        if ms.is_none() {
            let message = format!(
                "`{}` is `{text}` and must be a duration such as `5m`",
                entry.key
            );
            self.fault(entry.line, message);
        }
        ms
    }

    fn text(&mut self, entry: Option<&Entry>) -> Option<String> {
        let entry = entry?;
        match &entry.value.value {
            Value::Scalar(Scalar { text, .. }) => Some(text.clone()),
            _ => {
                self.fault(entry.line, format!("`{}` must be a text", entry.key));
                None
            }
        }
    }

    fn sequence<'n>(&mut self, entry: Option<&'n Entry>) -> &'n [Rc<Node>] {
        match entry.map(|entry| (entry, &entry.value.value)) {
            None => &[],
            Some((_, Value::Sequence(nodes))) => nodes,
            Some((entry, _)) => {
                self.fault(entry.line, format!("`{}` must be a list", entry.key));
                &[]
            }
        }
    }

    fn fields<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Fields<'n>> {
        let Value::Mapping(entries) = &node.value else {
            let message = format!("{what} must be a mapping with {}", known.join(", "));
            self.fault(node.line, message);
            return None;
        };
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                let message = format!("{what} has no field `{}`: {}", entry.key, known.join(", "));
                self.fault(entry.line, message);
            }
        }
        Some(Fields(entries))
    }
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Mapping(entries) => entries,
        _ => &[],
    }
}

fn is_label_name(name: &str) -> bool {
    let starts_well = name.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_');
    let known = |one: char| one.is_ascii_alphanumeric() || one == '_';
    starts_well && name.chars().all(known)
}

fn is_metric_name(name: &str) -> bool {
    is_label_name(&name.replace(':', "_"))
}
