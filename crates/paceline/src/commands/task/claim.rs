//! `paceline task claim`. Owns its flags; refuses to renew the lease that it gets.

use clap::Args;
use paceline_api::{TaskClaimRequest, TaskClaimed};
use paceline_client::{Client, ClientError};

use crate::values::{Guard, list};

/// Take the most urgent ready task, or a certain one, under a lease
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline task claim --agent-id agt_0199c5f2 --agent-types code,test --wait-seconds 30
  paceline task claim --agent-id agt_0199c5f2 --task-id tsk_0199c5f3

With nothing to claim it prints so (JSON: null) and exits with 0.")]
pub struct Claim {
    /// The agent that claims
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: String,
    /// Kinds of task, instead of those that the agent registered, separated by commas
    #[arg(
        long,
        alias = "agent-type",
        value_delimiter = ',',
        value_name = "TYPES"
    )]
    agent_types: Vec<String>,
    /// This task and no other
    #[arg(long, value_name = "ID")]
    task_id: Option<String>,
    /// How long it stays claimed without a renewal; 300 unless said
    #[arg(long, value_name = "SECONDS")]
    lease_seconds: Option<u32>,
    /// How long to wait for a task, at most 60
    #[arg(long, value_name = "SECONDS")]
    wait_seconds: Option<u32>,
    #[command(flatten)]
    guard: Guard,
}

impl Claim {
    pub async fn ask(self, client: &Client) -> Result<Option<TaskClaimed>, ClientError> {
        let request = TaskClaimRequest {
            agent_id: self.agent_id,
            agent_types: list(self.agent_types),
            task_id: self.task_id,
            lease_seconds: self.lease_seconds,
            wait_seconds: self.wait_seconds,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.claim_task(&request).await
    }
}
