//! `paceline memory get`. Owns its flags; refuses more than one value.

use clap::Args;
use paceline_api::MemoryEntry;
use paceline_client::{Client, ClientError};

/// Show a shared value and its version
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline memory get decisions database --format json | jq .value")]
pub struct Get {
    /// Where the key is looked for
    #[arg(value_name = "NAMESPACE")]
    namespace: String,
    /// Name of the value
    #[arg(value_name = "KEY")]
    key: String,
}

impl Get {
    pub async fn ask(self, client: &Client) -> Result<MemoryEntry, ClientError> {
        client.get_memory(&self.namespace, &self.key).await
    }
}
