//! What `cargo xtask bench-dashboard` starts as the fleet. Owns its flags; refuses an address beyond this
//! machine.

use std::net::SocketAddr;

use clap::Args;
use paceline_bench::{FleetOptions, run_fleet};

use crate::failure::Failure;

/// The fleet that `cargo xtask bench-dashboard` shows: it lives until standard input ends
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline bench-fleet --address 127.0.0.1:7717 --agents 200 --rate 200")]
pub struct BenchFleet {
    /// The server, on this machine
    #[arg(long, value_name = "ADDRESS")]
    address: SocketAddr,
    /// How many agents live
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    agents: usize,
    /// Operations a second
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    rate: u64,
    /// Requests under way at a time, at most
    #[arg(long, default_value_t = 128, value_name = "N")]
    connections: usize,
}

impl BenchFleet {
    pub fn run(self) -> Result<(), Failure> {
        if !self.address.ip().is_loopback() {
            return Err(Failure::new(format!(
                "`{}` is not on this machine",
                self.address
            )));
        }
        run_fleet(FleetOptions {
            address: self.address,
            agents: self.agents,
            rate: self.rate,
            connections: self.connections.min(self.agents.saturating_sub(1)).max(1),
        })
        .map_err(|error| Failure::new(format!("the fleet ended: {error:#}")))
    }
}
