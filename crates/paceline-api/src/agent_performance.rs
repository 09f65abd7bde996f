//! The performance of agents on the wire. Owns these shapes; refuses to judge. Times are
//! milliseconds; what is not known is null, never zero.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Page, Timestamp};

/// Ranking of agents with evidence. Without a period: all that was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentPerformanceQuery {
    /// Period, up to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Instead of `days`: from this moment on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this moment; now, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Only this agent, compared with all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Only tasks of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<AgentSort>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The order of agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum AgentSort {
    /// The most completed tasks first.
    #[default]
    Completed,
    /// The least time for each completed task first; those without a place last.
    Cost,
    /// Below expected first, then above, as expected, and not enough data.
    Verdict,
}

impl AgentSort {
    pub const ALL: &[Self] = &[Self::Completed, Self::Cost, Self::Verdict];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Cost => "cost",
            Self::Verdict => "verdict",
        }
    }
}

/// The text names no order of agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSort(pub String);

impl fmt::Display for UnknownSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = self;
        write!(
            f,
            "`{name}` is no order; there are completed, cost, verdict"
        )
    }
}

impl std::error::Error for UnknownSort {}

impl FromStr for AgentSort {
    type Err = UnknownSort;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|sort| sort.as_str() == name);
        found.copied().ok_or_else(|| UnknownSort(name.to_owned()))
    }
}

/// Agents with what they did, how it compares, and the funnels to draw it with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentPerformance {
    pub period: AgentPerformancePeriod,
    pub fleet: FleetPerformance,
    pub rule: RankingRule,
    /// Of all agents; on the first page only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funnels: Option<RankingFunnels>,
    pub items: Vec<AgentPerformanceRow>,
    #[serde(default)]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentPerformancePeriod {
    /// Null for all that was recorded.
    pub from: Option<Timestamp>,
    pub to: Timestamp,
    /// When these numbers were counted: up to a minute or so ago where there is much to count.
    pub counted_at: Timestamp,
    /// Whether everything in the period was looked at; otherwise the newest of it.
    pub is_complete: bool,
}

/// All agents together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FleetPerformance {
    pub agents: u64,
    pub above_expected: u64,
    pub as_expected: u64,
    pub below_expected: u64,
    pub not_enough_data: u64,
    /// The most done first.
    pub kinds: Vec<KindPerformance>,
}

/// What all agents did of one kind of task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KindPerformance {
    /// Null: tasks without a type.
    pub agent_type: Option<String>,
    pub agents: u64,
    pub completed: u64,
    /// Attempts that failed, those that were retried included.
    pub failed: u64,
    pub running: u64,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
}

/// By what a verdict comes about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankingRule {
    /// The share of equal agents within an agent's own limits.
    pub limit: f64,
    /// Of the inner lines of a funnel.
    pub inner_limit: f64,
    /// Comparable tasks, below which there is no verdict.
    pub tasks_min: u64,
    /// Other agents that must work on a kind for it to be comparable.
    pub peers_min: u64,
    /// Relative differences of durations below it are as expected.
    pub duration_margin: f64,
    /// Differences of failure rates below it are as expected.
    pub failure_margin: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum AgentVerdict {
    AboveExpected,
    AsExpected,
    BelowExpected,
    NotEnoughData,
}

impl AgentVerdict {
    /// In words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AboveExpected => "above expected",
            Self::AsExpected => "as expected",
            Self::BelowExpected => "below expected",
            Self::NotEnoughData => "not enough data",
        }
    }
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentPerformanceRow {
    pub agent_id: String,
    #[serde(default)]
    pub name: Option<String>,
    pub verdict: AgentVerdict,
    /// One sentence.
    pub evidence: String,
    pub durations: AgentMeasure,
    pub failures: AgentMeasure,
    /// Null where nothing can be compared.
    pub place: Option<AgentPlace>,
    pub tasks_claimed: u64,
    pub tasks_completed: u64,
    /// For good.
    pub tasks_failed: u64,
    /// Attempts that failed and left the task to another one.
    pub tasks_retried: u64,
    pub tasks_released: u64,
    /// Taken away: the lease ran out, or the agent fell silent.
    pub tasks_lost: u64,
    pub tasks_running: u64,
    /// Completed of completed and failed.
    pub success_rate: Option<f64>,
    pub duration_ms_mean: Option<f64>,
    /// Of completed tasks, from claim to end.
    pub duration: TaskTimes,
    /// Of completed tasks, from ready to claim.
    pub waiting: TaskTimes,
    pub quality_mean: Option<f64>,
    pub quality_count: u64,
    /// Means of what was assessed, never of what was guessed.
    pub quality: Option<QualityMeans>,
    /// What telemetry brought.
    pub usage: Option<AgentUsage>,
    pub tools: ToolPatterns,
    /// What imported files claimed, beside what tasks prove.
    pub reported: Option<ReportedPerformance>,
}

/// One measure of one agent. Durations: how many times as long as the other agents' tasks of the
/// same kinds. Failures: counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentMeasure {
    pub verdict: AgentVerdict,
    /// One sentence.
    pub evidence: String,
    /// Tasks that could be compared.
    pub compared: u64,
    /// Tasks of kinds that too few others do.
    pub incomparable: u64,
    pub observed: Option<f64>,
    pub expected: Option<f64>,
    /// Between which chance leaves an agent that is like the others.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Standard deviations from what is expected; more is slower, or more failures.
    pub z: Option<f64>,
}

/// Where an agent stands by the time that a completed task costs; 1.2 is a fifth more than others
/// need for the same kinds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentPlace {
    /// From 1, the least costly.
    pub place: u64,
    pub place_low: u64,
    pub place_high: u64,
    pub cost: f64,
    pub cost_low: f64,
    pub cost_high: f64,
}

/// A percentile of too few is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskTimes {
    pub count: u64,
    pub mean_ms: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub p99_ms: Option<f64>,
}

/// Each 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityMeans {
    pub count: u64,
    pub overall_score: f64,
    pub completeness: f64,
    pub code_quality: f64,
    pub documentation: f64,
    pub efficiency: f64,
    pub impact: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentUsage {
    /// By type; the types are disjoint.
    pub tokens: Vec<TokenCount>,
    pub tokens_total: f64,
    pub cost_usd: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenCount {
    pub r#type: String,
    pub tokens: f64,
}

/// How an agent uses its tools.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolPatterns {
    pub calls: u64,
    pub failed: u64,
    /// Whether all calls of the period were looked at; otherwise the newest.
    pub is_complete: bool,
    /// The most used first.
    pub tools: Vec<ToolPerformance>,
    /// The commonest of two calls in a row.
    pub pairs: Vec<ToolSequence>,
    /// Of three.
    pub triples: Vec<ToolSequence>,
    /// The same calls with the same outcomes again and again; the longest first.
    pub loops: Vec<ToolLoop>,
    pub looped_calls: u64,
    /// Failed calls that were followed at once by another of the same tool.
    pub retried_calls: u64,
    /// Of those, the ones whose next attempt succeeded.
    pub retries_succeeded: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolPerformance {
    pub tool: String,
    pub calls: u64,
    pub failed: u64,
    pub failure_rate: f64,
    pub mean_ms: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub total_ms: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolSequence {
    pub tools: Vec<String>,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolLoop {
    /// One round.
    pub tools: Vec<String>,
    pub times: u64,
    pub success: bool,
    pub from: Timestamp,
    pub to: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedPerformance {
    pub tasks_claimed: u64,
    pub tasks_completed: u64,
    pub duration_ms_mean: Option<f64>,
    pub quality_mean: Option<f64>,
    pub quality_count: u64,
    /// More completed than claimed.
    pub contradictory: bool,
    pub first_seen: Option<Timestamp>,
    pub last_activity: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankingFunnels {
    /// Values are multiples of the others' time.
    pub durations: RankingFunnel,
    /// Values are differences of failure rates.
    pub failures: RankingFunnel,
}

/// Columns of equal length: agents, and places along the lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankingFunnel {
    /// What all would be if all were equal.
    pub target: f64,
    pub points: FunnelPoints,
    pub lines: FunnelLines,
}

/// A verdict rests on an agent's own limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelPoints {
    pub agent_ids: Vec<String>,
    pub tasks: Vec<u64>,
    pub values: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub verdicts: Vec<AgentVerdict>,
}

/// The limits of an agent with the typical mix of tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelLines {
    pub tasks: Vec<f64>,
    pub inner_low: Vec<f64>,
    pub inner_high: Vec<f64>,
    pub outer_low: Vec<f64>,
    pub outer_high: Vec<f64>,
}

/// One page of one agent's history.
pub type AgentTimeline = Page<crate::AgentHold>;
