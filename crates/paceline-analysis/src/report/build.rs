//! From a stream of records to a report. Owns the totals while they are being gathered, in memory
//! that does not grow with the number of records; refuses to keep the records, and to conclude
//! anything before the last has come.

use super::age::Age;
use super::errors::ErrorCounts;
use super::finish;
use super::history::{Grid, History};
use super::judge::{FALSE_SHARE, Peers};
use super::model::{AgentRow, ElectionRow, Report};
use super::named::Named;
use super::samples::{OperationSample, QualitySample, TaskSample, ToolSample};
use super::slowest::Slowest;
use super::totals::{Both, OperationTotals, ScoreTotals, ToolEntry};
use super::work::Work;
use crate::period::{Period, Side};

/// Records on each side before a change means something.
pub(super) const ENOUGH: u64 = 100;
/// Measured between two calls rather than by one: their length is somebody's choice.
pub(super) const WAITS: [&str; 2] = ["message_deliver", "leader_failover"];
/// What tasks without a kind are compared with: each other.
const NO_KIND: &str = "(no kind)";

#[derive(Debug, Default)]
pub(super) struct OperationEntry {
    pub both: Both<OperationTotals>,
    pub history: History,
}

#[derive(Debug)]
pub struct ReportBuilder {
    pub(super) period: Period,
    pub(super) grid: Grid,
    pub(super) operations: Named<OperationEntry>,
    pub(super) tools: Named<ToolEntry>,
    pub(super) slowest: Slowest,
    pub(super) errors: ErrorCounts,
    pub(super) agents: Vec<AgentRow>,
    pub(super) work: Work,
    pub(super) peers: PeersBy,
    pub(super) assessed: Both<ScoreTotals>,
    pub(super) automatic: Both<ScoreTotals>,
    pub(super) elections: Vec<ElectionRow>,
    pub(super) age: Age,
    pub(super) earlier: Option<Box<Report>>,
    pub(super) gaps: Vec<String>,
    pub(super) sampled: bool,
}

/// Agents beside each other, by what is compared.
#[derive(Debug, Default)]
pub(super) struct PeersBy {
    pub operations: Peers,
    pub tasks: Peers,
    pub tools: Peers,
}

impl PeersBy {
    fn all(&self) -> [&Peers; 3] {
        [&self.operations, &self.tasks, &self.tools]
    }

    /// The most that were compared with each other.
    pub fn agents(&self) -> u64 {
        let compared = self.all().into_iter().filter(|peers| peers.are_compared());
        compared.map(Peers::agents).max().unwrap_or(0)
    }

    /// Of a comparison in which all are alike, so often one is accused.
    pub fn chance_alarms(&self) -> f64 {
        let compared = self.all().into_iter().filter(|peers| peers.are_compared());
        compared.count() as f64 * FALSE_SHARE
    }
}

impl ReportBuilder {
    #[must_use]
    pub fn new(period: Period) -> Self {
        Self {
            grid: Grid::of(&period),
            period,
            operations: Named::new(),
            tools: Named::new(),
            slowest: Slowest::default(),
            errors: ErrorCounts::default(),
            agents: Vec::new(),
            work: Work::default(),
            peers: PeersBy::default(),
            assessed: Both::default(),
            automatic: Both::default(),
            elections: Vec::new(),
            age: Age::default(),
            earlier: None,
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
        let Some((side, cell)) = self.place(sample.at_ms) else {
            return;
        };
        let duration_ms = non_negative(sample.duration_ms);
        let weight = counted(sample.weight);
        let stages_ms = sample.stages_ms.map(|stages| stages.map(non_negative));
        let entry = self.operations.item(sample.operation);
        entry.history.add(cell, duration_ms, stages_ms, weight);
        let totals = entry.both.side(side);
        totals.durations.record(duration_ms, weight);
        if let Some(stages) = stages_ms {
            totals.stages_weight += weight;
            for (sum, stage) in totals.stages.iter_mut().zip(stages) {
                *sum += stage * weight;
            }
        }
        if !sample.success {
            totals.failed += weight;
        }
        if side == Side::Current {
            self.of_period(sample, duration_ms, weight, cell);
        }
    }

    fn of_period(
        &mut self,
        sample: &OperationSample<'_>,
        duration_ms: f64,
        weight: f64,
        cell: usize,
    ) {
        self.sampled |= weight != 1.0;
        if !sample.success {
            self.errors.add(sample.operation, sample.error, weight);
        }
        if WAITS.contains(&sample.operation) {
            return;
        }
        self.slowest.add(&OperationSample {
            duration_ms,
            ..*sample
        });
        if let Some(agent) = sample.agent_id.filter(|_| sample.success) {
            let day = cell / self.grid.cells_a_day();
            self.peers
                .operations
                .add(agent, sample.operation, day, duration_ms);
        }
    }

    pub fn tool(&mut self, sample: &ToolSample<'_>) {
        let Some((side, cell)) = self.place(sample.at_ms) else {
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
        if let (Side::Current, Some(agent)) = (side, sample.agent_id) {
            let day = cell / self.grid.cells_a_day();
            self.peers
                .tools
                .add(agent, sample.tool, day, sample.duration_ms);
        }
    }

    pub fn task(&mut self, sample: &TaskSample<'_>) {
        let Some((side, cell)) = self.place(sample.at_ms) else {
            return;
        };
        let took_ms = sample
            .took_ms
            .filter(|took| took.is_finite() && 0.0 <= *took);
        self.work
            .task(sample.agent_id, side, sample.completed, took_ms);
        if let (Side::Current, Some(took_ms), true) = (side, took_ms, sample.completed) {
            let kind = sample.kind.unwrap_or(NO_KIND);
            let day = cell / self.grid.cells_a_day();
            self.peers.tasks.add(sample.agent_id, kind, day, took_ms);
        }
    }

    pub fn assessment(&mut self, sample: &QualitySample<'_>) {
        let Some((side, _)) = self.place(sample.at_ms) else {
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
        if let Some(agent) = sample.agent_id.filter(|_| !sample.automatic) {
            self.work.quality(agent, side, sample.overall);
        }
    }

    pub fn agent(&mut self, row: AgentRow) {
        self.agents.push(row);
    }

    pub fn election(&mut self, row: ElectionRow) {
        self.elections.push(row);
    }

    /// What the server recorded of itself.
    pub fn age(&mut self, age: Age) {
        self.age = age;
    }

    /// The report that was kept of an earlier period, whose recommendations are followed up.
    pub fn earlier(&mut self, report: Report) {
        self.earlier = Some(Box::new(report));
    }

    /// One sentence about something that the numbers do not cover.
    pub fn gap(&mut self, sentence: impl Into<String>) {
        self.gaps.push(sentence.into());
    }

    /// Keeps the slowest of one operation in place of the slowest of all.
    #[must_use]
    pub fn slowest_of(mut self, operation: &str) -> Self {
        self.slowest = Slowest::of(operation);
        self
    }

    /// Takes over what another builder gathered from other records of the same period.
    pub fn merge(&mut self, other: Self) {
        for (name, entry) in other.operations.into_sorted() {
            let own = self.operations.item(&name);
            own.both.merge(&entry.both, OperationTotals::merge);
            own.history.merge(&entry.history);
        }
        self.slowest.merge(other.slowest);
        self.errors.merge(other.errors);
        self.peers.operations.merge(&other.peers.operations);
        self.gaps.extend(other.gaps);
        self.sampled |= other.sampled;
    }

    #[must_use]
    pub fn finish(self) -> Report {
        finish::finish(self)
    }

    fn place(&self, at_ms: i64) -> Option<(Side, usize)> {
        Some((self.period.side(at_ms)?, self.grid.cell(at_ms)?))
    }
}

fn non_negative(ms: f64) -> f64 {
    if ms.is_finite() { ms.max(0.0) } else { 0.0 }
}

fn counted(weight: f64) -> f64 {
    if weight.is_finite() && 0.0 < weight {
        weight
    } else {
        1.0
    }
}
