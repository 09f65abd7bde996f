//! What surrounds the operations of a period, as data: the server's age, elections, outages, and
//! how far the report can be trusted. Owns the fields; refuses to compute them.

use serde::{Deserialize, Serialize};

use super::changes::Exponent;
use crate::instant::Instant;

/// Whether operations slow down as the store grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ageing {
    pub figures: Vec<AgeFigure>,
    /// What sizes are measured by: `paceline_store_rows`, or what the record says was created.
    pub size: Option<String>,
    /// Largest size over smallest.
    pub size_ratio: Option<f64>,
    pub operations: Vec<GrowthRow>,
    /// The version of Paceline, and since when, oldest first.
    pub versions: Vec<VersionSpan>,
    pub restarts: Vec<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgeFigure {
    /// As the series is called.
    pub name: String,
    pub at_begin: f64,
    pub at_end: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionSpan {
    pub version: String,
    pub since: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthRow {
    pub operation: String,
    pub exponent: Exponent,
    /// `flat`, `grows` or `unclear`.
    pub verdict: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Elections {
    /// Leaders lost and replaced, as recorded.
    pub failovers: u64,
    pub failover_p50_ms: Option<f64>,
    pub failover_max_ms: Option<f64>,
    /// Milliseconds without a leader, all elections together.
    pub leaderless_ms: f64,
    pub elections: Vec<ElectionRow>,
}

/// How often an alert rule spoke, and how often nobody did anything about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    pub rule: String,
    pub fired: u64,
    /// To a channel.
    pub told: u64,
    pub acknowledged: u64,
    /// Told, and over without anybody acknowledging it.
    pub ignored: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElectionRow {
    pub election: String,
    /// Terms that began in the period.
    pub terms: u64,
    pub expired: u64,
    pub died: u64,
    pub resigned: u64,
    pub leaders: u64,
    pub epoch: u64,
    /// Terms whose epoch is not above the one before: imported histories have some.
    pub backwards: u64,
}

/// Work that agents ended within the period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkRow {
    pub agent_id: String,
    pub name: Option<String>,
    pub completed: u64,
    pub failed: u64,
    pub task_p50_ms: Option<f64>,
    pub task_p95_ms: Option<f64>,
    pub previous_completed: u64,
    pub quality_mean: Option<f64>,
    pub quality_count: u64,
}

/// Time without any record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    pub from: Instant,
    pub to: Instant,
}

/// How much was looked at, and how often that alone would raise an alarm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub operations: u64,
    pub agents: u64,
    /// Alarms to expect from chance in a period in which nothing changed.
    pub chance_alarms: f64,
    /// Operations with too few records to be judged over time.
    pub too_few: Vec<String>,
}

/// An operation over both periods, for a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    pub operation: String,
    pub from: Instant,
    pub step_hours: u64,
    /// `None`: no record.
    pub p50_ms: Vec<Option<f64>>,
    pub p95_ms: Vec<Option<f64>>,
    pub count: Vec<u64>,
}
