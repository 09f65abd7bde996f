//! `paceline task renew`. Owns its flags; refuses to renew by itself.

use clap::Args;
use paceline_api::{TaskRenewRequest, TaskRenewed};
use paceline_client::{Client, ClientError};

use super::Holder;
use crate::values::Guard;

/// Extend the lease of a running task
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task renew tsk_0199c5f3 --agent-id agt_0199c5f2 --fence 1 --lease-seconds 600")]
pub struct Renew {
    #[command(flatten)]
    holder: Holder,
    /// From now; 300 unless said
    #[arg(long, value_name = "SECONDS")]
    lease_seconds: Option<u32>,
    #[command(flatten)]
    guard: Guard,
}

impl Renew {
    pub async fn ask(self, client: &Client) -> Result<TaskRenewed, ClientError> {
        let request = TaskRenewRequest {
            agent_id: self.holder.agent_id,
            fence: self.holder.fence,
            lease_seconds: self.lease_seconds,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.renew_task(&self.holder.task_id, &request).await
    }
}
