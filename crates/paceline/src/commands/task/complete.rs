//! `paceline task complete`. Owns its flags; refuses to complete what was not claimed.

use clap::Args;
use paceline_api::{TaskCompleteRequest, TaskCompleted};
use paceline_client::{Client, ClientError};

use super::Holder;
use crate::values::{Guard, JsonArgument, json};

/// Finish a claimed task; its dependents may become ready
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task complete tsk_0199c5f3 --agent-id agt_0199c5f2 --fence 1 --result '{\"commit\": \"4f2a\"}'")]
pub struct Complete {
    #[command(flatten)]
    holder: Holder,
    /// What came out
    #[arg(long, value_name = "JSON")]
    result: Option<JsonArgument>,
    #[command(flatten)]
    guard: Guard,
}

impl Complete {
    pub async fn ask(self, client: &Client) -> Result<TaskCompleted, ClientError> {
        let request = TaskCompleteRequest {
            agent_id: self.holder.agent_id,
            fence: self.holder.fence,
            result: json(self.result),
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.complete_task(&self.holder.task_id, &request).await
    }
}
