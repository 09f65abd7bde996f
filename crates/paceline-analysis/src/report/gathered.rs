//! All that was gathered of a period before anything is concluded. Owns the totals as one value, so
//! that who gathers and who concludes need not know each other; refuses to do either.

use super::age::Age;
use super::errors::ErrorCounts;
use super::history::{Grid, History};
use super::judge::{FALSE_SHARE, Peers};
use super::model::{AgentRow, AlertRow, ElectionRow, Report};
use super::named::Named;
use super::slowest::Slowest;
use super::totals::{Both, OperationTotals, ScoreTotals, ToolEntry};
use super::work::Work;
use crate::period::Period;

#[derive(Debug)]
pub(super) struct Gathered {
    pub period: Period,
    pub grid: Grid,
    pub operations: Named<OperationEntry>,
    pub tools: Named<ToolEntry>,
    pub slowest: Slowest,
    pub errors: ErrorCounts,
    pub agents: Vec<AgentRow>,
    pub work: Work,
    pub peers: PeersBy,
    pub assessed: Both<ScoreTotals>,
    pub automatic: Both<ScoreTotals>,
    pub elections: Vec<ElectionRow>,
    pub alerts: Vec<AlertRow>,
    pub age: Age,
    pub earlier: Option<Box<Report>>,
    pub gaps: Vec<String>,
    pub sampled: bool,
}

#[derive(Debug, Default)]
pub(super) struct OperationEntry {
    pub both: Both<OperationTotals>,
    pub history: History,
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

impl Gathered {
    pub fn nothing(period: Period) -> Self {
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
            alerts: Vec::new(),
            age: Age::default(),
            earlier: None,
            gaps: Vec::new(),
            sampled: false,
        }
    }
}
