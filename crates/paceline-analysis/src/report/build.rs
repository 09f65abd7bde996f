//! From a stream of records to a report. Owns the totals while they are being gathered, in memory
//! that does not grow with the number of records; refuses to keep the records.

use super::errors::ErrorCounts;
use super::model::{AgentRow, Quality, Report};
use super::named::Named;
use super::slowest::Slowest;
use super::totals::{self, Both, OperationTotals, ScoreTotals, ToolEntry};
use super::verdict;
use crate::period::{Period, Side};

const AGENTS_MAX: usize = 200;
/// Records on each side before a change means something.
pub(super) const ENOUGH: u64 = 100;
/// Measured between two calls rather than by one: their length is somebody's choice.
pub(super) const WAITS: [&str; 2] = ["message_deliver", "leader_failover"];

/// One operation, or as many as its weight says.
#[derive(Clone, Copy, Debug)]
pub struct OperationSample<'a> {
    pub at_ms: i64,
    pub operation: &'a str,
    pub duration_ms: f64,
    pub success: bool,
    pub weight: f64,
    pub error: Option<&'a str>,
    pub session_id: Option<&'a str>,
    pub agent_id: Option<&'a str>,
    pub context: Option<&'a str>,
    /// Queue, execute, commit.
    pub stages_ms: Option<[f64; 3]>,
}

/// One call of a tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolSample<'a> {
    pub at_ms: i64,
    pub tool: &'a str,
    pub category: Option<&'a str>,
    pub duration_ms: f64,
    pub success: bool,
    pub success_reported: bool,
}

/// One assessment; scores in the order completeness, code quality, documentation, efficiency,
/// impact.
#[derive(Clone, Copy, Debug)]
pub struct QualitySample {
    pub at_ms: i64,
    pub automatic: bool,
    pub overall: f64,
    pub scores: [f64; 5],
}

#[derive(Debug)]
pub struct ReportBuilder {
    period: Period,
    operations: Named<Both<OperationTotals>>,
    tools: Named<ToolEntry>,
    slowest: Slowest,
    errors: ErrorCounts,
    agents: Vec<AgentRow>,
    assessed: Both<ScoreTotals>,
    automatic: Both<ScoreTotals>,
    gaps: Vec<String>,
    sampled: bool,
}

impl ReportBuilder {
    #[must_use]
    pub fn new(period: Period) -> Self {
        Self {
            period,
            operations: Named::new(),
            tools: Named::new(),
            slowest: Slowest::default(),
            errors: ErrorCounts::default(),
            agents: Vec::new(),
            assessed: Both::default(),
            automatic: Both::default(),
            gaps: Vec::new(),
            sampled: false,
        }
    }

    #[must_use]
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// Records outside both periods are passed over.
    pub fn operation(&mut self, sample: &OperationSample<'_>) {
        let Some(side) = self.period.side(sample.at_ms) else {
            return;
        };
        let totals = self.operations.item(sample.operation).side(side);
        totals.durations.record(sample.duration_ms, sample.weight);
        if let Some(stages) = sample.stages_ms {
            totals.stages_weight += sample.weight;
            for (sum, stage) in totals.stages.iter_mut().zip(stages) {
                *sum += stage * sample.weight;
            }
        }
        if !sample.success {
            totals.failed += sample.weight;
        }
        if side == Side::Current {
            self.sampled |= sample.weight != 1.0;
            if !sample.success {
                self.errors
                    .add(sample.operation, sample.error, sample.weight);
            }
            if !WAITS.contains(&sample.operation) {
                self.slowest.add(sample);
            }
        }
    }

    pub fn tool(&mut self, sample: &ToolSample<'_>) {
        let Some(side) = self.period.side(sample.at_ms) else {
            return;
        };
        let entry = self.tools.item(sample.tool);
        if entry.category.is_none() {
            entry.category = sample.category.map(str::to_owned);
        }
        let totals = entry.both.side(side);
        totals.durations.record(sample.duration_ms, 1.0);
        totals.failed += u64::from(!sample.success);
        totals.success_reported += u64::from(sample.success_reported);
    }

    pub fn assessment(&mut self, sample: &QualitySample) {
        let Some(side) = self.period.side(sample.at_ms) else {
            return;
        };
        let both = if sample.automatic {
            &mut self.automatic
        } else {
            &mut self.assessed
        };
        let totals = both.side(side);
        totals.count += 1;
        totals.overall += sample.overall;
        for (sum, score) in totals.scores.iter_mut().zip(sample.scores) {
            *sum += score;
        }
    }

    pub fn agent(&mut self, row: AgentRow) {
        self.agents.push(row);
    }

    /// One sentence about something that the numbers do not cover.
    pub fn gap(&mut self, sentence: impl Into<String>) {
        self.gaps.push(sentence.into());
    }

    #[must_use]
    pub fn finish(mut self) -> Report {
        let operations = self.operations.into_sorted();
        let most_frequent = totals::frequent(&operations);
        let operations: Vec<_> = operations.iter().map(totals::operation_row).collect();
        let mut tools: Vec<_> = self
            .tools
            .into_sorted()
            .into_iter()
            .map(totals::tool_row)
            .collect();
        tools.sort_by_key(|row| std::cmp::Reverse(totals::calls(row)));
        let agents_total = self.agents.len() as u64;
        let by_work =
            |row: &AgentRow| std::cmp::Reverse((row.proven.completed, row.proven.claimed));
        self.agents.sort_by(|a, b| {
            by_work(a)
                .cmp(&by_work(b))
                .then_with(|| a.agent_id.cmp(&b.agent_id))
        });
        self.agents.truncate(AGENTS_MAX);
        let mut report = Report {
            reliability: totals::reliability(&operations, self.errors),
            period: self.period,
            verdict: String::new(),
            operations,
            slowest: self.slowest.into_rows(),
            most_frequent,
            tools,
            agents: self.agents,
            agents_total,
            quality: Quality {
                assessed: self.assessed.current.means(),
                assessed_previous: self.assessed.previous.means(),
                automatic: self.automatic.current.means(),
            },
            gaps: self.gaps,
        };
        verdict::fill(&mut report, self.sampled);
        report
    }
}
