//! `paceline message ack`. Owns its flags; refuses to move a cursor back.

use clap::Args;
use paceline_api::{MessageAckRequest, MessageAcked};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Say up to which position an agent is done
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline message ack agt_0199c5f2 --through 41")]
pub struct Ack {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
    /// The last position that is done with
    #[arg(long, value_name = "POSITION")]
    through: u64,
    #[command(flatten)]
    guard: Guard,
}

impl Ack {
    pub async fn ask(self, client: &Client) -> Result<MessageAcked, ClientError> {
        let request = MessageAckRequest {
            through: self.through,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.ack_messages(&self.agent_id, &request).await
    }
}
