//! Core values as the wire shows them, and back. Owns nothing but the mapping; the two sides have
//! types of their own so that neither a stored word nor a rule moves when the wire does.

use paceline_api as api;
use paceline_core::{
    AgentId, Json, Now, TaskId, Timestamp,
    agent::{self, Activity, Health},
    election, memory, message, quality, task,
};
use paceline_store::{TaskEvent, TaskNode};

pub(super) fn time(at: Timestamp) -> api::Timestamp {
    api::Timestamp(at.0)
}

pub(super) fn times(at: Option<Timestamp>) -> Option<api::Timestamp> {
    at.map(time)
}

pub(super) fn from_time(at: api::Timestamp) -> Timestamp {
    Timestamp(at.0)
}

pub(super) fn json(json: Json) -> api::StrictJson {
    api::StrictJson::trusted(json.as_str())
}

pub(super) fn from_json(json: api::StrictJson) -> Json {
    Json::trusted(json.into_boxed_str())
}

fn text(id: Option<AgentId>) -> Option<String> {
    id.map(AgentId::into_string)
}

pub(super) fn ids(ids: Vec<TaskId>) -> Vec<String> {
    ids.into_iter().map(TaskId::into_string).collect()
}

/// Two enums of the same names, mapped one way.
macro_rules! same_names {
    ($name:ident: $from:ty => $to:ty { $($variant:ident)+ }) => {
        pub(crate) fn $name(value: $from) -> $to {
            match value { $(<$from>::$variant => <$to>::$variant,)+ }
        }
    };
}

same_names!(activity: Activity => api::AgentActivity { Active Idle Working Blocked });
same_names!(from_activity: api::AgentActivity => Activity { Active Idle Working Blocked });
same_names!(health: Health => api::AgentHealth { Healthy Warning Stale Dead });
same_names!(status: task::Status => api::TaskStatus {
    Pending Blocked Ready Running Completed Failed Cancelled
});
same_names!(from_status: api::TaskStatus => task::Status {
    Pending Blocked Ready Running Completed Failed Cancelled
});
same_names!(source: task::Source => api::TaskSource {
    Human AgentRequirements AgentPlanner AgentImplementation
});
same_names!(from_source: api::TaskSource => task::Source {
    Human AgentRequirements AgentPlanner AgentImplementation
});

same_names!(event: task::Event => api::TaskEventKind {
    Submitted BecameReady Claimed Renewed Completed Failed WillRetry Released LeaseExpired AgentDied
    AgentLeft Cancelled CascadeCancelled Updated
});

pub(crate) fn agent(agent: agent::Agent) -> api::Agent {
    api::Agent {
        agent_id: agent.agent_id.into_string(),
        name: agent.name,
        role: agent.role,
        agent_types: agent.agent_types,
        topics: agent.topics,
        session_id: agent.session_id,
        metadata: agent.metadata.map(json),
        status: activity(agent.activity),
        current_task: agent.current_task,
        health: health(agent.health),
        tasks_running: agent.tasks_running,
        registered_at: time(agent.registered_at),
        last_heartbeat_at: time(agent.last_seen_at),
    }
}

pub(super) fn task(task: task::Task) -> api::Task {
    api::Task {
        task_id: task.task_id.into_string(),
        status: status(task.status),
        description: task.description,
        summary: task.summary,
        source: source(task.source),
        agent_type: task.agent_type,
        base_priority: task.base_priority,
        calculated_priority: task.calculated_priority,
        dependency_depth: task.dependency_depth,
        prerequisites: ids(task.prerequisites),
        unmet_prerequisites: task.unmet_prerequisites,
        dependents_waiting: task.dependents_waiting,
        parent_task_id: task.parent_task_id.map(TaskId::into_string),
        session_id: task.session_id,
        submitted_by: text(task.submitted_by),
        input: task.input.map(json),
        deadline: times(task.deadline),
        not_before: times(task.not_before),
        estimated_duration_seconds: task.estimated_duration_seconds.map(u64::from),
        retries: task.retries,
        max_retries: task.max_retries,
        fence: task.fence,
        assigned_to: text(task.assigned_to),
        lease_expires_at: times(task.lease_expires_at),
        submitted_at: time(task.submitted_at),
        ready_at: times(task.ready_at),
        started_at: times(task.started_at),
        finished_at: times(task.finished_at),
        result: task.result.map(json),
        error: task.error,
        reason: task.reason,
        notes: task.notes.into_iter().map(note).collect(),
        reported: task.imported,
    }
}

pub(super) fn story_event(told: TaskEvent) -> api::TaskStoryEvent {
    api::TaskStoryEvent {
        at: time(told.at),
        event: event(told.event),
        agent_id: text(told.agent_id),
        fence: told.fence,
        detail: told.detail,
    }
}

pub(super) fn graph_node(node: TaskNode) -> api::TaskGraphNode {
    api::TaskGraphNode {
        task_id: node.task_id.into_string(),
        status: status(node.status),
        agent_type: node.agent_type,
        assigned_to: text(node.assigned_to),
        submitted_at: time(node.submitted_at),
        started_at: times(node.started_at),
        finished_at: times(node.finished_at),
        summary: node.summary,
        prerequisites: ids(node.prerequisites),
    }
}

fn note(note: task::Note) -> api::TaskNote {
    api::TaskNote {
        at: time(note.at),
        agent_id: text(note.agent_id),
        text: note.text,
    }
}

pub(super) fn enqueued(done: task::Enqueued) -> api::TaskEnqueued {
    api::TaskEnqueued {
        task_id: done.task_id.into_string(),
        status: status(done.status),
        calculated_priority: done.calculated_priority,
        dependency_depth: done.dependency_depth,
        submitted_at: time(done.submitted_at),
    }
}

pub(super) fn recipient(to: message::Recipient) -> api::Recipient {
    match to {
        message::Recipient::Agent(id) => api::Recipient::Agent(id.into_string()),
        message::Recipient::Role(name) => api::Recipient::Role(name),
        message::Recipient::Topic(name) => api::Recipient::Topic(name),
        message::Recipient::All => api::Recipient::All,
    }
}

fn stream(to: &message::Recipient) -> String {
    match to {
        message::Recipient::Agent(id) => format!("agent:{id}"),
        message::Recipient::Role(name) => format!("role:{name}"),
        message::Recipient::Topic(name) => format!("topic:{name}"),
        message::Recipient::All => "all".to_owned(),
    }
}

pub(super) fn message(message: message::Message, delivered_at: Option<Timestamp>) -> api::Message {
    api::Message {
        message_id: message.message_id.into_string(),
        position: message.position,
        stream: stream(&message.to),
        sequence: message.sequence,
        from: text(message.from),
        to: recipient(message.to),
        r#type: message.kind,
        payload: message.payload.map(json),
        reply_to: message.reply_to.map(paceline_core::MessageId::into_string),
        sent_at: time(message.sent_at),
        delivered_at: times(delivered_at),
    }
}

pub(super) fn listed(one: message::Listed) -> api::MessageListed {
    let seen = message(one.message, one.receipt.delivered_at);
    api::MessageListed {
        message_id: seen.message_id,
        position: seen.position,
        stream: seen.stream,
        sequence: seen.sequence,
        from: seen.from,
        to: seen.to,
        r#type: seen.r#type,
        payload: seen.payload,
        reply_to: seen.reply_to,
        sent_at: seen.sent_at,
        delivered_at: seen.delivered_at,
        acked_at: times(one.receipt.acked_at),
        audience: one.audience.map(|audience| api::MessageAudience {
            listeners: audience.listeners,
            delivered: audience.delivered,
            acked: audience.acked,
        }),
    }
}

pub(super) fn namespace(one: memory::Namespace) -> api::MemoryNamespace {
    api::MemoryNamespace {
        namespace: one.namespace,
        entries: one.entries,
        updated_at: times(one.updated_at),
    }
}

pub(super) fn entry(entry: memory::Entry) -> api::MemoryEntry {
    api::MemoryEntry {
        namespace: entry.namespace,
        key: entry.key,
        value: json(entry.value),
        version: entry.version,
        tags: entry.tags,
        author: text(entry.author),
        created_at: time(entry.created_at),
        updated_at: time(entry.updated_at),
        expires_at: times(entry.expires_at),
    }
}

pub(crate) fn leader(view: election::View) -> api::LeaderState {
    api::LeaderState {
        election: view.election.into_string(),
        leader: text(view.leader),
        epoch: view.epoch,
        is_leader: view.is_leader,
        expires_at: times(view.expires_at),
    }
}

/// A term that has run out counts as over from then on, swept or not.
pub(super) fn election(state: &election::State, now: Now) -> api::Election {
    let view = election::view(state, None, now);
    let ran_out_at = state.term_ends.map(|ends| now.wall_at(ends));
    let is_led = view.leader.is_some();
    api::Election {
        election: view.election.into_string(),
        leader: text(view.leader),
        epoch: view.epoch,
        since: times(state.since.filter(|_| is_led)),
        expires_at: times(view.expires_at),
        vacant_since: times(state.vacant_since.or(ran_out_at).filter(|_| !is_led)),
        ttl_ms: state.ttl_ms,
    }
}

pub(super) fn term(term: election::Term) -> api::LeaderTerm {
    let ended_by = term.ended_by.map(|end| match end {
        election::TermEnd::Resigned => "resigned",
        election::TermEnd::Expired => "expired",
        election::TermEnd::Deregistered => "deregistered",
        election::TermEnd::Died => "died",
    });
    api::LeaderTerm {
        epoch: term.epoch,
        leader: term.leader.into_string(),
        from: time(term.from),
        to: times(term.to),
        ended_by: ended_by.map(str::to_owned),
    }
}

pub(super) fn assessment(one: quality::Assessment) -> api::QualityAssessment {
    api::QualityAssessment {
        assessment_id: one.assessment_id.into_string(),
        task_id: one.task_id.into_string(),
        agent_id: text(one.agent_id),
        completeness: one.scores.completeness,
        code_quality: one.scores.code_quality,
        documentation: one.scores.documentation,
        efficiency: one.scores.efficiency,
        impact: one.scores.impact,
        overall_score: one.overall_score,
        notes: one.notes,
        assessed_by: one.assessed_by,
        automatic: one.automatic,
        assessed_at: time(one.assessed_at),
    }
}
