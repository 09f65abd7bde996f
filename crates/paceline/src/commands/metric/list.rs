//! `paceline metric list`. Owns its flags; refuses to look at values.

use clap::Args;
use paceline_api::{MetricDefinition, MetricListQuery, Page};
use paceline_client::{Client, ClientError};

/// List defined metrics, the server's own among them
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline metric list
  paceline metric list --prefix paceline_")]
pub struct List {
    /// Only names that begin so
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl List {
    pub async fn ask(self, client: &Client) -> Result<Page<MetricDefinition>, ClientError> {
        let query = MetricListQuery {
            prefix: self.prefix,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_metrics(&query).await
    }
}
