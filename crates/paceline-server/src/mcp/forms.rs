//! Requests and answers where a tool differs from the route it shares its operation with: a tool
//! has one schema and always an answer, a route may have two of the one and none of the other.
//!
//! Owns these forms. Refuses operations of its own.

use paceline_api::schema::{input_schema, output_schema};
use paceline_api::{
    AgentHealth, HeartbeatRequest, Task, TaskBatchEnqueued, TaskClaimed, TaskEnqueueRequest,
    TaskEnqueued, TaskRenewRequest, Timestamp,
};
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::arguments::Arguments;
use crate::operations::{ApiFailure, Caller, Operations};

const TASKS: &str = "tasks";

/// What a tool takes that takes nothing but the fields of a path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoArguments {}

/// A heartbeat that can renew the lease of a task under way: an agent has one tool to call in a
/// long silence, not two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeartbeatArguments {
    /// Renew this task's lease too; give its `fence`.
    task_id: Option<String>,
    fence: Option<u64>,
    /// 300 unless said.
    lease_seconds: Option<u32>,
    /// Refuse unless `epoch` is current.
    election: Option<String>,
    epoch: Option<u64>,
}

/// A heartbeat, and the lease where one was renewed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Beat {
    agent_id: String,
    health: AgentHealth,
    last_heartbeat_at: Timestamp,
    tasks_running: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_expires_at: Option<Timestamp>,
}

/// The answer to one task, or to a batch of them.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Enqueued {
    One(TaskEnqueued),
    Batch(TaskBatchEnqueued),
}

/// A claimed task, or null: there is nothing to claim now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MaybeClaimed {
    task: Option<Task>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fence: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_expires_at: Option<Timestamp>,
}

/// The fields of one task, and `tasks` beside them: many clients refuse a choice at the top of a
/// schema. So the schema requires nothing; what is missing, the refusal says.
pub fn enqueue_arguments() -> Schema {
    let mut schema = input_schema::<TaskEnqueueRequest>();
    schema.remove("required");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let tasks = json_schema!({
            "description": "A batch instead: these fields for each.",
            "type": "array",
            "items": {"type": "object"}
        });
        properties.insert(TASKS.to_owned(), tasks.to_value());
    }
    schema
}

pub fn enqueue_answer() -> Schema {
    let mut schema = output_schema::<TaskEnqueued>();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let tasks = json_schema!({"type": "array", "items": {"type": "object"}});
        properties.insert(TASKS.to_owned(), tasks.to_value());
    }
    schema
}

/// What a change can have changed; `task_get` announces the rest.
pub fn task_changed() -> Schema {
    const CHANGED: &[&str] = &[
        "task_id",
        "status",
        "base_priority",
        "calculated_priority",
        "deadline",
        "prerequisites",
        "notes",
    ];
    let mut schema = output_schema::<Task>();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| CHANGED.contains(&name.as_str()));
    }
    schema
}

pub async fn enqueue(
    operations: &Operations,
    caller: &Caller,
    arguments: Arguments<'_>,
) -> Result<Enqueued, ApiFailure> {
    if arguments.has(TASKS) {
        let request = arguments.request()?;
        return operations
            .task_enqueue_batch(caller, request)
            .await
            .map(Enqueued::Batch);
    }
    let request: TaskEnqueueRequest = arguments.request()?;
    operations
        .task_enqueue(caller, request)
        .await
        .map(Enqueued::One)
}

pub async fn heartbeat(
    operations: &Operations,
    caller: &Caller,
    arguments: Arguments<'_>,
) -> Result<Beat, ApiFailure> {
    let agent_id = arguments.path("agent_id");
    let HeartbeatArguments {
        task_id,
        fence,
        lease_seconds,
        election,
        epoch,
    } = arguments.request()?;
    let mut lease_expires_at = None;
    if let Some(task_id) = task_id {
        let request = TaskRenewRequest {
            agent_id: agent_id.clone(),
            fence: fence.ok_or_else(|| arguments.missing("fence"))?,
            lease_seconds,
            election: election.clone(),
            epoch,
        };
        let renewed = operations.task_renew(caller, task_id, request).await?;
        lease_expires_at = Some(renewed.lease_expires_at);
    }
    let request = HeartbeatRequest { election, epoch };
    let beat = operations
        .agent_heartbeat(caller, agent_id, request)
        .await?;
    Ok(Beat {
        agent_id: beat.agent_id,
        health: beat.health,
        last_heartbeat_at: beat.last_heartbeat_at,
        tasks_running: beat.tasks_running,
        lease_expires_at,
    })
}

pub async fn claim(
    operations: &Operations,
    caller: &Caller,
    arguments: Arguments<'_>,
) -> Result<MaybeClaimed, ApiFailure> {
    let claimed = operations.task_claim(caller, arguments.request()?).await?;
    Ok(claimed.map_or(NOTHING, MaybeClaimed::from))
}

const NOTHING: MaybeClaimed = MaybeClaimed {
    task: None,
    fence: None,
    lease_expires_at: None,
};

impl From<TaskClaimed> for MaybeClaimed {
    fn from(claimed: TaskClaimed) -> Self {
        Self {
            task: Some(claimed.task),
            fence: Some(claimed.fence),
            lease_expires_at: Some(claimed.lease_expires_at),
        }
    }
}
