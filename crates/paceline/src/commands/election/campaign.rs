//! `paceline election campaign`. Owns its flags; refuses to keep a lead alive by itself.

use clap::Args;
use paceline_api::{LeaderCampaignRequest, LeaderState};
use paceline_client::{Client, ClientError};

/// Become leader if there is none; renews a lead of one's own
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline election campaign planner --agent-id agt_0199c5f2 --ttl-ms 30000")]
pub struct Campaign {
    /// Name of the election
    #[arg(value_name = "ELECTION")]
    election: String,
    /// The agent that runs for it
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: String,
    /// How long a lead lasts without a renewal; 10000 unless said
    #[arg(long, value_name = "MILLISECONDS")]
    ttl_ms: Option<u32>,
}

impl Campaign {
    pub async fn ask(self, client: &Client) -> Result<LeaderState, ClientError> {
        let request = LeaderCampaignRequest {
            agent_id: self.agent_id,
            ttl_ms: self.ttl_ms,
        };
        client.campaign(&self.election, &request).await
    }
}
