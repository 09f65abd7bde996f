//! `paceline memory delete`. Owns its flags; refuses patterns: one key at a time.

use clap::Args;
use paceline_api::{MemoryDeleteQuery, MemoryDeleted};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Remove a shared value
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline memory delete plans today --expected-version 4")]
pub struct Delete {
    /// Where the key is looked for
    #[arg(value_name = "NAMESPACE")]
    namespace: String,
    /// Name of the value
    #[arg(value_name = "KEY")]
    key: String,
    /// Refuse unless this is the current version
    #[arg(long, value_name = "N")]
    expected_version: Option<u64>,
    /// The agent that removes it
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Delete {
    pub async fn ask(self, client: &Client) -> Result<MemoryDeleted, ClientError> {
        let query = MemoryDeleteQuery {
            expected_version: self.expected_version,
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client
            .delete_memory(&self.namespace, &self.key, &query)
            .await
    }
}
