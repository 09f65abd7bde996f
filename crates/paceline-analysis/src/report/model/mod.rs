//! What a report says, as data: the JSON form is this. Owns the fields; refuses to compute them.

use serde::{Deserialize, Serialize};

mod changes;
mod surroundings;

pub use changes::{
    Became, Bottleneck, BrokenRule, Exponent, Finding, FindingKind, Followed, Meanwhile, Moved,
    Recommendation, Reproduction, SlowAgent, SlowTogether, StageTime, TogetherGroup, TogetherPair,
    Watched,
};
pub use surroundings::{
    AgeFigure, Ageing, AlertRow, ElectionRow, Elections, GrowthRow, Judged, Silence, Timeline,
    VersionSpan, WorkRow,
};

use crate::instant::Instant;
use crate::period::Period;
use crate::summary::Summary;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub period: Period,
    /// The outcome in a few sentences.
    pub verdict: String,
    /// What changed within the period, what cost most time first.
    pub findings: Vec<Finding>,
    /// What would save most time first.
    pub recommendations: Vec<Recommendation>,
    /// What became of the last kept report's recommendations.
    pub followed: Vec<Followed>,
    pub reliability: Reliability,
    pub operations: Vec<OperationRow>,
    pub broken_rules: Vec<BrokenRule>,
    pub bottlenecks: Vec<Bottleneck>,
    pub time_by_stage: Vec<StageTime>,
    pub together: SlowTogether,
    pub ageing: Ageing,
    pub slowest: Vec<SlowOperation>,
    pub most_frequent: Vec<FrequentOperation>,
    pub tools: Vec<ToolRow>,
    /// What agents ended in the period, the busiest first.
    pub work: Vec<WorkRow>,
    /// More than are listed when a fleet is large.
    pub work_agents_total: u64,
    pub agents: Vec<AgentRow>,
    /// More than are listed when a fleet is large.
    pub agents_total: u64,
    pub quality: Quality,
    pub elections: Elections,
    /// The rules that were ignored most first.
    #[serde(default)]
    pub alerts: Vec<AlertRow>,
    pub judged: Judged,
    pub silences: Vec<Silence>,
    /// What was not measured, left out or should not be relied on, in sentences.
    pub gaps: Vec<String>,
    pub reproductions: Vec<Reproduction>,
    pub timelines: Vec<Timeline>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    pub operations: u64,
    pub failed: u64,
    /// 0 to 1; absent when nothing was recorded.
    pub success_rate: Option<f64>,
    pub previous_operations: u64,
    pub previous_failed: u64,
    pub previous_success_rate: Option<f64>,
    /// The most frequent first.
    pub errors: Vec<ErrorRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorRow {
    pub operation: String,
    /// The message with ids and numbers taken out, so that equal ones meet.
    pub error: String,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationRow {
    pub operation: String,
    /// Absent when it happened in the period before only.
    pub current: Option<OperationFigures>,
    pub previous: Option<OperationFigures>,
    pub change: Option<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationFigures {
    pub succeeded: u64,
    pub failed: u64,
    /// 0 to 1.
    pub success_rate: f64,
    #[serde(flatten)]
    pub durations: Summary,
    /// Absent when no record told its stages.
    pub stages_mean_ms: Option<StageMeans>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageMeans {
    pub queue: f64,
    pub execute: f64,
    pub commit: f64,
}

/// Relative to the period before: 0.25 is a quarter slower. Absent where there was nothing before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub mean: Option<f64>,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
    /// Both periods have enough records for the change to mean something.
    pub enough: bool,
    /// Between the days of one period and those of the other.
    pub p50_interval: Option<Interval>,
    pub p95_interval: Option<Interval>,
}

/// Covers the true change 19 times in 20.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowOperation {
    pub at: Instant,
    pub operation: String,
    pub duration_ms: f64,
    pub success: bool,
    pub agent_id: Option<String>,
    pub session_id: Option<String>,
    /// As recorded, shortened.
    pub context: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrequentOperation {
    pub operation: String,
    pub count: u64,
    /// Of all operations, 0 to 1.
    pub share: f64,
    /// Of the time that all operations took, 0 to 1.
    pub time_share: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolRow {
    pub tool: String,
    pub category: Option<String>,
    pub current: Option<ToolFigures>,
    pub previous: Option<ToolFigures>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolFigures {
    pub failed: u64,
    /// 0 to 1.
    pub failure_rate: f64,
    /// Calls whose success flag was guessed by the file that it came from.
    pub success_reported: u64,
    #[serde(flatten)]
    pub durations: Summary,
}

/// Of an agent's whole life, not of the period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentRow {
    pub agent_id: String,
    pub name: Option<String>,
    /// What stored tasks prove.
    pub proven: AgentFigures,
    /// What an imported file claimed.
    pub reported: Option<ReportedAgentFigures>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentFigures {
    pub claimed: u64,
    pub completed: u64,
    pub failed: u64,
    pub released: u64,
    pub task_mean_ms: Option<f64>,
    pub quality_mean: Option<f64>,
    pub quality_count: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportedAgentFigures {
    pub claimed: u64,
    pub completed: u64,
    pub task_mean_ms: Option<f64>,
    pub quality_mean: Option<f64>,
    /// More tasks completed than claimed: the file contradicts itself.
    pub contradictory: bool,
}

/// Scores from 0 to 10. Those that a program drew are kept apart from those that somebody gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    pub assessed: Option<Scores>,
    pub assessed_previous: Option<Scores>,
    pub automatic: Option<Scores>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub count: u64,
    pub overall_mean: f64,
    pub completeness_mean: f64,
    pub code_quality_mean: f64,
    pub documentation_mean: f64,
    pub efficiency_mean: f64,
    pub impact_mean: f64,
}
