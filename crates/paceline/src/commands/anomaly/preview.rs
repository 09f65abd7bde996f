//! `paceline anomaly preview`. Owns its flags; refuses to judge.

use clap::Args;
use paceline_api::{AnomalyPreview, AnomalyPreviewRequest, Timestamp};
use paceline_client::{Client, ClientError};

use crate::values::{span_seconds, time_or_span_back};

/// Say what detectors would have told of the past
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline anomaly preview queue_depth
  paceline anomaly preview 'sum by (model) (rate(cost_usd_total[5m]))' --since 7d
  paceline anomaly preview temperature --since 2h --learn 3h --step 1s")]
pub struct Preview {
    /// A question in PromQL; each series of its answer is judged by itself
    #[arg(value_name = "PROMQL")]
    expr: String,
    /// What is judged begins then: a time, or a span back such as 2h; a day unless said
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME")]
    since: Option<Timestamp>,
    /// And ends then; now unless said
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME")]
    until: Option<Timestamp>,
    /// What is learnt from before, such as 12h; 7d unless said
    #[arg(long, value_parser = span, value_name = "SPAN")]
    learn: Option<i64>,
    /// Between two values, such as 10s; about as fine as it may be unless said
    #[arg(long, value_parser = span, value_name = "SPAN")]
    step: Option<i64>,
}

impl Preview {
    pub async fn ask(self, client: &Client) -> Result<AnomalyPreview, ClientError> {
        let request = AnomalyPreviewRequest {
            expr: self.expr,
            from: self.since,
            to: self.until,
            learn_seconds: self.learn.map(i64::unsigned_abs),
            step_seconds: self.step.map(|seconds| seconds as f64),
        };
        client.preview_anomalies(&request).await
    }
}

fn span(text: &str) -> Result<i64, String> {
    span_seconds(text).ok_or_else(|| "must be a span such as 30s, 5m or 2h".to_owned())
}
