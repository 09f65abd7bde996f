//! `paceline task fail`. Owns its flags; refuses to decide whether there is another attempt.

use clap::Args;
use paceline_api::{TaskFailRequest, TaskFailed};
use paceline_client::{Client, ClientError};

use super::Holder;
use crate::values::Guard;

/// Report a failed attempt; it is tried again while retries are left
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task fail tsk_0199c5f3 --agent-id agt_0199c5f2 --fence 1 --error 'no such branch' --retry=false")]
pub struct Fail {
    #[command(flatten)]
    holder: Holder,
    /// What went wrong
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
    /// `--retry=false`: do not try again
    #[arg(long, num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    retry: Option<bool>,
    #[command(flatten)]
    guard: Guard,
}

impl Fail {
    pub async fn ask(self, client: &Client) -> Result<TaskFailed, ClientError> {
        let request = TaskFailRequest {
            agent_id: self.holder.agent_id,
            fence: self.holder.fence,
            error: self.error,
            retry: self.retry,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.fail_task(&self.holder.task_id, &request).await
    }
}
