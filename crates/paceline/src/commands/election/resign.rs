//! `paceline election resign`. Owns its flags; refuses to name a successor.

use clap::Args;
use paceline_api::{LeaderResignRequest, LeaderState};
use paceline_client::{Client, ClientError};

/// Give up a lead of one's own
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline election resign planner --agent-id agt_0199c5f2")]
pub struct Resign {
    /// Name of the election
    #[arg(value_name = "ELECTION")]
    election: String,
    /// The agent that leads
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: String,
    /// Refuse unless this epoch is still current
    #[arg(long, value_name = "N")]
    epoch: Option<u64>,
}

impl Resign {
    pub async fn ask(self, client: &Client) -> Result<LeaderState, ClientError> {
        let request = LeaderResignRequest {
            agent_id: self.agent_id,
            epoch: self.epoch,
        };
        client.resign(&self.election, &request).await
    }
}
