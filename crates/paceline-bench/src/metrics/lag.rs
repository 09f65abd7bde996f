//! How long an answered push stays invisible to questions and to subscribers. Owns the probes among a
//! background load; refuses to ask before the push is answered, which would measure the push.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use super::fleet::Shape;
use super::load::{self, Lanes, Pace};
use super::peer::Peer;
use super::query::{encoded, seconds};
use super::subscriber::Subscriber;
use super::wire::Push;
use crate::client::Client;
use crate::clock;
use crate::interrupt::Interrupt;
use crate::tally::Tally;

/// Background load, as the target has it.
const SAMPLES_PER_SECOND: usize = 100_000;
const PROBERS: usize = 2;
const PROBE: &str = "bench_probe";
/// What subscribers follow beside their probe: a series of every agent of the load.
const BESIDE: &str = "agent_is_working";
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

/// From a push's answer to ...
pub struct Lags {
    /// ... a query that returns its sample.
    pub query: Tally,
    /// ... the arrival of its sample at a subscriber, where the subject has a live feed.
    pub subscriber: Tally,
}

impl Lags {
    fn new() -> Self {
        Self {
            query: Tally::new(),
            subscriber: Tally::new(),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.query.merge(&other.query);
        self.subscriber.merge(&other.subscriber);
    }
}

/// Probes for `duration` while the fleet pushes its share of samples.
pub async fn measure(
    target: Target,
    shape: Shape,
    connections: usize,
    duration: Duration,
    interrupt: &Interrupt,
) -> Result<Lags> {
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
    let (_, lags) = tokio::try_join!(load, probes)?;
    Ok(lags)
}

async fn probe(
    target: Target,
    from: Instant,
    until: Instant,
    interrupt: &Interrupt,
) -> Result<Lags> {
    tokio::time::sleep_until(from.into()).await;
    let mut running = JoinSet::new();
    for number in 0..PROBERS {
        let interrupt = interrupt.clone();
        running.spawn(async move {
            let mut prober = Prober::new(target, number).await?;
            let mut lags = Lags::new();
            while clock::now() < until && !interrupt.is_raised() {
                prober.once(&mut lags).await?;
                tokio::time::sleep(PAUSE).await;
            }
            anyhow::Ok(lags)
        });
    }
    let mut all = Lags::new();
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
    subscriber: Option<Subscriber>,
    value: u32,
}

impl Prober {
    async fn new(target: Target, number: usize) -> Result<Self> {
        let text = |text: &str| text.to_owned();
        let name = format!("prober-{number}");
        let labels = vec![
            (text("__name__"), text(PROBE)),
            (text("agent"), name.clone()),
        ];
        let selector = format!("{PROBE}{{agent=\"{name}\"}}");
        Ok(Self {
            target,
            client: Client::open(target.address).await?,
            push: Push::new(std::iter::once(labels)),
            query: encoded(&selector),
            subscriber: match target.peer {
                Peer::Paceline => {
                    Some(Subscriber::open(target.address, PROBE, selector, BESIDE).await?)
                }
                Peer::VictoriaMetrics | Peer::Prometheus => None,
            },
            value: 0,
        })
    }

    /// Pushes a value, asks until it is there, and looks when the subscriber had it.
    async fn once(&mut self, lags: &mut Lags) -> Result<()> {
        let peer = self.target.peer.spec();
        let at_ms = clock::wall_ms();
        self.value += 1;
        self.push.set(0, at_ms, f64::from(self.value));
        load::send(&mut self.client, peer.write, self.push.bytes()).await?;
        let answered = clock::now();
        let (lag, seen) = self.ask(at_ms, answered).await?;
        lags.query.record(lag, seen);
        if let Some(subscriber) = &mut self.subscriber {
            let patience = Duration::from_secs(WAIT_SECONDS_MAX);
            let seen = subscriber.arrival(f64::from(self.value), patience).await?;
            // It may have been sent before the answer was.
            let lag = seen.saturating_duration_since(answered);
            lags.subscriber.record(lag, seen);
        }
        Ok(())
    }

    /// How long it took until the value was there, and when it was seen.
    async fn ask(&mut self, at_ms: i64, answered: Instant) -> Result<(Duration, Instant)> {
        let peer = self.target.peer.spec();
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
