//! `tasks.json`: the queue as it stood. Owns the translation of a row to a task; refuses to believe
//! the file's own totals, which are compared with what its rows prove.

mod graph;
mod notes;

use std::collections::HashSet;

use paceline_core::task::{Source as Asker, Status, Task};
use paceline_core::{AgentId, TaskId, limits};
use paceline_store::import::Batch;
use serde_json::Value;

use super::documents::{document, items_of};
use super::feed::Feed;
use super::fields;
use super::sources::Source;

/// Fields with a place of their own; the others are kept together as the task's input.
const TAKEN: [&str; 22] = [
    "id",
    "task_id",
    "title",
    "summary",
    "description",
    "priority",
    "status",
    "created_at",
    "submitted_at",
    "claimed_at",
    "started_at",
    "completed_at",
    "finished_at",
    "created_by",
    "assigned_to",
    "depends_on",
    "notes",
    "estimated_hours",
    "deadline",
    "session_id",
    "cancel_reason",
    "parent_task_id",
];

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let Some(document) = document(source, feed) else {
        return;
    };
    let mut tasks: Vec<Task> = Vec::new();
    let mut seen = HashSet::new();
    for (number, row) in (1..).zip(items_of(&document, "tasks", feed)) {
        match task(row, feed) {
            Ok(task) if seen.insert(task.task_id.clone()) => tasks.push(task),
            Ok(_) => feed.account.repeated += 1,
            Err(reason) => feed.drop_row(number, &reason),
        }
    }
    graph::settle(&mut tasks, feed);
    tell(&document, &tasks, feed);
    for task in &tasks {
        if let Some(agent) = &task.assigned_to {
            feed.known.agents.insert(agent.clone());
            feed.known
                .assignees
                .insert(task.task_id.clone(), agent.clone());
        }
    }
    feed.send_rest(tasks, Batch::Tasks);
}

fn task(row: &Value, feed: &mut Feed<'_>) -> Result<Task, String> {
    let id = fields::text(row, &["id", "task_id"]).ok_or("has no `id`")?;
    let task_id = TaskId::parse(id).map_err(|error| error.to_string())?;
    let dropped = |reason: String| format!("`{task_id}`: {reason}");
    let submitted_at = fields::time(row, &["created_at", "submitted_at"])
        .ok_or_else(|| dropped("has no usable `created_at`".into()))?;
    let status = status(row).map_err(dropped)?;
    let title = fields::text(row, &["title", "summary"]);
    let description = fields::text(row, &["description"]).or_else(|| title.clone());
    let description =
        description.ok_or_else(|| dropped("has neither title nor description".into()))?;
    let (source, submitted_by, session_id) = asked_by(row);
    let assigned_to = fields::agent(row, &["assigned_to", "claimed_by"]);
    let started_at = fields::time(row, &["claimed_at", "started_at"]);
    let updated_at = fields::time(row, &["updated_at"]);
    let ended = fields::time(
        row,
        &["completed_at", "finished_at", "cancelled_at", "failed_at"],
    );
    Ok(Task {
        description: fields::shortened(&description, limits::DESCRIPTION_LENGTH_MAX),
        summary: title.map(|title| fields::shortened(&title, limits::SUMMARY_LENGTH_MAX)),
        source,
        agent_type: fields::text(row, &["agent_type", "subagent_type"])
            .map(|name| fields::shortened(&name, limits::NAME_LENGTH_MAX)),
        base_priority: priority(row),
        calculated_priority: 0.0,
        status,
        prerequisites: graph::prerequisites(row, &task_id),
        unmet_prerequisites: 0,
        dependents_waiting: 0,
        dependency_depth: 0,
        deadline: fields::time(row, &["deadline", "due_at"]),
        not_before: None,
        estimated_duration_seconds: estimate(row),
        parent_task_id: fields::text(row, &["parent_task_id"])
            .and_then(|id| TaskId::parse(id).ok()),
        session_id,
        input: fields::others(row, &TAKEN),
        result: None,
        error: fields::text(row, &["error"]),
        reason: fields::text(row, &["cancel_reason", "cancellation_reason", "reason"])
            .map(|text| fields::shortened(&text, limits::REASON_LENGTH_MAX)),
        notes: notes::notes(row, updated_at.unwrap_or(submitted_at), feed),
        max_retries: limits::RETRIES_DEFAULT,
        retries: 0,
        fence: u64::from(started_at.is_some() || assigned_to.is_some()),
        // Nobody holds a lease here, so nobody holds a task that still waits.
        assigned_to: assigned_to.filter(|_| status.is_finished()),
        lease_expires_at: None,
        submitted_by,
        submitted_at,
        ready_at: status.is_waiting().then_some(submitted_at),
        started_at: started_at.filter(|_| status.is_finished()),
        finished_at: status.is_finished().then(|| ended.or(updated_at)).flatten(),
        imported: true,
        task_id,
    })
}

/// A task under way comes without a lease, so it waits again.
fn status(row: &Value) -> Result<Status, String> {
    let status = fields::text(row, &["status"]).ok_or("has no `status`")?;
    Ok(match status.as_str() {
        "pending" | "ready" | "open" | "todo" | "blocked" => Status::Ready,
        "in_progress" | "running" | "claimed" | "assigned" => Status::Ready,
        "completed" | "done" => Status::Completed,
        "failed" => Status::Failed,
        "cancelled" | "canceled" => Status::Cancelled,
        other => return Err(format!("status `{other}` is unknown")),
    })
}

fn priority(row: &Value) -> u8 {
    match row.get("priority") {
        Some(Value::String(name)) => match name.as_str() {
            "critical" => 9,
            "high" => 7,
            "medium" => 5,
            "low" => 3,
            _ => limits::BASE_PRIORITY_DEFAULT,
        },
        Some(Value::Number(number)) => {
            let number = number
                .as_f64()
                .unwrap_or(f64::from(limits::BASE_PRIORITY_DEFAULT));
            number.clamp(0.0, f64::from(limits::BASE_PRIORITY_MAX)) as u8
        }
        _ => limits::BASE_PRIORITY_DEFAULT,
    }
}

/// A person weighs most and a session's own follow-up least; who is not known counts as the latter.
fn asked_by(row: &Value) -> (Asker, Option<AgentId>, Option<String>) {
    let session = fields::text(row, &["session_id"]);
    let Some(name) = fields::text(row, &["created_by", "submitted_by"]) else {
        return (Asker::AgentImplementation, None, session);
    };
    match name.as_str() {
        "human" | "user" | "operator" => (Asker::Human, None, session),
        "orchestrator" | "planner" => (Asker::AgentPlanner, AgentId::parse(name).ok(), session),
        "unknown" => (Asker::AgentImplementation, None, session),
        name if name.starts_with("ses") => (
            Asker::AgentImplementation,
            None,
            session.or_else(|| Some(name.to_owned())),
        ),
        _ => (
            Asker::AgentImplementation,
            AgentId::parse(name).ok(),
            session,
        ),
    }
}

fn estimate(row: &Value) -> Option<u32> {
    let seconds = fields::number(row, &["estimated_duration_seconds"])
        .or_else(|| fields::number(row, &["estimated_hours"]).map(|hours| hours * 3_600.0))?;
    (0.0 < seconds).then_some(seconds as u32)
}

fn tell(document: &Value, tasks: &[Task], feed: &mut Feed<'_>) {
    let of = |status: Status| tasks.iter().filter(|task| task.status == status).count() as u64;
    let completed = of(Status::Completed);
    let waiting = tasks.iter().filter(|task| task.status.is_waiting()).count();
    let (failed, cancelled) = (of(Status::Failed), of(Status::Cancelled));
    feed.note(format!(
        "{completed} completed, {cancelled} cancelled, {failed} failed, {waiting} waiting"
    ));
    let claimed = fields::count(document, &["completed_count"]);
    if let Some(claimed) = claimed.filter(|claimed| *claimed != completed) {
        feed.note(format!(
            "`completed_count` {claimed} disagrees with {completed} completed tasks"
        ));
    }
    let ran_backwards =
        |task: &&Task| task.finished_at < task.started_at && task.finished_at.is_some();
    let backwards = tasks.iter().filter(ran_backwards).count() as u64;
    feed.note_count(
        backwards,
        "tasks ended before they were claimed: their duration is not used",
    );
}
