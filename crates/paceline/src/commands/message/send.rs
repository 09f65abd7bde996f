//! `paceline message send`. Owns its flags; refuses to interpret a payload.

use clap::Args;
use paceline_api::{MessageSendRequest, MessageSent, Recipient};
use paceline_client::{Client, ClientError};

use crate::values::{Guard, JsonArgument, json, recipient};

/// Send to an agent, a role, a topic or all
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline message send --to agent:agt_0199c5f2 --type review_request --payload '{\"pr\": 7}'
  paceline message send --to role:reviewer --type note --payload 'the build is red'
  paceline message send --to all --type stop")]
pub struct Send {
    /// agent:ID, role:NAME, topic:NAME or all
    #[arg(long, value_parser = recipient, value_name = "RECIPIENT")]
    to: Recipient,
    /// What kind of message it is
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,
    /// What it says
    #[arg(long, value_name = "JSON")]
    payload: Option<JsonArgument>,
    /// The message that this one answers
    #[arg(long, value_name = "MESSAGE_ID")]
    reply_to: Option<String>,
    /// The agent that sends
    #[arg(long, alias = "from", env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Send {
    pub async fn ask(self, client: &Client) -> Result<MessageSent, ClientError> {
        let request = MessageSendRequest {
            to: self.to,
            r#type: self.kind,
            payload: json(self.payload),
            reply_to: self.reply_to,
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.send_message(&request).await
    }
}
