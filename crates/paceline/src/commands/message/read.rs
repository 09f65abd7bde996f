//! `paceline message read`. Owns its flags; refuses to acknowledge what nobody said was done.

use clap::Args;
use paceline_api::{MessageReadQuery, MessageReadResponse};
use paceline_client::{Client, ClientError};

/// Messages for an agent, in order; can wait for the next
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline message read agt_0199c5f2
  paceline message read agt_0199c5f2 --wait-seconds 60 --ack-through 41")]
pub struct Read {
    /// Id of the agent
    #[arg(value_name = "AGENT_ID")]
    agent_id: String,
    /// Messages after this position; after the acknowledged one unless said
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// How long to wait for a message, at most 60
    #[arg(long, value_name = "SECONDS")]
    wait_seconds: Option<u32>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Only messages of this topic
    #[arg(long)]
    topic: Option<String>,
    /// First acknowledge up to this position
    #[arg(long, value_name = "POSITION")]
    ack_through: Option<u64>,
}

impl Read {
    pub async fn ask(self, client: &Client) -> Result<MessageReadResponse, ClientError> {
        let query = MessageReadQuery {
            after: self.after,
            wait_seconds: self.wait_seconds,
            limit: self.limit,
            topic: self.topic,
            ack_through: self.ack_through,
        };
        client.read_messages(&self.agent_id, &query).await
    }
}
