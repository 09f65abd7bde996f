//! Flags of queries. Owns their words; what they mean and which values make sense is the server's.

use clap::Args;
use paceline_server::config::QueryLayer;

#[derive(Args, Debug)]
#[command(next_help_heading = "Queries")]
pub struct QueryFlags {
    /// Longest that a query may take, such as 30s; 120s unless said
    #[arg(long, value_name = "SPAN")]
    query_timeout: Option<String>,
    /// How far back a query looks for a last sample; 5m unless said
    #[arg(long, value_name = "SPAN")]
    query_lookback: Option<String>,
    /// Queries that take longer are logged; 5s unless said
    #[arg(long, value_name = "SPAN")]
    query_slow: Option<String>,
    /// Queries at work at one time; 4 unless said
    #[arg(long, value_name = "N")]
    query_running_max: Option<u64>,
    /// Queries that wait for those; more get 503; 64 unless said
    #[arg(long, value_name = "N")]
    query_waiting_max: Option<u64>,
    /// Samples that one query may hold; 50,000,000 unless said
    #[arg(long, value_name = "N")]
    query_samples_max: Option<u64>,
    /// Series that one selector may bring; 1,000,000 unless said
    #[arg(long, value_name = "N")]
    query_series_max: Option<u64>,
    /// Memory of one query; 1 GiB unless said
    #[arg(long, value_name = "BYTES")]
    query_memory_bytes_max: Option<u64>,
}

impl QueryFlags {
    pub fn layer(self) -> QueryLayer {
        QueryLayer {
            timeout: self.query_timeout,
            lookback: self.query_lookback,
            slow: self.query_slow,
            running_max: self.query_running_max,
            waiting_max: self.query_waiting_max,
            samples_max: self.query_samples_max,
            series_max: self.query_series_max,
            memory_bytes_max: self.query_memory_bytes_max,
        }
    }
}
