//! Agents as the hub knows them. Owns their rows, each with the version of its last change, and
//! the marks of those that left; refuses more agents than may be shown.

use std::collections::{BTreeMap, HashMap, VecDeque};

use paceline_core::agent::{Activity, Agent, Health};
use paceline_core::{AgentId, TaskId};

use crate::live::limits::{AGENTS_GONE_MAX, AGENTS_MAX};
use crate::recorder::counts::Counted;

pub struct AgentRow {
    pub agent_id: AgentId,
    pub name: Option<String>,
    pub role: Option<String>,
    pub agent_types: Vec<String>,
    pub registered_at_ms: i64,
    /// The version in which the five above changed last.
    pub described: u64,
    pub health: Health,
    pub activity: Activity,
    /// In the order of their claims.
    pub running: Vec<TaskId>,
    pub completed: u64,
    pub failed: u64,
    pub counted: Counted,
    pub changed_at_ms: i64,
    pub version: u64,
}

#[derive(Default)]
pub struct Agents {
    /// By reference.
    rows: BTreeMap<u32, AgentRow>,
    references: HashMap<AgentId, u32>,
    /// Versions and references of those that left, oldest first.
    gone: VecDeque<(u64, u32)>,
    /// Who has not seen this version cannot be told who left.
    forgotten: u64,
    next: u32,
    pub left_out: u64,
}

impl Agents {
    /// The same without anybody; references go on, so that none is given twice.
    pub fn emptied(&self) -> Self {
        Self {
            next: self.next,
            ..Self::default()
        }
    }

    /// Puts the agent in place; `true` when it was not there.
    pub fn put(&mut self, agent: &Agent, at_ms: i64, version: u64) -> bool {
        if let Some(row) = self.get_mut(agent.agent_id.as_str()) {
            row.describe(agent, version);
            (row.health, row.activity) = (agent.health, agent.activity);
            row.touch(at_ms, version);
            return false;
        }
        if AGENTS_MAX <= self.rows.len() {
            self.left_out += 1;
            return true;
        }
        let mut row = AgentRow {
            agent_id: agent.agent_id.clone(),
            name: None,
            role: None,
            agent_types: Vec::new(),
            registered_at_ms: 0,
            described: version,
            health: agent.health,
            activity: agent.activity,
            running: Vec::new(),
            completed: 0,
            failed: 0,
            counted: Counted::default(),
            changed_at_ms: at_ms,
            version,
        };
        row.describe(agent, version);
        self.references.insert(agent.agent_id.clone(), self.next);
        self.rows.insert(self.next, row);
        self.next += 1;
        true
    }

    pub fn remove(&mut self, agent: &AgentId, version: u64) -> Option<AgentRow> {
        let Some(reference) = self.references.remove(agent) else {
            self.left_out = self.left_out.saturating_sub(1);
            return None;
        };
        self.gone.push_back((version, reference));
        if AGENTS_GONE_MAX < self.gone.len()
            && let Some((version, _)) = self.gone.pop_front()
        {
            self.forgotten = version;
        }
        self.rows.remove(&reference)
    }

    pub fn get(&self, agent: &str) -> Option<&AgentRow> {
        self.rows.get(self.references.get(agent)?)
    }

    pub fn get_mut(&mut self, agent: &str) -> Option<&mut AgentRow> {
        self.rows.get_mut(self.references.get(agent)?)
    }

    /// As people call it.
    pub fn title<'a>(&'a self, agent: &'a AgentId) -> &'a str {
        let row = self.get(agent.as_str());
        row.and_then(|row| row.name.as_deref())
            .unwrap_or(agent.as_str())
    }

    pub fn changed_since(&self, version: u64) -> impl Iterator<Item = (u32, &AgentRow)> {
        let rows = self.rows.iter().map(|(reference, row)| (*reference, row));
        rows.filter(move |(_, row)| version < row.version)
    }

    /// `None` when some of them are forgotten.
    pub fn gone_since(&self, version: u64) -> Option<impl Iterator<Item = u32>> {
        let newer = self
            .gone
            .iter()
            .rev()
            .take_while(move |(at, _)| version < *at);
        (self.forgotten <= version).then(|| newer.map(|(_, reference)| *reference))
    }

    /// References below it have been given.
    pub fn next_reference(&self) -> u32 {
        self.next
    }
}

impl AgentRow {
    fn describe(&mut self, agent: &Agent, version: u64) {
        let is_same = (
            &self.name,
            &self.role,
            &self.agent_types,
            self.registered_at_ms,
        ) == (
            &agent.name,
            &agent.role,
            &agent.agent_types,
            agent.registered_at.0,
        );
        if !is_same {
            self.name.clone_from(&agent.name);
            self.role.clone_from(&agent.role);
            self.agent_types.clone_from(&agent.agent_types);
            self.registered_at_ms = agent.registered_at.0;
            self.described = version;
        }
    }

    pub fn touch(&mut self, at_ms: i64, version: u64) {
        self.changed_at_ms = self.changed_at_ms.max(at_ms);
        self.version = version;
    }

    /// Whether that is news.
    pub fn runs(&mut self, task: &TaskId) -> bool {
        let is_new = !self.running.contains(task);
        if is_new {
            self.running.push(task.clone());
        }
        is_new
    }

    /// Whether that is news.
    pub fn stopped(&mut self, task: &TaskId) -> bool {
        let before = self.running.len();
        self.running.retain(|one| one != task);
        self.running.len() < before
    }
}
