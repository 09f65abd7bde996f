//! From a stream of records to a report. Owns the totals while they are being gathered, in memory
//! that does not grow with the number of records; refuses to keep the records, and to conclude
//! anything before the last has come.

use super::age::Age;
use super::finish;
use super::gathered::Gathered;
use super::model::{AgentRow, AlertRow, ElectionRow, Report};
use super::samples::{OperationSample, QualitySample, TaskSample, ToolSample};
use super::scope::WAITS;
use super::slowest::Slowest;
use super::totals::OperationTotals;
use crate::period::{Period, Side};

/// What tasks without a kind are compared with: each other.
const NO_KIND: &str = "(no kind)";

#[derive(Debug)]
pub struct ReportBuilder {
    gathered: Gathered,
}

impl ReportBuilder {
    #[must_use]
    pub fn new(period: Period) -> Self {
        Self {
            gathered: Gathered::nothing(period),
        }
    }

    #[must_use]
    pub fn period(&self) -> &Period {
        &self.gathered.period
    }

    /// Records outside both periods are passed over.
    pub fn operation(&mut self, sample: &OperationSample<'_>) {
        let Some((side, cell)) = self.place(sample.at_ms) else {
            return;
        };
        let duration_ms = non_negative(sample.duration_ms);
        let weight = counted(sample.weight);
        let stages_ms = sample.stages_ms.map(|stages| stages.map(non_negative));
        let entry = self.gathered.operations.item(sample.operation);
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
        self.gathered.sampled |= weight != 1.0;
        if !sample.success {
            self.gathered
                .errors
                .add(sample.operation, sample.error, weight);
        }
        if WAITS.contains(&sample.operation) {
            return;
        }
        self.gathered.slowest.add(&OperationSample {
            duration_ms,
            ..*sample
        });
        if let Some(agent) = sample.agent_id.filter(|_| sample.success) {
            let day = cell / self.gathered.grid.cells_a_day();
            self.gathered
                .peers
                .operations
                .add(agent, sample.operation, day, duration_ms);
        }
    }

    pub fn tool(&mut self, sample: &ToolSample<'_>) {
        let Some((side, cell)) = self.place(sample.at_ms) else {
            return;
        };
        let entry = self.gathered.tools.item(sample.tool);
        if entry.category.is_none() {
            entry.category = sample.category.map(str::to_owned);
        }
        let totals = entry.both.side(side);
        totals.durations.record(sample.duration_ms, 1.0);
        totals.failed += u64::from(!sample.success);
        totals.success_reported += u64::from(sample.success_reported);
        if let (Side::Current, Some(agent)) = (side, sample.agent_id) {
            let day = cell / self.gathered.grid.cells_a_day();
            self.gathered
                .peers
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
        self.gathered
            .work
            .task(sample.agent_id, side, sample.completed, took_ms);
        if let (Side::Current, Some(took_ms), true) = (side, took_ms, sample.completed) {
            let kind = sample.kind.unwrap_or(NO_KIND);
            let day = cell / self.gathered.grid.cells_a_day();
            self.gathered
                .peers
                .tasks
                .add(sample.agent_id, kind, day, took_ms);
        }
    }

    pub fn assessment(&mut self, sample: &QualitySample<'_>) {
        let Some((side, _)) = self.place(sample.at_ms) else {
            return;
        };
        let both = if sample.automatic {
            &mut self.gathered.automatic
        } else {
            &mut self.gathered.assessed
        };
        let totals = both.side(side);
        totals.count += 1;
        totals.overall += sample.overall;
        for (sum, score) in totals.scores.iter_mut().zip(sample.scores) {
            *sum += score;
        }
        if let Some(agent) = sample.agent_id.filter(|_| !sample.automatic) {
            self.gathered.work.quality(agent, side, sample.overall);
        }
    }

    pub fn agent(&mut self, row: AgentRow) {
        self.gathered.agents.push(row);
    }

    pub fn election(&mut self, row: ElectionRow) {
        self.gathered.elections.push(row);
    }

    pub fn alert(&mut self, row: AlertRow) {
        self.gathered.alerts.push(row);
    }

    /// What the server recorded of itself.
    pub fn age(&mut self, age: Age) {
        self.gathered.age = age;
    }

    /// The report that was kept of an earlier period, whose recommendations are followed up.
    pub fn earlier(&mut self, report: Report) {
        self.gathered.earlier = Some(Box::new(report));
    }

    /// One sentence about something that the numbers do not cover.
    pub fn gap(&mut self, sentence: impl Into<String>) {
        self.gathered.gaps.push(sentence.into());
    }

    /// Keeps the slowest of one operation in place of the slowest of all.
    #[must_use]
    pub fn slowest_of(mut self, operation: &str) -> Self {
        self.gathered.slowest = Slowest::of(operation);
        self
    }

    /// Takes over what another builder gathered from other records of the same period.
    pub fn merge(&mut self, other: Self) {
        for (name, entry) in other.gathered.operations.into_sorted() {
            let own = self.gathered.operations.item(&name);
            own.both.merge(&entry.both, OperationTotals::merge);
            own.history.merge(&entry.history);
        }
        self.gathered.slowest.merge(other.gathered.slowest);
        self.gathered.errors.merge(other.gathered.errors);
        self.gathered
            .peers
            .operations
            .merge(&other.gathered.peers.operations);
        self.gathered.gaps.extend(other.gathered.gaps);
        self.gathered.sampled |= other.gathered.sampled;
    }

    #[must_use]
    pub fn finish(self) -> Report {
        finish::finish(self.gathered)
    }

    fn place(&self, at_ms: i64) -> Option<(Side, usize)> {
        Some((
            self.gathered.period.side(at_ms)?,
            self.gathered.grid.cell(at_ms)?,
        ))
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
