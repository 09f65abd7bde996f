//! What is gathered of each operation, tool and assessment, and the figures that come of it. Owns
//! the arithmetic of one side; refuses comparison.

use super::model::{OperationFigures, Scores, StageMeans, ToolFigures};
use crate::period::Side;
use crate::summary::{Durations, to_micros};

#[derive(Debug, Default)]
pub(super) struct Both<T> {
    pub current: T,
    pub previous: T,
}

impl<T> Both<T> {
    pub fn side(&mut self, side: Side) -> &mut T {
        match side {
            Side::Current => &mut self.current,
            Side::Previous => &mut self.previous,
        }
    }

    pub fn merge(&mut self, other: &Self, merge: impl Fn(&mut T, &T)) {
        merge(&mut self.current, &other.current);
        merge(&mut self.previous, &other.previous);
    }
}

#[derive(Debug, Default)]
pub(super) struct OperationTotals {
    pub durations: Durations,
    pub failed: f64,
    pub stages: [f64; 3],
    pub stages_weight: f64,
}

#[derive(Debug, Default)]
pub(super) struct ToolTotals {
    pub durations: Durations,
    pub failed: u64,
    pub success_reported: u64,
}

#[derive(Debug, Default)]
pub(super) struct ScoreTotals {
    pub count: u64,
    pub overall: f64,
    pub scores: [f64; 5],
}

#[derive(Debug, Default)]
pub(super) struct ToolEntry {
    pub category: Option<String>,
    pub both: Both<ToolTotals>,
}

impl OperationTotals {
    pub fn merge(&mut self, other: &Self) {
        self.durations.merge(&other.durations);
        self.failed += other.failed;
        self.stages_weight += other.stages_weight;
        for (sum, stage) in self.stages.iter_mut().zip(other.stages) {
            *sum += stage;
        }
    }

    pub fn has_records(&self) -> bool {
        0 < self.durations.count()
    }

    pub fn has_stages(&self) -> bool {
        0.0 < self.stages_weight
    }

    pub fn total_ms(&self) -> f64 {
        self.durations.total_ms()
    }

    pub fn figures(&self) -> Option<OperationFigures> {
        let durations = self.durations.summary()?;
        let failed = (self.failed.round() as u64).min(durations.count);
        let mean = |sum: f64| to_micros(sum / self.stages_weight);
        Some(OperationFigures {
            succeeded: durations.count - failed,
            failed,
            success_rate: 1.0 - failed as f64 / durations.count as f64,
            durations,
            stages_mean_ms: (0.0 < self.stages_weight).then(|| StageMeans {
                queue: mean(self.stages[0]),
                execute: mean(self.stages[1]),
                commit: mean(self.stages[2]),
            }),
        })
    }
}

impl ToolTotals {
    pub fn figures(&self) -> Option<ToolFigures> {
        let durations = self.durations.summary()?;
        Some(ToolFigures {
            failed: self.failed,
            failure_rate: self.failed as f64 / durations.count as f64,
            success_reported: self.success_reported,
            durations,
        })
    }
}

impl ScoreTotals {
    pub fn means(&self) -> Option<Scores> {
        let mean = |sum: f64| to_micros(sum / self.count as f64);
        let [
            completeness,
            code_quality,
            documentation,
            efficiency,
            impact,
        ] = self.scores.map(mean);
        (0 < self.count).then(|| Scores {
            count: self.count,
            overall_mean: mean(self.overall),
            completeness_mean: completeness,
            code_quality_mean: code_quality,
            documentation_mean: documentation,
            efficiency_mean: efficiency,
            impact_mean: impact,
        })
    }
}
