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
use crate::tally::Tally;

/// What one request may enqueue.
pub const BATCH_TASKS_MAX: u64 = 1_000;

/// One run of one scenario.
pub struct Stage<'a> {
    pub subject: &'a Subject,
    pub clients: usize,
    /// Arrivals a second of an open loop.
    pub rate: u64,
    pub warm_up: Duration,
    pub duration: Duration,
    pub interrupt: Interrupt,
}

/// What one run measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub tally: Tally,
    /// The time that the operations took, as far as a rate is concerned.
    pub seconds: f64,
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

    /// The maximum: all workers at once, each as fast as it is answered.
    pub async fn closed<W: Worker>(&self, workers: Vec<W>) -> Measured {
        let window = Window::starting_now(self.warm_up, self.duration);
        let shared = Shared::new(window, self.interrupt.clone());
        self.timed(window, drive::closed(workers, shared)).await
    }

    /// Latency at a fixed rate of arrivals.
    pub async fn open<W: Worker>(&self, workers: Vec<W>) -> Measured {
        let window = Window::starting_now(self.warm_up, self.duration);
        let shared = Shared::new(window, self.interrupt.clone());
        self.timed(window, drive::open(workers, self.rate, shared))
            .await
    }

    async fn timed(&self, window: Window, load: impl Future<Output = Tally>) -> Measured {
        let usage = || (self.subject.cpu_seconds(), own_cpu_seconds());
        let before = Cell::new((None, None));
        let sampler = async {
            tokio::time::sleep_until(window.from.into()).await;
            before.set(usage());
            std::future::pending::<Tally>().await
        };
        let tally = tokio::select! {
            tally = load => tally,
            never = sampler => never,
        };
        let (server_after, client_after) = usage();
        let (server_before, client_before) = before.get();
        Measured {
            seconds: seconds(&tally, window, clock::now()),
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
fn seconds(tally: &Tally, window: Window, now: Instant) -> f64 {
    if tally.is_part_of_steps {
        return tally.busy.as_secs_f64();
    }
    let last = tally.last.unwrap_or(window.from);
    let end = if now < window.until {
        last
    } else {
        last.max(window.until)
    };
    end.saturating_duration_since(window.from).as_secs_f64()
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
