//! `paceline memory search`. Owns its flags; refuses to score by itself.

use clap::Args;
use paceline_api::{MemoryHit, MemorySearchQuery, Page};
use paceline_client::{Client, ClientError};

/// Find shared values by their words, or list them
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline memory search 'release notes' --namespace decisions
  paceline memory search --namespace plans")]
pub struct Search {
    /// Words to find; without them everything is listed
    #[arg(value_name = "WORDS")]
    q: Option<String>,
    /// Only in this namespace
    #[arg(long)]
    namespace: Option<String>,
    /// Only with this tag
    #[arg(long)]
    tag: Option<String>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Search {
    pub async fn ask(self, client: &Client) -> Result<Page<MemoryHit>, ClientError> {
        let query = MemorySearchQuery {
            namespace: self.namespace,
            q: self.q,
            tag: self.tag,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.search_memory(&query).await
    }
}
