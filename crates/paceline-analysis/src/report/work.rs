//! What agents did in the period. Owns one short record an agent, of tasks that ended and of
//! assessments; refuses to rank.

use std::collections::HashMap;

use super::history::{Sketch, place};
use super::model::WorkRow;
use super::totals::Both;
use crate::period::Side;
use crate::summary::to_micros;

const ROWS_MAX: usize = 200;
/// Further agents are counted together.
const AGENTS_MAX: usize = 20_000;
/// The slowest of fewer tasks is no percentile.
const TAIL_MIN: u64 = 10;
const OTHER: &str = "(other)";

#[derive(Debug, Default)]
pub(super) struct Work {
    agents: HashMap<String, Both<AgentWork>>,
    /// Every task with both its times.
    pub timed: u64,
    pub untimed: u64,
}

#[derive(Debug, Default)]
struct AgentWork {
    completed: u64,
    failed: u64,
    durations: Sketch,
    quality_sum: f64,
    quality_count: u64,
}

impl Work {
    fn agent(&mut self, agent_id: &str, side: Side) -> &mut AgentWork {
        let known = self.agents.contains_key(agent_id) || self.agents.len() < AGENTS_MAX;
        let name = if known { agent_id } else { OTHER };
        self.agents.entry(name.to_owned()).or_default().side(side)
    }

    pub fn task(&mut self, agent_id: &str, side: Side, completed: bool, took_ms: Option<f64>) {
        if side == Side::Current {
            let timed = if took_ms.is_some() {
                &mut self.timed
            } else {
                &mut self.untimed
            };
            *timed += 1;
        }
        let work = self.agent(agent_id, side);
        if completed {
            work.completed += 1;
        } else {
            work.failed += 1;
        }
        if let Some(took_ms) = took_ms.filter(|_| completed) {
            work.durations.add(place(took_ms), 1.0);
        }
    }

    pub fn quality(&mut self, agent_id: &str, side: Side, overall: f64) {
        let work = self.agent(agent_id, side);
        work.quality_sum += overall;
        work.quality_count += 1;
    }

    /// The busiest first, and how many agents there are in all.
    pub fn rows(&self, name: impl Fn(&str) -> Option<String>) -> (Vec<WorkRow>, u64) {
        let did = |both: &Both<AgentWork>| {
            0 < both.current.completed + both.current.failed + both.current.quality_count
        };
        let rows = self.agents.iter().filter(|(_, both)| did(both));
        let mut rows: Vec<_> = rows.map(|(agent, both)| row(agent, both)).collect();
        rows.sort_by(|a, b| {
            let busiest = (b.completed, b.failed).cmp(&(a.completed, a.failed));
            busiest.then_with(|| a.agent_id.cmp(&b.agent_id))
        });
        let total = rows.len() as u64;
        rows.truncate(ROWS_MAX);
        rows.iter_mut()
            .for_each(|row| row.name = name(&row.agent_id));
        (rows, total)
    }
}

fn row(agent_id: &str, both: &Both<AgentWork>) -> WorkRow {
    let work = &both.current;
    let at = |share: f64| work.durations.quantile_ms(share).map(to_micros);
    let count = work.quality_count;
    WorkRow {
        agent_id: agent_id.to_owned(),
        name: None,
        completed: work.completed,
        failed: work.failed,
        task_p50_ms: at(0.50),
        task_p95_ms: at(0.95).filter(|_| TAIL_MIN <= work.completed),
        previous_completed: both.previous.completed,
        quality_mean: (0 < count).then(|| to_micros(work.quality_sum / count as f64)),
        quality_count: count,
    }
}
