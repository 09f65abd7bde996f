//! What a commit changed, for whoever watches the store. Owns the shapes and the place where
//! watchers stand; refuses to be waited for: a watcher is shown a commit after everybody in it was
//! answered, and costs the load of a flag while it does not look.
//!
//! Every change says how its row stands *after* the commit, never by how much it moved. So whoever
//! begins to watch, then waits for one write of its own, then reads [`Standing`], and then takes in
//! the changes shown since, has the state: what the reading saw already is put in place again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paceline_core::{AgentId, TaskId, Timestamp, agent, election, task};
use parking_lot::Mutex;

/// One commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// On the wall, just after the commit.
    pub at: Timestamp,
    /// Tasks by status after the commit, in the order of [`task::Status::ALL`].
    pub counts: [u64; 7],
    /// In the order in which they were made.
    pub list: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Task(TaskChange),
    /// Came in, or said something about itself. Its running tasks are not counted here.
    Agent(agent::Agent),
    /// Broke its silence, and is healthy for it.
    Seen {
        agent_id: AgentId,
        at: Timestamp,
    },
    Judged {
        agent_id: AgentId,
        health: agent::Health,
    },
    Left(AgentId),
    /// How many tasks the agent has ended, in all its life.
    Figures {
        agent_id: AgentId,
        completed: u64,
        failed: u64,
    },
    Election(election::State),
    /// Rows came from files, more than are worth telling one by one.
    Imported,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TaskChange {
    pub task_id: TaskId,
    /// `None`: only its score moved.
    pub event: Option<task::Event>,
    pub by: Option<AgentId>,
    /// Who ran it until then.
    pub held_by: Option<AgentId>,
    pub status: task::Status,
    pub agent_type: Option<String>,
    pub calculated_priority: f64,
    pub assigned_to: Option<AgentId>,
    /// The first [`SUMMARY_LENGTH`] characters of its summary, or of its description.
    pub summary: String,
    pub submitted_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub retries: u32,
}

pub const SUMMARY_LENGTH: usize = 140;

/// What a watcher begins with, as of one commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Those that have not left, in order of registration, up to a limit; and how many there are.
    pub agents: Vec<agent::Agent>,
    pub agents_total: u64,
    /// Completed and failed, by agent.
    pub figures: Vec<(AgentId, u64, u64)>,
    pub running: Vec<(TaskId, AgentId)>,
    pub counts: [u64; 7],
    /// Elections that have a leader.
    pub elections: Vec<election::State>,
    /// The last events of tasks, oldest first, each with its moment and its task as it is now.
    pub recent: Vec<(Timestamp, TaskChange)>,
}

type See = Box<dyn Fn(&Arc<Changes>) + Send + Sync>;

/// Somebody who looks while `open` says so. Called on the writer's thread, so it must not wait.
pub struct Watch {
    open: Arc<AtomicBool>,
    see: See,
}

impl Watch {
    pub fn while_open(
        open: Arc<AtomicBool>,
        see: impl Fn(&Arc<Changes>) + Send + Sync + 'static,
    ) -> Self {
        let see = Box::new(see);
        Self { open, see }
    }

    fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }
}

/// Everybody who watches one store.
#[derive(Default)]
pub struct Watches(Mutex<Vec<Watch>>);

impl Watches {
    pub fn add(&self, watch: Watch) {
        self.0.lock().push(watch);
    }

    /// Whether what a commit changes need be noted at all.
    #[must_use]
    pub fn any_open(&self) -> bool {
        self.0.lock().iter().any(Watch::is_open)
    }

    pub fn show(&self, changes: Changes) {
        let changes = Arc::new(changes);
        for watch in self.0.lock().iter().filter(|watch| watch.is_open()) {
            (watch.see)(&changes);
        }
    }
}

/// The beginning of a task's words, for a list.
#[must_use]
pub fn summary_of(summary: Option<&str>, description: &str) -> String {
    let text = summary.filter(|text| !text.is_empty());
    let text = text.unwrap_or(description);
    text.chars().take(SUMMARY_LENGTH).collect()
}
