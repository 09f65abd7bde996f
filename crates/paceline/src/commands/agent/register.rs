//! `paceline agent register`. Owns its flags; refuses to keep the token that it prints.

use clap::Args;
use paceline_api::{AgentRegisterRequest, AgentRegistered};
use paceline_client::{Client, ClientError};

use crate::values::{Guard, JsonArgument, json, list};

/// Join the fleet; prints the agent's id and, this once, its token
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline agent register --name builder-1 --role builder --agent-types code,test
  paceline agent register --format json | jq -r .agent_id")]
pub struct Register {
    /// What people call it
    #[arg(long)]
    name: Option<String>,
    /// Whom `message send --to role:…` reaches
    #[arg(long)]
    role: Option<String>,
    /// Kinds of task it takes, separated by commas; all unless said
    #[arg(
        long,
        alias = "agent-type",
        value_delimiter = ',',
        value_name = "TYPES"
    )]
    agent_types: Vec<String>,
    /// Topics it subscribes to, separated by commas
    #[arg(long, alias = "topic", value_delimiter = ',')]
    topics: Vec<String>,
    /// The session that its operations belong to
    #[arg(long)]
    session_id: Option<String>,
    /// Anything else worth keeping
    #[arg(long, value_name = "JSON")]
    metadata: Option<JsonArgument>,
    #[command(flatten)]
    guard: Guard,
}

impl Register {
    pub async fn ask(self, client: &Client) -> Result<AgentRegistered, ClientError> {
        let request = AgentRegisterRequest {
            name: self.name,
            role: self.role,
            agent_types: list(self.agent_types),
            topics: list(self.topics),
            session_id: self.session_id,
            metadata: json(self.metadata),
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.register_agent(&request).await
    }
}
