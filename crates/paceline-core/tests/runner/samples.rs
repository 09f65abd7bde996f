//! Ordinary values for tests to vary. Refuses to be clever: one plain sample a kind.

use paceline_core::task::{Claim, Holder, NewTask, Source, State, Status};
use paceline_core::{AgentId, Now, Rejection, Steady, TaskId, Timestamp};

pub fn agent(name: &str) -> AgentId {
    AgentId::trusted(name)
}

pub fn task(name: &str) -> TaskId {
    TaskId::trusted(name)
}

/// Both clocks at `ms`, the wall one a year ahead, so that mixing them up shows.
pub fn at(ms: i64) -> Now {
    Now {
        wall: wall(ms),
        steady: Steady(ms),
    }
}

pub fn wall(ms: i64) -> Timestamp {
    Timestamp(ms + 365 * 86_400_000)
}

pub fn new_task(name: &str) -> NewTask {
    NewTask {
        task_id: task(name),
        description: "write the parser".into(),
        summary: None,
        source: Source::Human,
        agent_type: None,
        base_priority: 5,
        prerequisites: Vec::new(),
        deadline: None,
        not_before: None,
        estimated_duration_seconds: None,
        max_retries: 3,
        parent_task_id: None,
        session_id: None,
        input: None,
        submitted_by: None,
    }
}

/// A task in `status` that was claimed once, by `alice`, under fence 1.
pub fn state(status: Status) -> State {
    let running = status == Status::Running;
    State {
        task_id: task("t"),
        status,
        fence: 1,
        assigned_to: (running || status.is_finished()).then(|| agent("alice")),
        lease_deadline: running.then_some(Steady(1_000)),
        unmet_prerequisites: u32::from(status == Status::Blocked),
        not_before: (status == Status::Pending).then(|| wall(500)),
        retries: 0,
        max_retries: 3,
    }
}

pub fn holder(name: &str, fence: u64) -> Holder {
    Holder {
        task_id: task("t"),
        agent_id: agent(name),
        fence,
    }
}

pub fn claim(name: &str, lease_ms: i64) -> Claim {
    Claim {
        agent_id: agent(name),
        agent_types: Vec::new(),
        task_id: None,
        lease_ms,
    }
}

pub fn sentence<T>(result: Result<T, Rejection>) -> String {
    result
        .err()
        .map_or_else(|| "ok".into(), |rejection| rejection.to_string())
}

/// The rejection's name alone, as tables write it.
pub fn name_of(rejection: &Rejection) -> String {
    let text = format!("{rejection:?}");
    let end = text.find([' ', '{', '(']).unwrap_or(text.len());
    text[..end].to_string()
}
