//! Alert rules on the wire: thresholds that people set, PromQL rules, what each would have done.
//! Owns these shapes; refuses to judge a value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AlertUnit, Timestamp};

/// How much it matters.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertSeverity {
    Info,
    #[default]
    Warning,
    Critical,
}

impl AlertSeverity {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What of an operation or a metric is compared. An operation has `p50_ms` to `calls_per_second`; a
/// metric has the others, and `value` where none is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatistic {
    P50Ms,
    P90Ms,
    P95Ms,
    P99Ms,
    MeanMs,
    /// Errors among all calls, 0 to 1; what a rule refused is no error.
    ErrorRatio,
    CallsPerSecond,
    /// The newest.
    Value,
    /// Of a counter.
    RatePerSecond,
    Mean,
    Min,
    Max,
}

/// Whose value is compared: each agent's own, or the fleet's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertScope {
    #[default]
    Fleet,
    Agent,
}

/// A limit to a number: `metric` or `operation`, `above` or `below`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertThreshold {
    /// The metric's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// An operation's name, such as `task_claim`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// `p99_ms` of an operation, `value` of a metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<AlertStatistic>,
    /// Labels that the metric's series must have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matching: BTreeMap<String, String>,
    #[serde(default)]
    pub scope: AlertScope,
    /// Over so many seconds; 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u64>,
    /// In the statistic's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

/// A rule: a `threshold`, or `expr` in PromQL, whose every answer is an alert.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleRequest {
    /// The label `alertname`, 1 to 200 characters.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<AlertThreshold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expr: Option<String>,
    /// How long it must hold before it fires; 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_seconds: Option<u64>,
    /// How long it goes on firing after it was last seen; 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_firing_for_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<AlertSeverity>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Texts, with places to fill such as `{{ $labels.agent }}` and `{{ $value | humanize }}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Names of rules whose alerts explain this one's: while one of those fires, this one's are told with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caused_by: Vec<String>,
}

/// Switches a rule, a default one too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleSwitch {
    pub enabled: bool,
}

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertRuleSource {
    /// Paceline's own; can be switched off, not deleted.
    Default,
    /// Made by a person, over the API.
    Api,
    /// Of a rule file.
    File,
}

/// Whether the last evaluation of a rule answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertRuleHealth {
    #[default]
    Unknown,
    Ok,
    Err,
}

/// How often a rule has spoken in the last thirty days, and how often nobody did anything about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlertNoise {
    pub fired: u64,
    /// Told to a channel.
    pub told: u64,
    pub acknowledged: u64,
    /// Told, and over without anybody acknowledging it.
    pub ignored: u64,
}

/// A rule, as it is in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertRule {
    pub rule_id: String,
    pub name: String,
    /// The group of a rule file; `default` or `api` otherwise.
    pub group: String,
    pub source: AlertRuleSource,
    /// The rule file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<AlertThreshold>,
    /// What is evaluated; of a threshold, what it was made into.
    pub expr: String,
    /// Of a recording rule: the name that the answer is stored under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    pub for_seconds: f64,
    pub keep_firing_for_seconds: f64,
    pub severity: AlertSeverity,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    #[serde(default)]
    pub caused_by: Vec<String>,
    pub enabled: bool,
    pub health: AlertRuleHealth,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_at: Option<Timestamp>,
    pub evaluation_ms: f64,
    pub pending: u64,
    pub firing: u64,
    pub noise: AlertNoise,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

/// All rules, and what is wrong with rule files: their old rules stay in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertRuleList {
    pub items: Vec<AlertRule>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    #[serde(default)]
    pub file_errors: Vec<AlertFileError>,
}

/// What is wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlertFileError {
    pub file: String,
    /// From 1, which is also what is about the whole file.
    pub line: u64,
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRuleQuery {
    /// Of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<AlertRuleSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Asks what a rule would have done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertPreviewRequest {
    pub rule: AlertRuleRequest,
    /// Back from now, 1 to 168; 24.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
}

/// What a rule would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertPreview {
    pub expr: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub step_seconds: f64,
    /// How often it would have fired.
    pub times: u64,
    /// Such as `would have fired 3 times in the last 24 hours, the last time at 14:03 for 4 minutes`.
    pub sentence: String,
    /// The newest first, at most 200.
    pub firings: Vec<AlertFiring>,
    /// What is compared, the largest first, at most 20: the expression's left side where it is a comparison.
    pub series: Vec<AlertPreviewSeries>,
    pub unit: AlertUnit,
    /// The limit, where the expression compares with a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// Series that are not shown.
    pub series_left_out: u64,
}

/// One time that a rule would have fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertFiring {
    pub labels: BTreeMap<String, String>,
    pub fired_at: Timestamp,
    /// None: it would fire now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    pub value: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertPreviewSeries {
    pub labels: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub times: Vec<f64>,
    pub values: Vec<f64>,
}
