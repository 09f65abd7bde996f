//! `paceline agent list`. Owns its flags; refuses to judge health, which the server does.

use clap::Args;
use paceline_api::{AgentHealth, AgentStatusQuery, AgentStatusResponse};
use paceline_client::{Client, ClientError};

/// List agents with their health and current task, and who leads
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline agent list
  paceline agent list --health dead --format json")]
pub struct List {
    /// Only this agent
    #[arg(long)]
    agent_id: Option<String>,
    /// Only agents in this state: healthy, warning, stale or dead
    #[arg(long, value_parser = health)]
    health: Option<AgentHealth>,
    /// Only agents with this role
    #[arg(long)]
    role: Option<String>,
    /// At most so many, 1 to 500
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

fn health(text: &str) -> Result<AgentHealth, String> {
    let found = AgentHealth::ALL
        .iter()
        .find(|health| health.as_str() == text);
    found
        .copied()
        .ok_or_else(|| "not one of healthy, warning, stale, dead".to_owned())
}

impl List {
    pub async fn ask(self, client: &Client) -> Result<AgentStatusResponse, ClientError> {
        let query = AgentStatusQuery {
            agent_id: self.agent_id,
            health: self.health,
            role: self.role,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_agents(&query).await
    }
}
