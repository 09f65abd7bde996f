//! Rule files in force. Owns that they are read again when they change, and that a file with a mistake
//! keeps the rules that it had; refuses to read YAML (`rule_files` does).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use paceline_analysis::alerts::Timing;
use paceline_analysis::anomaly::Unit;
use paceline_api::{AlertFileError, AlertRuleSource};

use super::Alerts;
use super::limits::ALERTS_A_RULE_MAX;
use super::rule::{INTERVAL_MS, Rule, id_in_file};
use crate::rule_files::{FileRule, Found, Group, RuleFile, RuleKind};

/// Of a group with recording rules, which write a sample a series each time.
const RECORDING_INTERVAL_MS: i64 = 15_000;
/// An annotation that names the rules whose alerts explain this one's: files have no word for it.
const CAUSED_BY: &str = "caused_by";

impl Alerts {
    /// Reads rule files where anything in them has changed. Blocks.
    pub(super) fn reload(&self) {
        let paths = self.settings.lock().rules.clone();
        let found = Found::gather(&paths);
        {
            let mut seen = self.files_seen.lock();
            if *seen == Some(found.fingerprint()) {
                return;
            }
            *seen = Some(found.fingerprint());
        }
        let (files, errors) = found.read();
        for error in &errors {
            let file = error.path.display().to_string();
            tracing::warn!(
                file,
                line = error.line,
                error.message,
                "a rule file has a mistake"
            );
        }
        // Of a folder that cannot be listed, all files are meant.
        let is_broken = |file: &String| {
            let mut broken = errors.iter();
            broken.any(|error| Path::new(file).starts_with(&error.path))
        };
        let mut book = self.book.lock();
        book.take_away(|rule| rule.file.as_ref().is_some_and(|file| !is_broken(file)));
        book.rules
            .extend(files.iter().flat_map(rules).map(Arc::new));
        book.file_errors = errors
            .into_iter()
            .map(|error| AlertFileError {
                file: error.path.display().to_string(),
                line: error.line as u64,
                message: error.message,
            })
            .collect();
        book.adopt();
        let count = book.rules.iter().filter(|rule| rule.file.is_some()).count();
        if 0 < count {
            tracing::info!(rules = count, "rules of files are in force");
        }
        self.touch(&mut book);
    }
}

fn rules(file: &RuleFile) -> Vec<Rule> {
    let path = file.path.display().to_string();
    let mut all = Vec::new();
    for group in &file.groups {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &group.rules {
            let number = numbers.entry(&one.name).or_default();
            let rule_id = id_in_file(&path, &group.name, &one.name, *number);
            *number += 1;
            all.push(rule(rule_id, &path, group, one));
        }
    }
    all
}

fn rule(rule_id: String, path: &str, group: &Group, said: &FileRule) -> Rule {
    let records = |rule: &FileRule| rule.kind == RuleKind::Record;
    let usual_ms = if group.rules.iter().any(records) {
        RECORDING_INTERVAL_MS
    } else {
        INTERVAL_MS
    };
    let limit = group.limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| 0 < *limit);
    let causes = said.annotations.get(CAUSED_BY);
    let causes = causes.map_or("", |causes| causes.text());
    let causes = causes.split(',').map(str::trim);
    Rule {
        rule_id,
        name: said.name.clone(),
        group: group.name.clone(),
        source: AlertRuleSource::File,
        file: Some(path.to_owned()),
        threshold: None,
        request: None,
        record: records(said).then(|| said.name.clone()),
        compared: said.expr.compared(),
        query: said.expr.clone(),
        timing: Timing {
            for_ms: said.for_ms,
            keep_firing_for_ms: said.keep_firing_for_ms,
        },
        interval_ms: group.interval_ms.unwrap_or(usual_ms),
        offset_ms: group.query_offset_ms.unwrap_or(0),
        alerts_max: limit.unwrap_or(if records(said) {
            usize::MAX
        } else {
            ALERTS_A_RULE_MAX
        }),
        labels: said.labels.clone(),
        annotations: said.annotations.clone(),
        caused_by: causes
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        subject: said.name.clone(),
        unit: Unit::Plain,
        path: None,
        created_at: None,
        created_by: None,
        is_enabled: true,
    }
}
