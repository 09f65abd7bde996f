//! `paceline task enqueue`. Owns its flags and the reading of a batch; refuses to split a batch:
//! all of it is taken, or nothing.

use clap::Args;
use paceline_api::{
    TaskBatchEnqueued, TaskBatchRequest, TaskEnqueueRequest, TaskEnqueued, TaskSource, Timestamp,
};
use paceline_client::Client;
use serde::Serialize;

use crate::failure::Failure;
use crate::values::{Guard, JsonArgument, json, list, read_text, time_or_span};

/// Add a task, or a batch of them
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline task enqueue 'write the release notes' --agent-type writer --base-priority 8
  paceline task enqueue 'publish them' --prerequisites tsk_0199c5f3 --deadline 2h
  echo '[{\"ref\": \"a\", \"description\": \"build\"},
         {\"description\": \"test\", \"prerequisites\": [\"a\"]}]' | paceline task enqueue --batch -")]
pub struct Enqueue {
    /// What is to be done, 1 to 10,000 characters
    #[arg(required_unless_present = "batch")]
    description: Option<String>,
    /// A file, or `-`, with a JSON array of tasks; all are taken or none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["description", "task"])]
    batch: Option<String>,
    #[command(flatten)]
    task: TaskFlags,
    /// The agent that asks
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

#[derive(Args, Debug)]
#[group(id = "task", multiple = true)]
struct TaskFlags {
    /// Who asks: human, agent_requirements, agent_planner or agent_implementation
    #[arg(long, value_parser = source)]
    source: Option<TaskSource>,
    /// Kind of agent that shall do it; any unless said
    #[arg(long, value_name = "TYPE")]
    agent_type: Option<String>,
    /// 0 to 10; 5 unless said
    #[arg(long, alias = "priority", value_name = "N")]
    base_priority: Option<u8>,
    /// Tasks that have to complete first, separated by commas
    #[arg(
        long,
        alias = "prerequisite",
        value_delimiter = ',',
        value_name = "TASK_IDS"
    )]
    prerequisites: Vec<String>,
    /// A time, or a span from now such as `2h`
    #[arg(long, value_parser = time_or_span, value_name = "TIME")]
    deadline: Option<Timestamp>,
    /// Not to be claimed before: a time, or a span from now such as `30m`
    #[arg(long, value_parser = time_or_span, value_name = "TIME")]
    not_before: Option<Timestamp>,
    /// The task that this one is a part of
    #[arg(long, value_name = "TASK_ID")]
    parent_task_id: Option<String>,
    /// The session that it belongs to
    #[arg(long, value_name = "ID")]
    session_id: Option<String>,
    /// At most 140 characters, for lists
    #[arg(long)]
    summary: Option<String>,
    /// What the agent gets beside the description
    #[arg(long, value_name = "JSON")]
    input: Option<JsonArgument>,
    /// How long it should take
    #[arg(long, value_name = "SECONDS")]
    estimated_duration_seconds: Option<u64>,
    /// How often it is tried again; 3 unless said
    #[arg(long, value_name = "N")]
    max_retries: Option<u32>,
}

pub(super) fn source(text: &str) -> Result<TaskSource, String> {
    let found = TaskSource::ALL
        .iter()
        .find(|source| source.as_str() == text);
    found.copied().ok_or_else(|| {
        "not one of human, agent_requirements, agent_planner, agent_implementation".to_owned()
    })
}

/// One task's answer, or a batch's.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Enqueued {
    One(TaskEnqueued),
    Batch(TaskBatchEnqueued),
}

impl Enqueue {
    pub async fn ask(self, client: &Client) -> Result<Enqueued, Failure> {
        match self.batch {
            Some(path) => {
                let request = TaskBatchRequest {
                    tasks: batch(&read_text(&path)?)?,
                    agent_id: self.agent_id,
                    election: self.guard.election,
                    epoch: self.guard.epoch,
                };
                Ok(Enqueued::Batch(client.enqueue_tasks(&request).await?))
            }
            None => Ok(Enqueued::One(client.enqueue_task(&self.request()).await?)),
        }
    }

    fn request(self) -> TaskEnqueueRequest {
        let task = self.task;
        TaskEnqueueRequest {
            description: self.description.unwrap_or_default(),
            source: task.source,
            agent_type: task.agent_type,
            base_priority: task.base_priority,
            prerequisites: list(task.prerequisites),
            deadline: task.deadline,
            reference: None,
            parent_task_id: task.parent_task_id,
            session_id: task.session_id,
            summary: task.summary,
            input: json(task.input),
            estimated_duration_seconds: task.estimated_duration_seconds,
            max_retries: task.max_retries,
            not_before: task.not_before,
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        }
    }
}

/// An array, or the object that the HTTP API takes.
fn batch(text: &str) -> Result<Vec<TaskEnqueueRequest>, Failure> {
    let parsed = if text.trim_start().starts_with('{') {
        serde_json::from_str::<TaskBatchRequest>(text).map(|batch| batch.tasks)
    } else {
        serde_json::from_str(text)
    };
    parsed.map_err(|error| {
        Failure::to("read the batch", &error)
            .hint("a batch is an array such as `[{\"description\": \"build\"}]`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_an_array_or_the_api_s_object() {
        let check = |text: &str, expected: Option<usize>| {
            assert_eq!(
                batch(text).ok().map(|tasks| tasks.len()),
                expected,
                "{text}"
            );
        };
        check(
            r#"[{"description": "a", "ref": "x"}, {"description": "b"}]"#,
            Some(2),
        );
        check(r#" {"tasks": [{"description": "a"}]}"#, Some(1));
        check("[]", Some(0));
        check(r#"[{"descripton": "a"}]"#, None);
        check("", None);
    }
}
