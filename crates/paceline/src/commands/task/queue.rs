//! `paceline task queue`. Owns its flags, of which there are none; refuses to count by itself.

use clap::Args;
use paceline_api::TaskQueueStatus;
use paceline_client::{Client, ClientError};

/// The queue at a glance: counts by status, priority, depth, oldest and newest
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task queue --format json | jq .ready")]
pub struct Queue {}

impl Queue {
    pub async fn ask(self, client: &Client) -> Result<TaskQueueStatus, ClientError> {
        client.queue_status().await
    }
}
