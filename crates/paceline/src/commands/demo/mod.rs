//! `paceline demo`. Owns a server on a directory that vanishes and a fleet that lives on it, so that
//! a newcomer sees both at work in one command; refuses to touch real data.
//!
//! The fleet is simulated, its coordination is not: every agent goes through the HTTP API.

mod agent;
mod character;
mod dice;
mod fleet;
mod kinds;
mod leader;
mod metrics;
mod pace;
mod planner;
mod reviewer;
mod texts;
mod tools;
mod worker;

use std::net::SocketAddr;

use clap::Args;
use paceline_client::Client;
use paceline_server::config::{Config, Layer, Sources};
use paceline_server::run;
use tokio::sync::oneshot;

use super::serve::start_log;
use crate::failure::Failure;
use crate::signals;
use crate::terminal::say;

/// Run a server on temporary data with a simulated fleet: a living example in one command
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline demo
  paceline demo --agents 200 --listen 127.0.0.1:8000

Look at it from another terminal: `paceline top`, `paceline agent list`, `paceline task queue`,
`paceline report --days 1 --url http://127.0.0.1:7717`. Ctrl-c ends it and deletes its data.

Agent code-5 is slow, code-8 careless, code-3 gets stuck in loops, the tool WebFetch is flaky, the lead
changes hands. Beyond 200 agents each takes longer over its work, so that a laptop can follow.")]
pub struct Demo {
    /// How many agents work
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2_000))]
    agents: u32,
    /// Address and port
    #[arg(long, default_value = "127.0.0.1:7717", value_name = "ADDRESS")]
    listen: String,
    /// The same seed gives the same fleet
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
}

impl Demo {
    pub async fn run(self) -> Result<(), Failure> {
        start_log();
        let data = tempfile::Builder::new().prefix("paceline-demo-").tempdir();
        let data = data.map_err(|error| Failure::to("make a temporary directory", &error))?;
        let (config, _) = Config::resolve(&self.sources(data.path()))?;
        let (ready, address) = oneshot::channel();
        let fleet = tokio::spawn(fleet_once_ready(address, self.agents, self.seed));
        let announce = |address: SocketAddr| {
            say(format!("listening on http://{address}"));
            // Only a fleet that has ended already does not wait for it.
            let _ = ready.send(address);
        };
        let stop_fleet = fleet.abort_handle();
        let shutdown = async move {
            signals::shutdown().await;
            stop_fleet.abort();
        };
        run::run(config, announce, shutdown).await?;
        match fleet.await {
            Ok(Err(failure)) => Err(failure),
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Neither the environment nor a file here is meant for a demonstration. Nobody wants to look at
    /// one for five minutes before the agent that died is seen to be dead.
    fn sources(&self, data: &std::path::Path) -> Sources {
        let layer = Layer {
            listen: Some(self.listen.clone()),
            data: Some(data.to_owned()),
            agent_warning_seconds: Some(30),
            agent_stale_seconds: Some(50),
            agent_dead_seconds: Some(70),
            ..Layer::default()
        };
        Sources {
            layers: vec![("flag".to_owned(), layer)],
        }
    }
}

async fn fleet_once_ready(
    address: oneshot::Receiver<SocketAddr>,
    agents: u32,
    seed: u64,
) -> Result<(), Failure> {
    // A server that could not start says why itself.
    let Ok(address) = address.await else {
        return Ok(());
    };
    let url = format!("http://{address}");
    let client = Client::new(&url, None)?;
    say(introduction(&url, agents));
    fleet::run(&client, agents, seed).await;
    Ok(())
}

/// What a newcomer should look at, in this order.
fn introduction(url: &str, agents: u32) -> String {
    format!(
        "{agents} simulated agents are at work; ctrl-c ends it and deletes its data
dashboard     {url}/
  Fleet       who is at work; one agent falls silent now and then, the lead changes hands
  Agents      code-5 is slow on its kind, code-8 careless: a verdict needs some ten minutes
  Operations  where the time of each operation goes
in a terminal paceline top --url {url}
for agents    {url}/mcp"
    )
}
