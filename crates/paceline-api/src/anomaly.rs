//! Anomalies on the wire: what a detector found in a series, in a sentence and in numbers.
//! Owns these shapes; refuses to judge a value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnomalyKind {
    Spike,
    LevelShift,
    Drift,
    LostPeriodicity,
    FlatLine,
    Gone,
    UnusualShape,
    /// An agent beside others of its type.
    PeerOutOfLine,
}

/// Something unlikely that a series did, from its start to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Anomaly {
    pub anomaly_id: String,
    pub kind: AnomalyKind,
    /// The metric's name, or what is derived from it, such as `task_claim p99`.
    pub subject: String,
    /// What the series is, in PromQL.
    pub expr: String,
    pub labels: BTreeMap<String, String>,
    /// Of the numbers: `seconds`, `ms`, `ratio`, or what the metric's definition says.
    pub unit: String,
    /// The number, what is normal, since when, how rare, and what else moved then.
    pub sentence: String,
    /// Where to look, an address of the dashboard.
    pub link: String,
    pub started_at: Timestamp,
    /// None: it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    pub value: f64,
    pub normal_low: f64,
    pub normal_high: f64,
    /// Values among which one such was seen or would be.
    pub once_in: u64,
    /// Between two values.
    pub resolution_seconds: f64,
    /// Others that began within the same minutes.
    #[serde(default)]
    pub together_with: Vec<String>,
    /// A person said that it is none.
    pub is_dismissed: bool,
}

/// Selects anomalies; those of the last 24 hours where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnomalyListQuery {
    /// Those that had not ended before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Those that began before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// A metric's or an operation's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How anomalous the fleet is now, beside what chance alone would bring.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyRate {
    /// Series under watch.
    pub watched: u64,
    pub anomalous: u64,
    pub by_chance: f64,
    /// How likely so many or more are if nothing is wrong anywhere.
    pub chance: f64,
    pub sentence: String,
    /// Memory of all detectors.
    pub state_bytes: u64,
}

/// The newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyList {
    pub items: Vec<Anomaly>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    pub rate: AnomalyRate,
}

/// Detectors over the past, for any question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnomalyPreviewRequest {
    /// In PromQL; each series of its answer is judged by itself. A counter named alone is judged by
    /// its rate, as it is while it is watched.
    pub expr: String,
    /// What is judged; the last 24 hours where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// How long before `from` detectors learn what is usual; seven days where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learn_seconds: Option<u64>,
    /// Between two values; about as fine as it may be where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_seconds: Option<f64>,
}

/// What detectors would have told, had they watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyPreview {
    /// As it was asked.
    pub expr: String,
    pub learnt_from: Timestamp,
    pub from: Timestamp,
    pub to: Timestamp,
    pub step_seconds: f64,
    /// Series of the answer.
    pub series: u64,
    /// Of those, the ones that had too few values to be judged.
    pub unjudged: u64,
    pub sentence: String,
    /// The newest first. None of them is kept: ids are good for nothing but telling them apart.
    pub items: Vec<Anomaly>,
    /// Older ones that are not listed.
    pub left_out: u64,
}
