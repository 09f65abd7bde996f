//! `paceline agent heartbeat`. Owns its flags; refuses to beat by itself.

use clap::Args;
use paceline_api::{HeartbeatRequest, HeartbeatResponse};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Say that an agent is alive; any other call of it does too
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline agent heartbeat agt_0199c5f2")]
pub struct Heartbeat {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
    #[command(flatten)]
    guard: Guard,
}

impl Heartbeat {
    pub async fn ask(self, client: &Client) -> Result<HeartbeatResponse, ClientError> {
        let request = HeartbeatRequest {
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.heartbeat(&self.agent_id, &request).await
    }
}
