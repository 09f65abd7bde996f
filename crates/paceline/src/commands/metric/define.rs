//! `paceline metric define`. Owns its flags; refuses to guess a kind.

use clap::{Args, ValueEnum};
use paceline_api::{MetricDefineRequest, MetricDefinition, MetricKind};
use paceline_client::{Client, ClientError};

/// Say what a metric is: its kind, unit and meaning
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline metric define build_queue_seconds --kind gauge --unit seconds \\
    --description 'Time that the oldest build has waited'

A metric that was never defined starts with its first sample all the same.")]
pub struct Define {
    /// Letters, digits and `_`
    #[arg(value_name = "NAME")]
    name: String,
    /// How its numbers are to be read
    #[arg(long, value_enum)]
    kind: Kind,
    /// A base unit, such as seconds or bytes
    #[arg(long)]
    unit: Option<String>,
    /// What it means
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Only rises, or starts again at zero
    Counter,
    /// Goes up and down
    Gauge,
    /// Counts below bounds: `NAME_bucket`, `NAME_sum`, `NAME_count`
    Histogram,
}

impl Define {
    pub async fn ask(self, client: &Client) -> Result<MetricDefinition, ClientError> {
        let request = MetricDefineRequest {
            name: self.name,
            kind: match self.kind {
                Kind::Counter => MetricKind::Counter,
                Kind::Gauge => MetricKind::Gauge,
                Kind::Histogram => MetricKind::Histogram,
            },
            unit: self.unit,
            description: self.description,
        };
        client.define_metric(&request).await
    }
}
