//! A rule in force. Owns how what a person, a file or Paceline itself says becomes something that can
//! be evaluated; refuses what could never be: each refusal names the field.

use std::collections::BTreeMap;

use paceline_analysis::alerts::{Fingerprint, Labels, Severity, Template, Timing};
use paceline_analysis::anomaly::Unit;
use paceline_api::{AlertRuleRequest, AlertRuleSource, AlertSeverity, AlertThreshold, ErrorCode};
use paceline_core::Timestamp;
use paceline_promql::{Compared, Query, ValueKind};
use serde::{Deserialize, Serialize};

use super::limits::{
    ALERT_NAME_LENGTH_MAX, ALERT_TEXT_LENGTH_MAX, ALERT_TEXTS_MAX, FOR_SECONDS_MAX,
};
use super::threshold;
use crate::operations::ApiFailure;
use crate::operations::failure::invalid;

/// The label that every alert has.
pub const ALERT_NAME: &str = "alertname";
pub const SEVERITY: &str = "severity";
/// Ids of rules of files begin so.
pub const OF_FILE: &str = "file.";
/// Rules are evaluated every second where nothing else is said.
pub const INTERVAL_MS: i64 = 1_000;

#[derive(Clone, Debug)]
pub struct Rule {
    pub rule_id: String,
    pub name: String,
    pub group: String,
    pub source: AlertRuleSource,
    pub file: Option<String>,
    pub threshold: Option<AlertThreshold>,
    /// As a person said it.
    pub request: Option<AlertRuleRequest>,
    /// A recording rule's series.
    pub record: Option<String>,
    pub query: Query,
    pub compared: Option<Compared>,
    pub timing: Timing,
    pub interval_ms: i64,
    /// So far in the past it is asked.
    pub offset_ms: i64,
    /// Alerts that it may have; more are an error, and nothing changes.
    pub alerts_max: usize,
    pub labels: BTreeMap<String, Template>,
    pub annotations: BTreeMap<String, Template>,
    pub caused_by: Vec<String>,
    /// What the number is of, such as `task_claim p99`; the name where nothing is known.
    pub subject: String,
    pub unit: Unit,
    /// Where to look, where its labels do not say.
    pub path: Option<String>,
    pub created_at: Option<Timestamp>,
    pub created_by: Option<String>,
    pub is_enabled: bool,
}

/// What is stored of a rule that a person made, or of a default one that was switched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRule {
    /// None: only the switch of a default rule.
    pub request: Option<AlertRuleRequest>,
    pub created_at: Timestamp,
    pub created_by: String,
    pub is_enabled: bool,
}

impl Rule {
    /// # Errors
    /// The field that makes no sense.
    pub fn of_person(rule_id: &str, kept: &KeptRule) -> Result<Self, ApiFailure> {
        let Some(request) = &kept.request else {
            return Err(invalid("rule", "is not there"));
        };
        check(request)?;
        let (text, plan) = match (&request.threshold, &request.expr) {
            (Some(threshold), None) => {
                let plan = threshold::plan(threshold)?;
                (plan.expr.clone(), Some(plan))
            }
            (None, Some(expr)) => (expr.clone(), None),
            _ => {
                return Err(invalid(
                    "threshold",
                    "or `expr` must be given, and not both",
                ));
            }
        };
        let query = question(&text)?;
        let mut labels = templates("labels", &request.labels)?;
        let severity = request.severity.unwrap_or_default();
        let word = Template::parse(severity.as_str()).map_err(unreadable("severity"))?;
        labels.insert(SEVERITY.to_owned(), word);
        let ms = |seconds: Option<u64>| i64::try_from(seconds.unwrap_or(0)).unwrap_or(0) * 1_000;
        Ok(Self {
            rule_id: rule_id.to_owned(),
            name: request.name.clone(),
            group: "api".to_owned(),
            source: AlertRuleSource::Api,
            file: None,
            threshold: request.threshold.clone(),
            request: Some(request.clone()),
            record: None,
            compared: query.compared(),
            query,
            timing: Timing {
                for_ms: ms(request.for_seconds),
                keep_firing_for_ms: ms(request.keep_firing_for_seconds),
            },
            interval_ms: INTERVAL_MS,
            offset_ms: 0,
            alerts_max: super::limits::ALERTS_A_RULE_MAX,
            labels,
            annotations: templates("annotations", &request.annotations)?,
            caused_by: request.caused_by.clone(),
            subject: plan
                .as_ref()
                .map_or_else(|| request.name.clone(), |plan| plan.subject.clone()),
            unit: plan.as_ref().map_or(Unit::Plain, |plan| plan.unit),
            path: plan.and_then(|plan| plan.path),
            created_at: Some(kept.created_at),
            created_by: Some(kept.created_by.clone()),
            is_enabled: kept.is_enabled,
        })
    }

    /// By the label that all of its alerts have.
    #[must_use]
    pub fn severity(&self) -> AlertSeverity {
        let word = |label: &Template| (SEVERITY.to_owned(), label.text().to_owned());
        let labels: Labels = self.labels.get(SEVERITY).map(word).into_iter().collect();
        severity_of(&labels)
    }

    /// Whether it is an alerting rule.
    #[must_use]
    pub fn alerts(&self) -> bool {
        self.record.is_none()
    }
}

#[must_use]
pub fn severity_of(labels: &Labels) -> AlertSeverity {
    match Severity::of(labels) {
        Severity::Info => AlertSeverity::Info,
        Severity::Warning => AlertSeverity::Warning,
        Severity::Critical => AlertSeverity::Critical,
    }
}

/// The same for the same rule of the same file, as long as its place among those of its name stays.
#[must_use]
pub fn id_in_file(file: &str, group: &str, name: &str, number: usize) -> String {
    let parts = [
        ("file", file.to_owned()),
        ("group", group.to_owned()),
        ("name", name.to_owned()),
        ("number", number.to_string()),
    ];
    let labels: Labels = parts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    format!("{OF_FILE}{}", Fingerprint::of(&labels))
}

/// # Errors
/// When it is no PromQL, or answers with something that is no alert.
pub fn question(text: &str) -> Result<Query, ApiFailure> {
    let query = Query::parse(text).map_err(|error| {
        ApiFailure::new(ErrorCode::InvalidArgument, format!("`expr`: {error}"))
            .details(serde_json::json!({ "field": "expr" }))
    })?;
    match query.kind() {
        ValueKind::Vector | ValueKind::Scalar => Ok(query),
        kind => Err(invalid(
            "expr",
            &format!(
                "answers with a {}, an alert needs an instant vector",
                kind.as_str()
            ),
        )),
    }
}

fn check(request: &AlertRuleRequest) -> Result<(), ApiFailure> {
    let length = request.name.chars().count();
    if request.name.trim().is_empty() || ALERT_NAME_LENGTH_MAX < length {
        let problem = format!("must be 1 to {ALERT_NAME_LENGTH_MAX} characters");
        return Err(invalid("name", &problem));
    }
    if request.name.chars().any(char::is_control) {
        return Err(invalid("name", "must not hold control characters"));
    }
    for (field, seconds) in [
        ("for_seconds", request.for_seconds),
        ("keep_firing_for_seconds", request.keep_firing_for_seconds),
    ] {
        if seconds.is_some_and(|seconds| FOR_SECONDS_MAX < seconds) {
            return Err(invalid(
                field,
                &format!("must be at most {FOR_SECONDS_MAX}"),
            ));
        }
    }
    if ALERT_TEXTS_MAX < request.caused_by.len() {
        let problem = format!("must name at most {ALERT_TEXTS_MAX} rules");
        return Err(invalid("caused_by", &problem));
    }
    for name in [ALERT_NAME, SEVERITY] {
        if request.labels.contains_key(name) {
            let problem = format!("must not hold `{name}`: say `name` and `severity` instead");
            return Err(invalid("labels", &problem));
        }
    }
    Ok(())
}

fn templates(
    field: &'static str,
    texts: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Template>, ApiFailure> {
    if ALERT_TEXTS_MAX < texts.len() {
        let problem = format!("must have at most {ALERT_TEXTS_MAX} names");
        return Err(invalid(field, &problem));
    }
    let read = |(name, text): (&String, &String)| {
        let is_word = |at: usize, byte: u8| {
            byte.is_ascii_alphabetic() || byte == b'_' || (0 < at && byte.is_ascii_digit())
        };
        let is_name = !name.is_empty() && name.bytes().enumerate().all(|(at, b)| is_word(at, b));
        if !is_name || name.starts_with("__") {
            let problem = format!("has the name `{name}`: letters, digits and `_` are taken");
            return Err(invalid(field, &problem));
        }
        if ALERT_TEXT_LENGTH_MAX < text.len() {
            let problem = format!("`{name}` is longer than {ALERT_TEXT_LENGTH_MAX} bytes");
            return Err(invalid(field, &problem));
        }
        let template = Template::parse(text).map_err(unreadable(field))?;
        Ok((name.clone(), template))
    };
    texts.iter().map(read).collect()
}

fn unreadable(
    field: &'static str,
) -> impl Fn(paceline_analysis::alerts::TemplateError) -> ApiFailure {
    move |error| invalid(field, &format!("cannot be read: {error}"))
}
