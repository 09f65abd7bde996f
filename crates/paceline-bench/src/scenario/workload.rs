//! A plan of tasks that wait for each other, enqueued at once and drained by ten workers: ten chains
//! of a hundred, or ten layers of twenty of which each task waits for two of the layer before. One
//! operation is the whole of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use paceline_api::TaskEnqueueRequest;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::sample;
use crate::claims::{Agent, Ledger};
use crate::client::Client;
use crate::clock;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage, enqueue_batch};

const CHAINS: usize = 10;
const LENGTH: usize = 100;
const LAYERS: usize = 10;
const WIDTH: usize = 20;
const WORKERS: usize = 10;
/// A worker without work waits at the server, as agents do, and does not ask again and again.
const WAIT_SECONDS: u32 = 5;

struct Drainer {
    address: std::net::SocketAddr,
    tasks: Vec<TaskEnqueueRequest>,
    agent_ids: Vec<String>,
    ledger: Ledger,
}

impl Worker for Drainer {
    async fn step(&mut self) -> Result<Step> {
        let mut crew = Vec::with_capacity(WORKERS);
        for agent_id in &self.agent_ids {
            let agent = Agent::new(agent_id.clone(), Some(WAIT_SECONDS), self.ledger.clone())?;
            crew.push((Client::open(self.address).await?, agent));
        }
        let mut planner = Client::open(self.address).await?;
        let tasks = self.tasks.clone();
        let started = clock::now();
        enqueue_batch(&mut planner, tasks).await?;
        drain(crew, self.tasks.len()).await?;
        Ok(Step::Took(clock::now() - started))
    }
}

pub async fn chained(stage: &Stage<'_>) -> Result<Measured> {
    run(stage, chains()).await
}

pub async fn layered(stage: &Stage<'_>) -> Result<Measured> {
    run(stage, layers()).await
}

async fn run(stage: &Stage<'_>, tasks: Vec<TaskEnqueueRequest>) -> Result<Measured> {
    let ledger = Ledger::default();
    let agent_ids = stage.agents(WORKERS).await?;
    let worker = Drainer {
        address: stage.address(),
        tasks,
        agent_ids,
        ledger: ledger.clone(),
    };
    let mut measured = stage.drive(vec![worker]).await;
    measured.tally.doubled_claims = ledger.doubled();
    Ok(measured)
}

fn chains() -> Vec<TaskEnqueueRequest> {
    let link = |chain: usize, place: usize| TaskEnqueueRequest {
        reference: Some(format!("{chain}-{place}")),
        prerequisites: place
            .checked_sub(1)
            .map(|before| vec![format!("{chain}-{before}")]),
        ..sample::task(5)
    };
    let chain = |chain| (0..LENGTH).map(move |place| link(chain, place));
    (0..CHAINS).flat_map(chain).collect()
}

fn layers() -> Vec<TaskEnqueueRequest> {
    let node = |layer: usize, place: usize| TaskEnqueueRequest {
        reference: Some(format!("{layer}-{place}")),
        prerequisites: layer.checked_sub(1).map(|before| {
            let beside = (place + 1) % WIDTH;
            vec![format!("{before}-{place}"), format!("{before}-{beside}")]
        }),
        ..sample::task(5)
    };
    let layer = |layer| (0..WIDTH).map(move |place| node(layer, place));
    (0..LAYERS).flat_map(layer).collect()
}

async fn drain(crew: Vec<(Client, Agent)>, count: usize) -> Result<()> {
    let progress = Arc::new(Progress {
        count,
        ..Progress::default()
    });
    let mut running = JoinSet::new();
    for (client, agent) in crew {
        running.spawn(work(client, agent, progress.clone()));
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    let completed = progress.completed.load(Ordering::Relaxed);
    ensure!(
        completed == count,
        "{completed} tasks were completed, not {count}"
    );
    Ok(())
}

#[derive(Default)]
struct Progress {
    count: usize,
    completed: AtomicUsize,
    is_over: Notify,
}

async fn work(mut client: Client, mut agent: Agent, progress: Arc<Progress>) -> Result<()> {
    let is_over = progress.is_over.notified();
    tokio::pin!(is_over);
    is_over.as_mut().enable();
    while progress.completed.load(Ordering::Relaxed) < progress.count {
        let held = tokio::select! {
            held = agent.claim(&mut client) => held?,
            () = &mut is_over => return Ok(()),
        };
        let Some(held) = held else { continue };
        agent.complete(&mut client, &held).await?;
        if progress.completed.fetch_add(1, Ordering::Relaxed) + 1 == progress.count {
            progress.is_over.notify_waiters();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prerequisite_is_a_task_of_the_same_plan() {
        for (tasks, count) in [(chains(), CHAINS * LENGTH), (layers(), LAYERS * WIDTH)] {
            assert_eq!(tasks.len(), count);
            let mut before = std::collections::HashSet::new();
            for task in &tasks {
                let prerequisites = task.prerequisites.iter().flatten();
                assert!(prerequisites.clone().all(|name| before.contains(name)));
                before.extend(task.reference.clone());
            }
        }
    }
}
