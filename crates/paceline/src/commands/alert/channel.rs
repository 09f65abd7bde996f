//! `paceline alert channels`, `test`, `deliveries`. Owns their flags; refuses to configure: channels are
//! in `paceline.toml`.

use clap::Args;
use paceline_api::{AlertChannel, AlertDelivery, ListQuery, Page};
use paceline_client::{Client, ClientError};

/// Where alerts go, and how that goes
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert channels")]
pub struct Channels {}

impl Channels {
    pub async fn ask(self, client: &Client) -> Result<Page<AlertChannel>, ClientError> {
        client.list_alert_channels().await
    }
}

/// Send a channel a message that says that it is a test
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert test webhook")]
pub struct Test {
    /// The channel's name
    channel: String,
}

impl Test {
    pub async fn ask(self, client: &Client) -> Result<AlertDelivery, ClientError> {
        client.test_alert_channel(&self.channel).await
    }
}

/// What was sent, what waits and what was given up, the newest first
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert deliveries --limit 10")]
pub struct Deliveries {
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Deliveries {
    pub async fn ask(self, client: &Client) -> Result<Page<AlertDelivery>, ClientError> {
        let query = ListQuery {
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_alert_deliveries(&query).await
    }
}
