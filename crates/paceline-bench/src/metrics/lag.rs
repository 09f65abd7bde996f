//! How long an answered push stays invisible. Owns the probes among a background load; refuses to
//! ask before the push is answered, which would measure the push.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use super::fleet::Shape;
use super::load::{self, Lanes, Pace};
use super::peer::Peer;
use super::query::{encoded, seconds};
use super::wire::Push;
use crate::client::Client;
use crate::clock;
use crate::interrupt::Interrupt;
use crate::tally::Tally;

/// Background load, as the target has it.
const SAMPLES_PER_SECOND: usize = 100_000;
const PROBERS: usize = 2;
const PAUSE: Duration = Duration::from_millis(20);
/// A probe that is still invisible after this is an error.
const WAIT_SECONDS_MAX: u64 = 60;
/// Between two looks: none at first, then a share of the time already waited, so that a subject
/// that takes seconds is not kept busy with questions.
const POLL_MAX: Duration = Duration::from_millis(25);
/// The load settles before the first probe counts.
const LEAD: Duration = Duration::from_secs(2);

/// Where to push and ask.
#[derive(Clone, Copy)]
pub struct Target {
    pub peer: Peer,
    pub address: SocketAddr,
}

/// Probes for `duration` while the fleet pushes its share of samples.
pub async fn measure(
    target: Target,
    shape: Shape,
    connections: usize,
    duration: Duration,
    interrupt: &Interrupt,
) -> Result<Tally> {
    let interval_ms = (shape.series() * 1_000).div_ceil(SAMPLES_PER_SECOND).max(1) as i64;
    let shape = Shape {
        interval_ms,
        ..shape
    };
    let to = (target.address, target.peer.spec().write);
    let mut lanes = Lanes::open(
        shape.groups(),
        connections,
        to,
        interval_ms,
        interrupt.clone(),
    )
    .await?;
    let whole = LEAD + duration;
    let intervals = shape.intervals(whole);
    let begin = clock::now();
    let load = lanes.push(clock::wall_ms(), intervals, Pace::Steady(begin));
    let probes = probe(target, begin + LEAD, begin + whole, interrupt);
    let (_, tally) = tokio::try_join!(load, probes)?;
    Ok(tally)
}

async fn probe(
    target: Target,
    from: Instant,
    until: Instant,
    interrupt: &Interrupt,
) -> Result<Tally> {
    tokio::time::sleep_until(from.into()).await;
    let mut running = JoinSet::new();
    for number in 0..PROBERS {
        let interrupt = interrupt.clone();
        running.spawn(async move {
            let mut prober = Prober::new(target, number).await?;
            let mut tally = Tally::new();
            while clock::now() < until && !interrupt.is_raised() {
                let (lag, seen) = prober.once().await?;
                tally.record(lag, seen);
                tokio::time::sleep(PAUSE).await;
            }
            anyhow::Ok(tally)
        });
    }
    let mut all = Tally::new();
    while let Some(done) = running.join_next().await {
        all.merge(&done.context("a probe's task ended early")??);
    }
    Ok(all)
}

struct Prober {
    target: Target,
    client: Client,
    push: Push,
    query: String,
    value: u32,
}

impl Prober {
    async fn new(target: Target, number: usize) -> Result<Self> {
        let text = |text: &str| text.to_owned();
        let name = format!("prober-{number}");
        let labels = vec![
            (text("__name__"), text("bench_probe")),
            (text("agent"), name.clone()),
        ];
        Ok(Self {
            target,
            client: Client::open(target.address).await?,
            push: Push::new(std::iter::once(labels)),
            query: encoded(&format!("bench_probe{{agent=\"{name}\"}}")),
            value: 0,
        })
    }

    /// Pushes a value and asks until it is there: how long that took, and when it was seen.
    async fn once(&mut self) -> Result<(Duration, Instant)> {
        let peer = self.target.peer.spec();
        let at_ms = clock::wall_ms();
        self.value += 1;
        self.push.set(0, at_ms, f64::from(self.value));
        load::send(&mut self.client, peer.write, self.push.bytes()).await?;
        let answered = clock::now();
        let path = format!(
            "{}/query?query={}&time={}{}",
            peer.query,
            self.query,
            seconds(at_ms),
            peer.uncached
        );
        let wanted = format!("\"{}\"]", self.value);
        loop {
            let answer = self.client.get(&path).await?;
            let seen = clock::now();
            let waited = seen - answered;
            if answer
                .body
                .windows(wanted.len())
                .any(|part| part == wanted.as_bytes())
            {
                return Ok((waited, seen));
            }
            if WAIT_SECONDS_MAX <= waited.as_secs() {
                bail!("a sample was not visible {WAIT_SECONDS_MAX} s after its answer");
            }
            tokio::time::sleep((waited / 20).min(POLL_MAX)).await;
        }
    }
}
