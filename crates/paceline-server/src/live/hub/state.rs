//! How things stand, as of the last note that was taken in. Owns the versions: every change of
//! something that a frame shows has a higher one than all before it. Refuses to know frames, and to
//! wait for anything.
//!
//! Taking in the same changes again changes nothing in the end, because each says how its row stands
//! after it.

use std::collections::{BTreeMap, HashMap};

use paceline_core::agent::{Agent, Health};
use paceline_core::task::Status;
use paceline_core::{AgentId, ElectionName, Timestamp, election};
use paceline_store::{Change, Changes, Standing, TaskChange};

use super::agents::Agents;
use super::events::{self, Events, Told};
use super::followed::Followed;
use super::inbox::{Closed, Note};
use super::moments::Moments;
use super::tasks::Tasks;
use crate::recorder::counts::AgentCounts;

#[derive(Default)]
pub struct State {
    /// Another one: numbers and counts began anew.
    pub boot: String,
    /// Rises with every reading of everything; who saw an older one begins anew.
    pub generation: u64,
    pub version: u64,
    /// Nothing is missing.
    pub is_current: bool,
    pub agents: Agents,
    pub tasks: Tasks,
    pub events: Events,
    pub moments: Moments,
    /// Those that were ever seen with a leader.
    pub elections: BTreeMap<ElectionName, election::State>,
    pub elections_version: u64,
    /// Tasks by status.
    pub counts: [u64; 7],
    pub counts_version: u64,
    pub oldest_ready_ms: Option<i64>,
    pub followed: HashMap<String, Followed>,
}

impl State {
    /// Everything anew. Events go on where there are some.
    pub fn load(&mut self, standing: Standing, counts: &AgentCounts) {
        self.generation += 1;
        self.version += 1;
        self.is_current = true;
        self.agents = self.agents.emptied();
        for agent in &standing.agents {
            self.agents.put(agent, agent.last_seen_at.0, self.version);
            if let Some(row) = self.agents.get_mut(agent.agent_id.as_str()) {
                row.counted = counts.of(agent.agent_id.as_str());
            }
        }
        self.agents.left_out = standing
            .agents_total
            .saturating_sub(standing.agents.len() as u64);
        for (agent, completed, failed) in standing.figures {
            if let Some(row) = self.agents.get_mut(agent.as_str()) {
                (row.completed, row.failed) = (completed, failed);
            }
        }
        for (task, agent) in standing.running {
            if let Some(row) = self.agents.get_mut(agent.as_str()) {
                row.runs(&task);
            }
        }
        for (agent_id, followed) in &mut self.followed {
            let found = standing
                .agents
                .iter()
                .find(|one| one.agent_id.as_str() == agent_id);
            followed.version = self.version;
            match found {
                Some(agent) => followed.is(agent),
                // Beyond the limit, it may still be there.
                None => followed.has_left = self.agents.left_out == 0,
            }
        }
        self.counts = standing.counts;
        self.elections = standing
            .elections
            .into_iter()
            .map(|state| (state.election.clone(), state))
            .collect();
        let knows_events = self.events.newest() != 0;
        for (at, task) in standing.recent {
            if !knows_events && let Some(told) = events::of_task(&task, &self.agents) {
                self.tell(told, at.0);
            }
            self.version += 1;
            self.tasks.put(task, at.0, self.version);
        }
        (self.counts_version, self.elections_version) = (self.version, self.version);
    }

    pub fn take(&mut self, note: Note) {
        match note {
            Note::Commit(changes) => self.commit(&changes),
            Note::Closed(closed) => self.closed(closed),
            Note::ToolCall(call) => {
                if let Some(followed) = self.followed.get_mut(&call.agent_id) {
                    self.version += 1;
                    followed.version = self.version;
                    followed.called(call);
                }
            }
        }
    }

    fn closed(&mut self, closed: Closed) {
        self.version += 1;
        if let (Some(counted), Some(row)) = (closed.counted, self.agents.get_mut(&closed.agent_id))
            && row.counted.operations < counted.operations
        {
            row.counted = counted;
            row.touch(closed.at_ms, self.version);
            self.moments.put(self.version, closed.at_ms);
        }
        if let Some(followed) = self.followed.get_mut(&closed.agent_id) {
            followed.version = self.version;
            followed.closed(closed);
        }
    }

    fn commit(&mut self, changes: &Changes) {
        for change in &changes.list {
            self.version += 1;
            self.change(change, changes.at.0);
            // A sign of life alone shows nowhere in the fleet.
            if !matches!(change, Change::Seen { .. } | Change::Imported) {
                self.moments.put(self.version, changes.at.0);
            }
        }
        if self.counts != changes.counts {
            self.version += 1;
            (self.counts, self.counts_version) = (changes.counts, self.version);
        }
    }

    fn change(&mut self, change: &Change, at_ms: i64) {
        match change {
            Change::Task(task) => self.task(task, at_ms),
            Change::Agent(agent) => self.agent(agent, at_ms),
            Change::Seen { agent_id, at } => self.seen(agent_id, *at, at_ms),
            Change::Judged { agent_id, health } => self.judged(agent_id, *health, at_ms),
            Change::Left(agent) => self.left(agent, at_ms),
            Change::Figures {
                agent_id,
                completed,
                failed,
            } => {
                if let Some(row) = self.agents.get_mut(agent_id.as_str())
                    && (row.completed, row.failed) != (*completed, *failed)
                {
                    (row.completed, row.failed) = (*completed, *failed);
                    row.touch(at_ms, self.version);
                }
            }
            Change::Election(state) => self.election(state, at_ms),
            Change::Imported => self.is_current = false,
        }
    }

    fn task(&mut self, task: &TaskChange, at_ms: i64) {
        let holder = task
            .assigned_to
            .as_ref()
            .filter(|_| task.status == Status::Running);
        if let Some(row) = holder.and_then(|agent| self.agents.get_mut(agent.as_str()))
            && row.runs(&task.task_id)
        {
            row.touch(at_ms, self.version);
        }
        let former = task.held_by.as_ref().filter(|agent| holder != Some(*agent));
        if let Some(row) = former.and_then(|agent| self.agents.get_mut(agent.as_str()))
            && row.stopped(&task.task_id)
        {
            row.touch(at_ms, self.version);
        }
        if let Some(told) = events::of_task(task, &self.agents) {
            self.tell(told, at_ms);
        }
        self.tasks.put(task.clone(), at_ms, self.version);
    }

    fn agent(&mut self, agent: &Agent, at_ms: i64) {
        if self.agents.put(agent, at_ms, self.version) {
            let title = agent.name.as_deref().unwrap_or(agent.agent_id.as_str());
            self.tell(events::joined(&agent.agent_id, title), at_ms);
        }
        self.follow(&agent.agent_id, |followed| followed.is(agent));
    }

    /// Only that it is healthy again is news to the fleet.
    fn seen(&mut self, agent: &AgentId, at: Timestamp, at_ms: i64) {
        self.judged(agent, Health::Healthy, at_ms);
        self.follow(agent, |followed| followed.seen(at));
    }

    fn judged(&mut self, agent: &AgentId, health: Health, at_ms: i64) {
        if let Some(row) = self.agents.get_mut(agent.as_str())
            && row.health != health
        {
            row.health = health;
            row.touch(at_ms, self.version);
            let told = events::judged(agent, self.agents.title(agent), health);
            self.tell(told, at_ms);
        }
        self.follow(agent, |followed| followed.judged(health));
    }

    fn left(&mut self, agent: &AgentId, at_ms: i64) {
        let row = self.agents.remove(agent, self.version);
        let name = row.and_then(|row| row.name);
        let told = events::left(agent, name.as_deref().unwrap_or(agent.as_str()));
        self.tell(told, at_ms);
        self.follow(agent, |followed| followed.has_left = true);
    }

    fn follow(&mut self, agent: &AgentId, change: impl FnOnce(&mut Followed)) {
        if let Some(followed) = self.followed.get_mut(agent.as_str()) {
            followed.version = self.version;
            followed.told += 1;
            change(followed);
        }
    }

    fn election(&mut self, state: &election::State, at_ms: i64) {
        let before = self.elections.insert(state.election.clone(), state.clone());
        self.elections_version = self.version;
        let reign = |state: &election::State| (state.leader.clone(), state.epoch);
        let had = before.as_ref().map(reign).unwrap_or_default();
        if had.0 != state.leader || (state.leader.is_some() && had.1 != state.epoch) {
            self.tell(events::leader_changed(state, &self.agents), at_ms);
        }
    }

    fn tell(&mut self, told: Told, at_ms: i64) {
        self.events.put(|n| told.numbered(n, at_ms));
    }
}
