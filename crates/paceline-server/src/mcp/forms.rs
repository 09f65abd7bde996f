//! Requests and answers where a tool differs from the route it shares its operation with: a tool
//! has one schema and always an answer, a route may have two of the one and none of the other.
//!
//! Owns these forms. Refuses to add fields.

use paceline_api::schema::{input_schema, output_schema};
use paceline_api::{
    Task, TaskBatchEnqueued, TaskClaimed, TaskEnqueueRequest, TaskEnqueued, Timestamp,
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
