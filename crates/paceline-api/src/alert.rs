//! Alerts on the wire: what is pending, firing and over, silences, deliveries and channels.
//! Owns these shapes; refuses to decide who is told.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AlertSeverity, Timestamp};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Pending,
    Firing,
    Resolved,
}

/// What a number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertUnit {
    Milliseconds,
    Seconds,
    /// A share of 1.
    Share,
    Bytes,
    #[default]
    Plain,
}

/// Selects alerts; firing and pending ones where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertListQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AlertState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<AlertSeverity>,
    /// Of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One alert: one answer of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// Of its labels; stays the same each time that it fires.
    pub fingerprint: String,
    pub name: String,
    pub rule_id: String,
    pub severity: AlertSeverity,
    pub state: AlertState,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub value: f64,
    /// Of the number and the normal range.
    pub unit: AlertUnit,
    /// The number, the normal range, since when.
    pub sentence: String,
    /// Where to look, an address of the dashboard.
    pub link: String,
    /// Since when it is observed.
    pub active_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Where nine of ten values of the last day lie, or what the detector of that series expects at this hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal_low: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal_high: Option<f64>,
    /// Ids of silences that hold it back now.
    #[serde(default)]
    pub silenced_by: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<AlertAcknowledgement>,
    /// The fingerprint of the alert that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<String>,
    /// How many alerts it explains.
    #[serde(default)]
    pub explains: u64,
    /// When a channel last took a message that it fires; absent while every such message waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// How often it fired in the last 24 hours.
    #[serde(default)]
    pub fired_today: u64,
}

/// Somebody looks after it: nothing more is told until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlertAcknowledgement {
    pub by: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertAcknowledgeRequest {
    /// Who; the token's name where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A page of alerts, with how many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertList {
    /// The most severe first, among those the one that fired last.
    pub items: Vec<Alert>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    /// Of all, whatever is asked for.
    pub firing: u64,
    pub pending: u64,
    /// Of those that fire, how many another one explains.
    pub explained: u64,
    /// Rises with every change of an alert, a silence, a rule or a channel.
    pub version: u64,
}

/// One step of an alert's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertEventKind {
    Fired,
    Resolved,
    Acknowledged,
    /// A channel took a message that it fires.
    Told,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertEvent {
    pub at: Timestamp,
    pub kind: AlertEventKind,
    pub fingerprint: String,
    pub name: String,
    pub severity: AlertSeverity,
    pub labels: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The alert's sentence, who acknowledged, or which channel.
    pub detail: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertHistoryQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A label and what it must be; a regular expression is anchored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceMatcher {
    pub name: String,
    pub value: String,
    #[serde(default)]
    pub is_regex: bool,
    #[serde(default = "yes")]
    pub is_equal: bool,
}

fn yes() -> bool {
    true
}

/// Holds matching alerts back from every channel for a while.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceRequest {
    /// All must match; at least one must refuse the empty value.
    pub matchers: Vec<SilenceMatcher>,
    /// Now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Or `duration_seconds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SilenceState {
    /// Begins later.
    Pending,
    Active,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    pub silence_id: String,
    pub state: SilenceState,
    pub matchers: Vec<SilenceMatcher>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub created_at: Timestamp,
    pub created_by: String,
    pub comment: String,
    /// Firing alerts that it holds back now.
    pub silences: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertChannelKind {
    Webhook,
    Alertmanager,
    Slack,
    Email,
}

/// Where alerts go. Channels are configured, never changed over the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertChannel {
    pub name: String,
    pub kind: AlertChannelKind,
    /// The receiver's host.
    pub host: String,
    /// What is sent there at least.
    pub severity: AlertSeverity,
    /// Only alerts that nobody acknowledged for so long; 0: at once.
    pub after_seconds: u64,
    /// The last attempt failed.
    pub is_failing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertDeliveryState {
    Waiting,
    Delivered,
    /// The receiver refused it for good, a day of attempts went by, or its channel is no longer configured.
    GivenUp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertDelivery {
    pub delivery_id: String,
    pub channel: String,
    pub state: AlertDeliveryState,
    /// What it says, in a line.
    pub summary: String,
    pub alerts: u64,
    pub attempts: u32,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}
