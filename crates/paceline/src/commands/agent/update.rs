//! `paceline agent update`. Owns its flags; refuses to guess what an agent does.

use clap::Args;
use paceline_api::{Agent, AgentActivity, AgentUpdateStatusRequest};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Say what an agent is doing
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline agent update agt_0199c5f2 --status working --current-task tsk_0199c5f3")]
pub struct Update {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
    /// active, idle, working or blocked
    #[arg(long, value_parser = activity)]
    status: Option<AgentActivity>,
    /// Task or activity; empty clears it
    #[arg(long)]
    current_task: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

fn activity(text: &str) -> Result<AgentActivity, String> {
    let found = AgentActivity::ALL
        .iter()
        .find(|activity| activity.as_str() == text);
    found
        .copied()
        .ok_or_else(|| "not one of active, idle, working, blocked".to_owned())
}

impl Update {
    pub async fn ask(self, client: &Client) -> Result<Agent, ClientError> {
        let request = AgentUpdateStatusRequest {
            status: self.status,
            current_task: self.current_task,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.update_agent_status(&self.agent_id, &request).await
    }
}
