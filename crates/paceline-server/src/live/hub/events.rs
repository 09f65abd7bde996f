//! What is worth telling people. Owns the last of it, numbered without a gap, and its words;
//! refuses to be history, which the store is.

use paceline_api::{LiveEvent, LiveEventKind};
use paceline_core::agent::Health;
use paceline_core::election::State;
use paceline_core::task::Event;
use paceline_core::{AgentId, TaskId};
use paceline_store::TaskChange;

use super::agents::Agents;
use super::ring::Ring;
use crate::live::limits::{EVENT_TEXT_LENGTH, EVENTS_KEPT_MAX};

pub type Events = Ring<LiveEvent, EVENTS_KEPT_MAX>;

/// An event without its number.
pub struct Told {
    kind: LiveEventKind,
    agent_id: Option<AgentId>,
    task_id: Option<TaskId>,
    text: String,
}

impl Told {
    pub fn numbered(self, n: u64, at_ms: i64) -> LiveEvent {
        LiveEvent {
            n,
            at_ms,
            kind: self.kind,
            agent_id: self.agent_id.map(AgentId::into_string),
            task_id: self.task_id.map(TaskId::into_string),
            text: self.text.chars().take(EVENT_TEXT_LENGTH).collect(),
        }
    }
}

/// What a task's change is worth telling.
pub fn of_task(task: &TaskChange, agents: &Agents) -> Option<Told> {
    let who = task.held_by.as_ref().or(task.by.as_ref());
    let name = who.map_or("somebody", |who| agents.title(who));
    let summary = &task.summary;
    let (kind, text) = match task.event? {
        Event::Completed => (
            LiveEventKind::TaskCompleted,
            format!("{name} completed “{summary}”"),
        ),
        Event::Failed => (
            LiveEventKind::TaskFailed,
            format!("{name} failed “{summary}”"),
        ),
        Event::WillRetry => (
            LiveEventKind::TaskRetried,
            format!("{name} failed “{summary}”; it will be tried again"),
        ),
        Event::LeaseExpired => (
            LiveEventKind::TaskLeaseExpired,
            format!("the lease of {name} on “{summary}” ran out"),
        ),
        Event::Cancelled => (
            LiveEventKind::TaskCancelled,
            format!("“{summary}” was cancelled"),
        ),
        Event::CascadeCancelled => (
            LiveEventKind::TaskCancelled,
            format!("“{summary}” was cancelled with what it waited for"),
        ),
        Event::Submitted
        | Event::BecameReady
        | Event::Claimed
        | Event::Renewed
        | Event::Released
        | Event::AgentDied
        | Event::AgentLeft
        | Event::Updated => return None,
    };
    Some(Told {
        kind,
        agent_id: who.cloned(),
        task_id: Some(task.task_id.clone()),
        text,
    })
}

fn of_agent(kind: LiveEventKind, agent: &AgentId, text: String) -> Told {
    Told {
        kind,
        agent_id: Some(agent.clone()),
        task_id: None,
        text,
    }
}

pub fn joined(agent: &AgentId, title: &str) -> Told {
    of_agent(LiveEventKind::AgentJoined, agent, format!("{title} joined"))
}

pub fn left(agent: &AgentId, title: &str) -> Told {
    of_agent(LiveEventKind::AgentLeft, agent, format!("{title} left"))
}

pub fn judged(agent: &AgentId, title: &str, health: Health) -> Told {
    let (kind, words) = match health {
        Health::Healthy => (LiveEventKind::AgentRecovered, "is heard of again"),
        Health::Warning => (LiveEventKind::AgentWarning, "has been silent for a while"),
        Health::Stale => (LiveEventKind::AgentStale, "has been silent for long"),
        Health::Dead => (
            LiveEventKind::AgentDead,
            "is taken for dead; its tasks are free",
        ),
    };
    of_agent(kind, agent, format!("{title} {words}"))
}

pub fn leader_changed(state: &State, agents: &Agents) -> Told {
    let (election, epoch) = (&state.election, state.epoch);
    let text = match &state.leader {
        Some(leader) => format!("{} leads `{election}`, epoch {epoch}", agents.title(leader)),
        None => format!("`{election}` has no leader since epoch {epoch} ended"),
    };
    Told {
        kind: LiveEventKind::LeaderChanged,
        agent_id: state.leader.clone(),
        task_id: None,
        text,
    }
}
