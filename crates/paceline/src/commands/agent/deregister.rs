//! `paceline agent deregister`. Owns its flags; refuses to remove what the agent did: its record
//! stays.

use clap::Args;
use paceline_api::{AgentDeregisterQuery, AgentDeregistered};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Leave the fleet; tasks that the agent runs go back to the queue at once
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline agent deregister agt_0199c5f2")]
pub struct Deregister {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
    #[command(flatten)]
    guard: Guard,
}

impl Deregister {
    pub async fn ask(self, client: &Client) -> Result<AgentDeregistered, ClientError> {
        let query = AgentDeregisterQuery {
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.deregister_agent(&self.agent_id, &query).await
    }
}
