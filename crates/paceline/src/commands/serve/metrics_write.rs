//! The flags of forwarding. Owns their words; refuses to check them, which the configuration does
//! for every source, and to take a secret: a flag is seen by everybody on the machine.

use std::path::PathBuf;

use clap::Args;
use paceline_server::config::WriteLayer;

#[derive(Args, Debug)]
#[command(next_help_heading = "Forwarding metrics")]
pub struct WriteFlags {
    /// Remote write receiver that accepted samples are sent on to
    #[arg(long, value_name = "URL")]
    metrics_write: Option<String>,
    /// Version of remote write to send; 1.0 unless said
    #[arg(long, value_name = "1.0|2.0")]
    metrics_write_version: Option<String>,
    /// File with a bearer token for the receiver
    #[arg(long, value_name = "FILE")]
    metrics_write_token_file: Option<PathBuf>,
    /// File with `user:password` for the receiver
    #[arg(long, value_name = "FILE")]
    metrics_write_basic_file: Option<PathBuf>,
    /// Disk for what the receiver has not taken yet, in MiB; 1024 unless said
    #[arg(long, value_name = "MIB")]
    metrics_write_queue_mib: Option<u64>,
}

impl WriteFlags {
    pub fn layer(self) -> WriteLayer {
        WriteLayer {
            url: self.metrics_write,
            version: self.metrics_write_version,
            token_file: self.metrics_write_token_file,
            basic_file: self.metrics_write_basic_file,
            queue_mib: self.metrics_write_queue_mib,
            ..WriteLayer::default()
        }
    }
}
