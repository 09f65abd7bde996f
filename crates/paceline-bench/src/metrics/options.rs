//! What a user can choose of the metrics suites. Owns the defaults, which are the targets' fleet;
//! refuses sizes that measure nothing.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::blueprint::BLOCK_SERIES;
use super::fleet::Shape;
use super::peer::Peer;

const INTERVAL_MS: i64 = 10_000;
const AGENTS: usize = 2_000;
const SCALE_AGENTS: usize = 1_000;
const SCALE_METRICS: usize = 1_000;
/// A day has as many samples as so many agents have in a quarter of an hour.
const DISK_AGENTS_SHARE: usize = 100;
const DISK_AGENTS_MIN: usize = 5;

/// The part of the metrics suites that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Load and disk.
    All,
    /// Rate, memory, questions and lag.
    Load,
    /// Bytes a sample after a day's merge.
    Disk,
    /// A million series, agents that come and go, and ninety days.
    Scale,
    /// Ninety days alone.
    Days,
}

#[derive(Clone, Debug)]
pub struct MetricsOptions {
    /// Beside Paceline.
    pub peers: Vec<Peer>,
    /// Instead of the suite's own number.
    pub agents: Option<usize>,
    /// How much of the past is pushed before the questions.
    pub span: Duration,
}

impl Default for MetricsOptions {
    fn default() -> Self {
        Self {
            peers: Peer::OTHERS.to_vec(),
            agents: None,
            span: Duration::from_secs(3_600),
        }
    }
}

impl MetricsOptions {
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.agents != Some(0),
            "the number of agents is 0: nothing would be measured"
        );
        ensure!(
            Duration::from_secs(600) <= self.span,
            "the span is under 10 minutes: rates over 5 minutes would have nothing to look at"
        );
        Ok(())
    }

    pub fn shape(&self) -> Shape {
        Shape {
            agents: self.agents.unwrap_or(AGENTS),
            metrics: BLOCK_SERIES,
            interval_ms: INTERVAL_MS,
        }
    }

    pub fn scale_shape(&self) -> Shape {
        Shape {
            agents: self.agents.unwrap_or(SCALE_AGENTS),
            metrics: SCALE_METRICS,
            interval_ms: INTERVAL_MS,
        }
    }

    /// Fewer, as a whole day is pushed.
    pub fn disk_agents(&self) -> usize {
        (self.shape().agents / DISK_AGENTS_SHARE).max(DISK_AGENTS_MIN)
    }

    /// Whether the fleet is the one that the targets on memory and speed speak of.
    pub fn is_target_fleet(&self) -> bool {
        AGENTS <= self.shape().agents && Duration::from_secs(3_600) <= self.span
    }

    pub fn subjects(&self) -> Vec<Peer> {
        let ours = std::iter::once(Peer::Paceline);
        ours.chain(self.peers.iter().copied()).collect()
    }
}
