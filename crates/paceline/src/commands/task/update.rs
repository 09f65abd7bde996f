//! `paceline task update`. Owns its flags; refuses to change a task's state.

use clap::Args;
use paceline_api::{Task, TaskUpdateRequest, Timestamp};
use paceline_client::{Client, ClientError};

use crate::values::{Guard, list, time_or_span};

/// Add a note or prerequisites, change priority or deadline
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline task update tsk_0199c5f3 --note 'waits for the review'
  paceline task update tsk_0199c5f3 --base-priority 9 --deadline 4h")]
pub struct Update {
    /// Id of the task
    #[arg(value_name = "TASK_ID")]
    task_id: String,
    /// A remark to add
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// 0 to 10
    #[arg(long, alias = "priority", value_name = "N")]
    base_priority: Option<u8>,
    /// A time, or a span from now such as `2h`
    #[arg(long, value_parser = time_or_span, value_name = "TIME")]
    deadline: Option<Timestamp>,
    /// Tasks that have to complete first as well, separated by commas
    #[arg(
        long,
        alias = "prerequisite",
        value_delimiter = ',',
        value_name = "TASK_IDS"
    )]
    prerequisites: Vec<String>,
    /// The agent that changes it
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Update {
    pub async fn ask(self, client: &Client) -> Result<Task, ClientError> {
        let request = TaskUpdateRequest {
            note: self.note,
            base_priority: self.base_priority,
            deadline: self.deadline,
            prerequisites: list(self.prerequisites),
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.update_task(&self.task_id, &request).await
    }
}
