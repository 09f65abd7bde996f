//! Where a scenario plays: one server, a number of clients, a span of time. Owns setting the scene
//! (agents, stored tasks) and timing a run; refuses to know which operation is measured.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use paceline_api::{AgentRegisterRequest, AgentRegistered};
use paceline_api::{TaskBatchEnqueued, TaskBatchRequest, TaskEnqueueRequest};

use crate::client::Client;
use crate::clock;
use crate::drive::{self, Shared, Window, Worker};
use crate::interrupt::Interrupt;
use crate::process::{Subject, own_cpu_seconds};
use crate::scenario::Load;
use crate::tally::Tally;

/// What one request may enqueue.
pub const BATCH_TASKS_MAX: u64 = 1_000;

/// One run of one scenario.
pub struct Stage<'a> {
    pub subject: &'a Subject,
    /// Clients of the scenarios that have many.
    pub clients: usize,
    pub load: Load,
    /// Zero for a run that counts from its beginning.
    pub warm_up_max: Duration,
    pub duration: Duration,
    pub interrupt: Interrupt,
}

/// What one run measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub tally: Tally,
    /// The time that the operations took, as far as a rate is concerned.
    pub seconds: f64,
    pub warm_up_seconds: f64,
    /// Whether throughput was even by then.
    pub is_warm: bool,
    pub server_cpu_seconds: Option<f64>,
    pub client_cpu_seconds: Option<f64>,
}

impl Stage<'_> {
    pub fn address(&self) -> SocketAddr {
        self.subject.address
    }

    pub async fn client(&self) -> Result<Client> {
        Client::open(self.address()).await
    }

    pub async fn all_clients(&self) -> Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(self.clients);
        for _ in 0..self.clients {
            clients.push(self.client().await?);
        }
        Ok(clients)
    }

    /// Registers agents and answers their ids.
    pub async fn agents(&self, count: usize) -> Result<Vec<String>> {
        let mut client = self.client().await?;
        let mut ids = Vec::with_capacity(count);
        for number in 0..count {
            let name = Some(format!("bench-{number}"));
            let request = AgentRegisterRequest {
                name,
                ..AgentRegisterRequest::default()
            };
            let registered: AgentRegistered = client.ask("/api/agents", &request).await?;
            ids.push(registered.agent_id);
        }
        Ok(ids)
    }

    /// Stores tasks in batches, at most for `limit`; answers how many there are.
    pub async fn preload(
        &self,
        count: u64,
        limit: Duration,
        task: impl Fn(u64) -> TaskEnqueueRequest,
    ) -> Result<u64> {
        let mut client = self.client().await?;
        let deadline = clock::now() + limit;
        let mut stored = 0;
        while stored < count && clock::now() < deadline && !self.interrupt.is_raised() {
            let end = count.min(stored + BATCH_TASKS_MAX);
            let tasks = (stored..end).map(&task).collect();
            enqueue_batch(&mut client, tasks).await?;
            stored = end;
        }
        Ok(stored)
    }

    /// The longest that a run may take, for scenarios that prepare work for it.
    pub fn seconds_max(&self) -> f64 {
        (self.warm_up_max + self.duration).as_secs_f64()
    }

    /// Keeps the workers busy as the scenario's load says: each as fast as it is answered, or at a
    /// fixed rate of arrivals.
    pub async fn drive<W: Worker>(&self, workers: Vec<W>) -> Measured {
        let window = Window::starting_now(self.warm_up_max, self.duration);
        let shared = Shared::new(window, self.interrupt.clone());
        match self.load {
            Load::Open(per_second) => {
                let load = drive::open(workers, per_second, shared.clone());
                self.timed(shared, load).await
            }
            Load::Closed | Load::Few(_) => {
                let load = drive::closed(workers, shared.clone());
                self.timed(shared, load).await
            }
        }
    }

    async fn timed(&self, shared: Shared, load: impl Future<Output = Tally>) -> Measured {
        let usage = || (self.subject.cpu_seconds(), own_cpu_seconds());
        let before = Cell::new((None, None));
        let sampler = async {
            shared.warm_up().await;
            before.set(usage());
            std::future::pending::<Tally>().await
        };
        let tally = tokio::select! {
            tally = load => tally,
            never = sampler => never,
        };
        let (server_after, client_after) = usage();
        let (server_before, client_before) = before.get();
        let (warm_up, is_warm) = shared.window.warm_up();
        Measured {
            seconds: seconds(&tally, &shared.window, clock::now()),
            warm_up_seconds: warm_up.as_secs_f64(),
            is_warm,
            server_cpu_seconds: difference(server_before, server_after),
            client_cpu_seconds: difference(client_before, client_after),
            tally,
        }
    }
}

fn difference(before: Option<f64>, after: Option<f64>) -> Option<f64> {
    Some(after? - before?)
}

/// The window, or less where the work ran out, or more where its last operation ran over; the
/// operations alone where workers prepare between them.
fn seconds(tally: &Tally, window: &Window, now: Instant) -> f64 {
    if tally.is_part_of_steps {
        return tally.busy.as_secs_f64();
    }
    let (Some(from), Some(until)) = (window.from(), window.until()) else {
        return 0.0;
    };
    let last = tally.last.unwrap_or(from);
    let end = if now < until { last } else { last.max(until) };
    end.saturating_duration_since(from).as_secs_f64()
}

pub async fn enqueue_batch(
    client: &mut Client,
    tasks: Vec<TaskEnqueueRequest>,
) -> Result<TaskBatchEnqueued> {
    let batch = TaskBatchRequest {
        tasks,
        agent_id: None,
        election: None,
        epoch: None,
    };
    client.ask("/api/tasks", &batch).await
}
