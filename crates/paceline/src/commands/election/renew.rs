//! `paceline election renew`. Owns its flags; refuses to win what was lost.

use clap::Args;
use paceline_api::{LeaderRenewRequest, LeaderState};
use paceline_client::{Client, ClientError};

/// Extend a lead of one's own
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline election renew planner --agent-id agt_0199c5f2 --epoch 7")]
pub struct Renew {
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

impl Renew {
    pub async fn ask(self, client: &Client) -> Result<LeaderState, ClientError> {
        let request = LeaderRenewRequest {
            agent_id: self.agent_id,
            epoch: self.epoch,
        };
        client.renew_lead(&self.election, &request).await
    }
}
