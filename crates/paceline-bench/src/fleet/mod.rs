//! A fleet that lives: agents that claim, use tools, finish, talk and remember at a fixed rate of
//! operations, in a process of its own, until its standard input ends. Owns registering them and
//! telling how it went; refuses to start the server that it loads.
//!
//! ```text
//! standard input                      standard output
//!                                     {"registered": 2000}
//! a line ───────────────────────────▶ {"seconds": 30.0, "due": 60000, "answered": …}  since the last
//! its end: the fleet stops
//! ```

mod agent;
mod beat;
mod ledger;
mod worker;

use std::collections::VecDeque;
use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use paceline_api::{AgentRegisterRequest, AgentRegistered};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::clock;
use agent::{Agent, KINDS};
use beat::Beat;
use ledger::Ledger;
use worker::Shared;

/// What lives, and how fast.
#[derive(Clone, Debug)]
pub struct FleetOptions {
    pub address: SocketAddr,
    pub agents: usize,
    /// Operations a second, whatever the answers do.
    pub rate: u64,
    /// How many requests can be under way.
    pub connections: usize,
}

/// Lives until standard input ends. Blocks; it may be called inside a runtime or outside of one.
pub fn run_fleet(options: FleetOptions) -> Result<()> {
    ensure!(
        options.connections < options.agents,
        "{} connections for {} agents: there must be fewer, as an agent does one thing at a time",
        options.connections,
        options.agents
    );
    // One thread, as for every load: what the client burns, the server is measured without.
    let load = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(live(&options))
    });
    load.join()
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the fleet panicked")))
}

async fn live(options: &FleetOptions) -> Result<()> {
    let mut marks = marks();
    let mut clients = Vec::with_capacity(options.connections);
    for _ in 0..options.connections {
        clients.push(Client::open(options.address).await?);
    }
    let (clients, agents) = register(clients, options.agents).await?;
    tell(&json!({"registered": agents.len()}))?;
    let begun = clock::now();
    let shared = Arc::new(Shared {
        names: agents.iter().map(|agent| agent.id.clone()).collect(),
        free: Mutex::new(VecDeque::from(agents)),
        beat: Beat::new(options.rate, begun),
        ledger: Mutex::new(Ledger::new(begun)),
        enqueued: AtomicU64::new(0),
        claimed: AtomicU64::new(0),
    });
    let mut tasks = JoinSet::new();
    let pacing = Arc::clone(&shared);
    tasks.spawn(async move { pacing.beat.run().await });
    for client in clients {
        tasks.spawn(worker::work(client, Arc::clone(&shared)));
    }
    while marks.recv().await.is_some() {
        let now = clock::now();
        let due = shared.beat.due(now);
        let stretch = shared.ledger().close(now, due, shared.beat.sent());
        tell(&serde_json::to_value(stretch)?)?;
    }
    // Requests under way are given up with their tasks.
    Ok(())
}

/// All connections register their share at once, as a fleet that starts does.
async fn register(clients: Vec<Client>, agents: usize) -> Result<(Vec<Client>, Vec<Agent>)> {
    let share = clients.len();
    let mut registering = JoinSet::new();
    for (first, mut client) in clients.into_iter().enumerate() {
        registering.spawn(async move {
            let mut registered = Vec::new();
            for number in (first..agents).step_by(share) {
                registered.push(join(&mut client, number).await?);
            }
            Ok::<_, anyhow::Error>((client, registered))
        });
    }
    let (mut clients, mut all) = (Vec::new(), Vec::with_capacity(agents));
    while let Some(done) = registering.join_next().await {
        let (client, registered) = done??;
        clients.push(client);
        all.extend(registered);
    }
    all.sort_by_key(|agent| agent.number);
    Ok((clients, all))
}

async fn join(client: &mut Client, number: usize) -> Result<Agent> {
    let kind = KINDS[number % KINDS.len()];
    let request = AgentRegisterRequest {
        name: Some(format!("{kind}-{number}")),
        role: Some(kind.to_owned()),
        agent_types: Some(vec![kind.to_owned()]),
        ..AgentRegisterRequest::default()
    };
    let registered: AgentRegistered = client.ask("/api/agents", &request).await?;
    Ok(Agent::new(registered.agent_id, number))
}

/// A message for each line of standard input; closed with it.
fn marks() -> mpsc::UnboundedReceiver<()> {
    let (tell, marks) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if line.is_err() || tell.send(()).is_err() {
                return;
            }
        }
    });
    marks
}

fn tell(value: &serde_json::Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}
