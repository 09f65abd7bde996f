//! `paceline task cancel`. Owns its flags; refuses to ask twice.

use clap::Args;
use paceline_api::{TaskCancelRequest, TaskCancelled};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Cancel a task and all that depend on it
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task cancel tsk_0199c5f3 --reason 'no longer wanted'")]
pub struct Cancel {
    /// Id of the task
    #[arg(value_name = "TASK_ID")]
    task_id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The agent that cancels it
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Cancel {
    pub async fn ask(self, client: &Client) -> Result<TaskCancelled, ClientError> {
        let request = TaskCancelRequest {
            reason: self.reason,
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.cancel_task(&self.task_id, &request).await
    }
}
