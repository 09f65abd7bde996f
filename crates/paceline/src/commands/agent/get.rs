//! `paceline agent get`. Owns its flags; refuses more than one agent.

use clap::Args;
use paceline_api::Agent;
use paceline_client::{Client, ClientError};

/// Show one agent
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline agent get agt_0199c5f2")]
pub struct Get {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
}

impl Get {
    pub async fn ask(self, client: &Client) -> Result<Agent, ClientError> {
        client.get_agent(&self.agent_id).await
    }
}
