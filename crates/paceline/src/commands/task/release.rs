//! `paceline task release`. Owns its flags; refuses to count it as a failure.

use clap::Args;
use paceline_api::{TaskReleaseRequest, TaskReleased};
use paceline_client::{Client, ClientError};

use super::Holder;
use crate::values::Guard;

/// Give a running task back to the queue
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task release tsk_0199c5f3 --agent-id agt_0199c5f2 --fence 1 --reason 'needs a GPU'")]
pub struct Release {
    #[command(flatten)]
    holder: Holder,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Release {
    pub async fn ask(self, client: &Client) -> Result<TaskReleased, ClientError> {
        let request = TaskReleaseRequest {
            agent_id: self.holder.agent_id,
            fence: self.holder.fence,
            reason: self.reason,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.release_task(&self.holder.task_id, &request).await
    }
}
