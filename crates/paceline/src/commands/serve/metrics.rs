//! The flags of the metrics engine. Owns their words; refuses to check them, which the
//! configuration does for every source.

use clap::Args;
use paceline_server::config::MetricsLayer;

#[derive(Args, Debug)]
#[command(next_help_heading = "Metrics")]
pub struct MetricsFlags {
    /// How long samples are kept; 90d unless said
    #[arg(long, value_name = "DURATION")]
    metrics_retention: Option<String>,
    /// Disk for raw samples, beyond which old days are kept as rollups alone; 10GiB unless said
    #[arg(long, value_name = "SIZE|none")]
    metrics_raw_budget: Option<String>,
    /// How late a sample may come; 1h unless said
    #[arg(long, value_name = "DURATION")]
    metrics_out_of_order: Option<String>,
    /// Metrics that one agent may have; 1000 unless said
    #[arg(long, value_name = "N")]
    metrics_per_agent_max: Option<usize>,
    /// Series at a time; 5000000 unless said
    #[arg(long, value_name = "N")]
    metrics_series_max: Option<usize>,
    /// New series a minute; 2000000 unless said
    #[arg(long, value_name = "N")]
    metrics_new_series_per_minute_max: Option<usize>,
    /// Labels of a series; 64 unless said
    #[arg(long, value_name = "N")]
    metrics_labels_max: Option<usize>,
    /// How often the server records its own series, or none; 5s unless said
    #[arg(long, value_name = "DURATION")]
    metrics_own_interval: Option<String>,
}

impl MetricsFlags {
    pub fn layer(self) -> MetricsLayer {
        MetricsLayer {
            retention: self.metrics_retention,
            raw_budget: self.metrics_raw_budget,
            out_of_order: self.metrics_out_of_order,
            per_agent_max: self.metrics_per_agent_max,
            series_max: self.metrics_series_max,
            new_series_per_minute_max: self.metrics_new_series_per_minute_max,
            labels_max: self.metrics_labels_max,
            own_interval: self.metrics_own_interval,
        }
    }
}
