//! The fleet as the feed tells it. Owns putting rows that changed over those that are known; refuses
//! to order or to judge them.

use std::collections::{BTreeMap, VecDeque};

use paceline_api::{
    AgentActivity, AgentHealth, LeaderState, LiveAgentRows, LiveEvent, LiveFleet, LiveFleetAgent,
    LiveQueue, LiveRates, LiveWaiting,
};
use serde::Serialize;

use super::screen::Screen;

const EVENTS_MAX: usize = 500;
/// Over which an agent's operations are averaged.
const RATE_SECONDS: usize = 5;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Fleet {
    #[serde(skip)]
    agents: BTreeMap<u32, AgentRow>,
    pub agents_left_out: u64,
    pub queue: Option<LiveQueue>,
    pub waiting: LiveWaiting,
    pub rates: LiveRates,
    pub leaders: Vec<LeaderState>,
    /// Newest first.
    pub events: VecDeque<LiveEvent>,
    /// In whose time the frames are.
    pub at_ms: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct AgentRow {
    pub agent_id: String,
    pub name: String,
    pub kind: String,
    pub health: AgentHealth,
    pub status: AgentActivity,
    pub running: u32,
    pub completed: u64,
    pub failed: u64,
    pub operations: u64,
    pub errors: u64,
    pub changed_at_ms: i64,
    pub task: Option<String>,
    /// Counts of operations of the last seconds, oldest first.
    #[serde(skip)]
    past: VecDeque<u64>,
}

impl AgentRow {
    fn new(about: LiveFleetAgent) -> Self {
        Self {
            name: about.name.unwrap_or_else(|| about.agent_id.clone()),
            kind: about.role.unwrap_or_else(|| about.agent_types.join(",")),
            agent_id: about.agent_id,
            health: AgentHealth::Healthy,
            status: AgentActivity::Active,
            running: 0,
            completed: 0,
            failed: 0,
            operations: 0,
            errors: 0,
            changed_at_ms: about.registered_at_ms,
            task: None,
            past: VecDeque::new(),
        }
    }

    /// Unknown until it was watched for a second.
    pub fn operations_per_second(&self) -> Option<f64> {
        let seconds = self
            .past
            .len()
            .checked_sub(1)
            .filter(|&seconds| 0 < seconds)?;
        let (first, last) = (self.past.front()?, self.past.back()?);
        Some(last.saturating_sub(*first) as f64 / seconds as f64)
    }
}

impl Fleet {
    pub fn apply(&mut self, frame: LiveFleet) {
        if frame.full {
            *self = Self::default();
        }
        self.at_ms = frame.at.as_millis();
        for about in frame.new {
            let reference = about.reference;
            let described = AgentRow::new(about);
            match self.agents.get_mut(&reference) {
                Some(known) => (known.name, known.kind) = (described.name, described.kind),
                None => drop(self.agents.insert(reference, described)),
            }
        }
        if let Some(rows) = frame.agents {
            self.rows(&rows);
        }
        for reference in frame.gone {
            self.agents.remove(&reference);
        }
        self.agents_left_out = frame.agents_left_out;
        self.queue = frame.queue.or(self.queue);
        self.waiting = frame.waiting.unwrap_or(self.waiting);
        self.rates = frame.rates.unwrap_or(self.rates);
        if let Some(leaders) = frame.leaders {
            self.leaders = leaders;
        }
        for event in frame.events {
            self.events.push_front(event);
        }
        self.events.truncate(EVENTS_MAX);
    }

    fn rows(&mut self, rows: &LiveAgentRows) {
        for (line, reference) in rows.refs.iter().enumerate() {
            // An agent that was left out of `new` is not shown.
            let Some(agent) = self.agents.get_mut(reference) else {
                continue;
            };
            let number = |column: &Option<Vec<u64>>| {
                let column = column.as_ref();
                column
                    .and_then(|column| column.get(line).copied())
                    .unwrap_or(0)
            };
            agent.health = rows.health.get(line).copied().unwrap_or(agent.health);
            agent.status = rows.status.get(line).copied().unwrap_or(agent.status);
            agent.running = rows.running.get(line).copied().unwrap_or(0);
            agent.completed = number(&rows.completed);
            agent.failed = number(&rows.failed);
            agent.operations = number(&rows.operations);
            agent.errors = number(&rows.errors);
            agent.changed_at_ms = rows.changed_at_ms.get(line).copied().unwrap_or(0);
            agent.task = rows.tasks.get(line).cloned().flatten();
        }
    }

    /// Once a second.
    pub fn tick(&mut self) {
        for agent in self.agents.values_mut() {
            if RATE_SECONDS < agent.past.len() {
                agent.past.pop_front();
            }
            agent.past.push_back(agent.operations);
        }
    }

    pub fn is_known(&self) -> bool {
        self.queue.is_some()
    }

    pub fn agents(&self) -> impl Iterator<Item = &AgentRow> {
        self.agents.values()
    }

    pub fn events(&self, screen: &Screen) -> Vec<&LiveEvent> {
        let is_wanted = |event: &&LiveEvent| screen.wants(&[event.text.as_str()]);
        self.events.iter().filter(is_wanted).collect()
    }

    /// In the order of [`AgentHealth::ALL`].
    pub fn by_health(&self) -> [usize; 4] {
        let count = |health: &AgentHealth| self.agents().filter(|a| a.health == *health).count();
        [
            count(&AgentHealth::Healthy),
            count(&AgentHealth::Warning),
            count(&AgentHealth::Stale),
            count(&AgentHealth::Dead),
        ]
    }

    /// Agents that run a task.
    pub fn at_work(&self) -> usize {
        self.agents().filter(|agent| 0 < agent.running).count()
    }

    /// The agent's name where it has one.
    pub fn name_of<'a>(&'a self, agent_id: &'a str) -> &'a str {
        let known = self.agents().find(|agent| agent.agent_id == agent_id);
        known.map_or(agent_id, |agent| &agent.name)
    }
}

#[cfg(test)]
pub mod tests {
    use paceline_api::{LiveEventKind, Timestamp};

    use super::*;

    pub fn about(reference: u32, name: &str) -> LiveFleetAgent {
        LiveFleetAgent {
            reference,
            agent_id: format!("agt_{reference}"),
            name: Some(name.to_owned()),
            role: Some("code".to_owned()),
            agent_types: vec!["code".to_owned()],
            registered_at_ms: 0,
        }
    }

    pub fn rows(rows: &[(u32, AgentHealth, u64)]) -> LiveAgentRows {
        LiveAgentRows {
            refs: rows.iter().map(|row| row.0).collect(),
            health: rows.iter().map(|row| row.1).collect(),
            status: rows.iter().map(|_| AgentActivity::Working).collect(),
            running: rows.iter().map(|_| 1).collect(),
            completed: Some(rows.iter().map(|row| row.2).collect()),
            failed: Some(rows.iter().map(|_| 0).collect()),
            operations: Some(rows.iter().map(|row| row.2 * 10).collect()),
            errors: Some(rows.iter().map(|_| 0).collect()),
            changed_at_ms: rows.iter().map(|_| 0).collect(),
            tasks: rows.iter().map(|_| Some("tsk_1".to_owned())).collect(),
        }
    }

    pub fn fleet(agents: &[(u32, AgentHealth, u64)]) -> LiveFleet {
        LiveFleet {
            full: true,
            at: Timestamp(1_000_000),
            new: agents
                .iter()
                .map(|row| about(row.0, &format!("code-{}", row.0)))
                .collect(),
            agents: Some(rows(agents)),
            queue: Some(LiveQueue::default()),
            ..LiveFleet::default()
        }
    }

    #[test]
    fn later_frames_change_what_they_name_and_nothing_else() {
        let mut known = Fleet::default();
        known.apply(fleet(&[
            (0, AgentHealth::Healthy, 1),
            (1, AgentHealth::Healthy, 2),
            (2, AgentHealth::Healthy, 3),
        ]));
        known.apply(LiveFleet {
            new: vec![about(3, "late")],
            agents: Some(rows(&[
                (1, AgentHealth::Dead, 5),
                (9, AgentHealth::Dead, 9),
            ])),
            gone: vec![2],
            ..LiveFleet::default()
        });
        let shown: Vec<_> = known
            .agents()
            .map(|a| (a.name.as_str(), a.completed))
            .collect();
        assert_eq!(shown, [("code-0", 1), ("code-1", 5), ("late", 0)]);
        assert_eq!(known.by_health(), [2, 0, 0, 1]);
        assert!(
            known.queue.is_some(),
            "the queue was not in the second frame"
        );
    }

    #[test]
    fn a_full_frame_begins_anew() {
        let mut known = Fleet::default();
        known.apply(fleet(&[(0, AgentHealth::Healthy, 1)]));
        known.apply(fleet(&[(7, AgentHealth::Stale, 1)]));
        let names: Vec<_> = known.agents().map(|agent| agent.name.as_str()).collect();
        assert_eq!(names, ["code-7"]);
    }

    #[test]
    fn a_rate_is_known_after_a_second_and_forgets_what_is_long_ago() {
        let mut known = Fleet::default();
        let rate = |known: &Fleet| known.agents().next().unwrap().operations_per_second();
        known.apply(fleet(&[(0, AgentHealth::Healthy, 0)]));
        known.tick();
        assert_eq!(rate(&known), None);
        for second in 1..=5 {
            known.apply(LiveFleet {
                agents: Some(rows(&[(0, AgentHealth::Healthy, second)])),
                ..LiveFleet::default()
            });
            known.tick();
            assert_eq!(rate(&known), Some(10.0));
        }
        (0..5).for_each(|_| known.tick());
        assert_eq!(rate(&known), Some(0.0));
    }

    #[test]
    fn events_stand_newest_first_and_are_bounded() {
        let mut known = Fleet::default();
        let event = |n| LiveEvent {
            n,
            at_ms: 0,
            kind: LiveEventKind::TaskCompleted,
            agent_id: None,
            task_id: None,
            text: String::new(),
        };
        known.apply(LiveFleet {
            events: (0..EVENTS_MAX as u64 + 10).map(event).collect(),
            ..LiveFleet::default()
        });
        assert_eq!(known.events.len(), EVENTS_MAX);
        assert_eq!(known.events[0].n, EVENTS_MAX as u64 + 9);
    }
}
