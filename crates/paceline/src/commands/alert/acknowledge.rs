//! `paceline alert acknowledge`. Owns its flags; refuses to end an alert: what is wrong must end first.

use clap::Args;
use paceline_api::{Alert, AlertAcknowledgeRequest};
use paceline_client::{Client, ClientError};

/// Say that somebody looks after an alert; nothing more is told of it until it is over
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert acknowledge 6a654a9e81d8b3f9 --by ada --note 'the disk is being replaced'")]
pub struct Acknowledge {
    /// As `paceline alert list` shows it
    fingerprint: String,
    /// Who looks after it
    #[arg(long)]
    by: Option<String>,
    /// What is being done
    #[arg(long)]
    note: Option<String>,
    /// Take the acknowledgement back
    #[arg(long, conflicts_with_all = ["by", "note"])]
    undo: bool,
}

impl Acknowledge {
    pub async fn ask(self, client: &Client) -> Result<Alert, ClientError> {
        if self.undo {
            return client.unacknowledge_alert(&self.fingerprint).await;
        }
        let request = AlertAcknowledgeRequest {
            by: self.by,
            note: self.note,
        };
        client.acknowledge_alert(&self.fingerprint, &request).await
    }
}
