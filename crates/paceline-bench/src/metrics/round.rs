//! One subject in one round. Owns the hour that is pushed ahead, processor time and memory for it,
//! and what follows on the same server; refuses to let a subject leave its work for later: what it
//! deferred is waited for and counted.

use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::ProgressBar;

use super::figures::{Figure, Part, Readings};
use super::fleet::Shape;
use super::lag;
use super::load::{Lanes, Pace};
use super::options::MetricsOptions;
use super::peer::Peer;
use super::query::{self, questions};
use crate::client::Client;
use crate::clock;
use crate::interrupt::Interrupt;
use crate::process::Subject;

/// Connections that push.
pub const CONNECTIONS: usize = 8;
/// Progress is shown after so many pieces.
const PIECES: usize = 20;
const SETTLE_POLL: Duration = Duration::from_millis(500);
const SETTLE_SECONDS_MAX: u64 = 60;
/// A subject is done when it uses less than this share of a core for two looks.
const IDLE_CORES: f64 = 0.05;

/// A started subject and what to do with it.
pub struct Round<'a> {
    pub options: &'a MetricsOptions,
    pub peer: Peer,
    pub subject: &'a Subject,
    pub lag_for: Duration,
    pub interrupt: Interrupt,
    pub progress: ProgressBar,
}

impl Round<'_> {
    pub fn shape(&self) -> Shape {
        self.options.shape()
    }

    pub fn disk_shape(&self) -> Shape {
        Shape {
            agents: self.options.disk_agents(),
            ..self.shape()
        }
    }

    pub async fn lanes(&self, shape: Shape) -> Result<Lanes> {
        let target = (self.subject.address, self.peer.spec().write);
        Lanes::open(
            shape.groups(),
            CONNECTIONS,
            target,
            shape.interval_ms,
            self.interrupt.clone(),
        )
        .await
    }

    /// The hour, its memory, the questions, the lag.
    pub async fn load(&self, readings: &mut Readings) -> Result<()> {
        let shape = self.shape();
        let span_ms = self.options.span.as_millis() as i64;
        let intervals = (span_ms / shape.interval_ms).max(2) as usize;
        let from_ms = clock::wall_ms() - intervals as i64 * shape.interval_ms;
        self.ingest(readings, from_ms, intervals).await?;
        self.memory(readings);
        // After the last push of the last interval, before the first of the next.
        let to_ms = from_ms + intervals as i64 * shape.interval_ms;
        self.show("questions");
        let mut client = Client::open(self.subject.address).await?;
        let questions = questions(shape, from_ms, to_ms);
        query::ask_all(&mut client, self.peer, &questions, readings).await?;
        self.show("lag");
        let target = lag::Target {
            peer: self.peer,
            address: self.subject.address,
        };
        let lags = lag::measure(target, shape, CONNECTIONS, self.lag_for, &self.interrupt).await?;
        for (figure, tally) in [
            (Figure::Lag as fn(Part) -> Figure, &lags.query),
            (Figure::LiveLag, &lags.subscriber),
        ] {
            if 0 < tally.operations() {
                readings.note(figure(Part::P50), self.peer, tally.quantile_ms(0.5));
                readings.note(figure(Part::P99), self.peer, tally.quantile_ms(0.99));
            }
        }
        Ok(())
    }

    async fn ingest(&self, readings: &mut Readings, from_ms: i64, intervals: usize) -> Result<()> {
        let mut lanes = self.lanes(self.shape()).await?;
        let cpu = || {
            self.subject
                .cpu_seconds()
                .context("the subject's processor time is unknown")
        };
        let at_start = cpu()?;
        let series = self.rush(&mut lanes, from_ms, 1, "first push").await?;
        settle(self.subject).await;
        let registered = cpu()?;
        readings.note(
            Figure::Register,
            self.peer,
            per(series, registered - at_start),
        );
        let from_ms = from_ms + lanes.interval_ms;
        let samples = self
            .rush(&mut lanes, from_ms, intervals - 1, "an hour")
            .await?;
        settle(self.subject).await;
        readings.note(Figure::Ingest, self.peer, per(samples, cpu()? - registered));
        Ok(())
    }

    fn memory(&self, readings: &mut Readings) {
        let Some(memory) = self.subject.memory() else {
            return;
        };
        let series = self.shape().series() as f64;
        let mut note = |figure, bytes: u64| readings.note(figure, self.peer, bytes as f64 / series);
        note(Figure::Memory, memory.resident);
        note(Figure::MemoryAnonymous, memory.anonymous);
        note(Figure::MemoryPeak, memory.resident_peak);
    }

    /// Pushes in time order as fast as answers come, and answers how many samples.
    pub async fn rush(
        &self,
        lanes: &mut Lanes,
        from_ms: i64,
        intervals: usize,
        what: &str,
    ) -> Result<u64> {
        let mut samples = 0;
        let piece = intervals.div_ceil(PIECES).max(1);
        let mut done = 0;
        while done < intervals && !self.interrupt.is_raised() {
            self.show(&format!("{what}, {} %", 100 * done / intervals));
            let count = piece.min(intervals - done);
            let piece_from_ms = from_ms + done as i64 * lanes.interval_ms;
            samples += lanes.push(piece_from_ms, count, Pace::Rush).await?.samples;
            done += count;
        }
        Ok(samples)
    }

    fn show(&self, what: &str) {
        self.progress
            .set_message(format!("{}: {what}", self.peer.name()));
    }
}

fn per(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds.max(0.01)
}

/// Waits until the subject has done what it put off: its processor time stands nearly still.
pub async fn settle(subject: &Subject) {
    let deadline = clock::now() + Duration::from_secs(SETTLE_SECONDS_MAX);
    let mut before = subject.cpu_seconds();
    let mut idle = 0;
    while idle < 2 && clock::now() < deadline {
        tokio::time::sleep(SETTLE_POLL).await;
        let now = subject.cpu_seconds();
        let used = now.zip(before).map_or(0.0, |(now, before)| now - before);
        idle = if used < IDLE_CORES * SETTLE_POLL.as_secs_f64() {
            idle + 1
        } else {
            0
        };
        before = now;
    }
}
