//! The metrics suites: the engine beside other engines, on the same generated fleet. Owns the
//! rounds; refuses to let a subject share the machine with another while it is measured.

mod agent;
mod blueprint;
mod days;
mod disk;
mod figures;
mod fleet;
mod lag;
mod load;
mod options;
mod peer;
mod query;
mod round;
mod scale;
mod snappy;
mod subscriber;
mod table;
mod wire;

use std::time::Duration;

use anyhow::Result;
use indicatif::ProgressBar;

pub use figures::{FigureRow, MetricsReport, SubjectRow, Value, Workload};
pub use options::{Measure, MetricsOptions};
pub use peer::Peer;
pub use table::render;

use crate::interrupt::Interrupt;
use crate::process::Launcher;
use figures::{Figure, Part, Readings};
use round::Round;

/// What the rounds need.
pub struct Bench<'a> {
    pub options: &'a MetricsOptions,
    pub measure: Measure,
    pub runs: usize,
    /// Of the lag's probes, and of each run at scale.
    pub duration: Duration,
    pub launcher: Launcher,
    pub interrupt: Interrupt,
    pub progress: ProgressBar,
}

/// Something that is measured on a fresh subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Load,
    Disk,
    Steady,
    Churn,
    Days,
}

impl Measure {
    fn steps(self) -> &'static [Step] {
        match self {
            Self::All => &[Step::Load, Step::Disk],
            Self::Load => &[Step::Load],
            Self::Disk => &[Step::Disk],
            Self::Scale => &[Step::Steady, Step::Churn, Step::Days],
            Self::Days => &[Step::Days],
        }
    }

    /// How many subjects are started, for the progress bar.
    pub fn starts(self, options: &MetricsOptions, runs: usize) -> u64 {
        (self.steps().len() * options.subjects().len() * runs) as u64
    }
}

impl Bench<'_> {
    /// Measures each subject once in each round. A peer that is not installed is an error before
    /// anything is measured; one that fails later is a line in the result.
    pub async fn run(&self) -> Result<MetricsReport> {
        let subjects = self.options.subjects();
        let versions = subjects.iter().map(|&subject| {
            let version = subject.version()?;
            Ok(SubjectRow { subject, version })
        });
        let mut report = MetricsReport {
            workload: self.workload(),
            subjects: versions.collect::<Result<_>>()?,
            figures: Vec::new(),
            errors: Vec::new(),
        };
        let mut readings = Readings::default();
        for _ in 0..self.runs {
            for step in self.measure.steps() {
                for &peer in &subjects {
                    if self.interrupt.is_raised() {
                        break;
                    }
                    if let Err(error) = self.once(*step, peer, &mut readings).await {
                        report.errors.push(format!("{}: {error:#}", peer.name()));
                    }
                    self.progress.inc(1);
                }
            }
        }
        report.figures = readings.rows(self.unjudged());
        Ok(report)
    }

    async fn once(&self, step: Step, peer: Peer, readings: &mut Readings) -> Result<()> {
        let subject = peer.start(&self.launcher).await?;
        let round = Round {
            options: self.options,
            peer,
            subject: &subject,
            lag_for: self.duration,
            interrupt: self.interrupt.clone(),
            progress: self.progress.clone(),
        };
        let measured = async {
            match step {
                Step::Load => round.load(readings).await,
                Step::Disk => disk::measure(&round, readings).await,
                Step::Steady => scale::steady(&round, self.duration, readings).await,
                Step::Days => days::measure(&round, readings).await,
                Step::Churn => scale::churn(&round, self.duration, readings).await,
            }
        };
        let outcome = tokio::select! {
            outcome = measured => outcome,
            () = self.interrupt.raised(2) => Err(anyhow::anyhow!("given up by the user")),
        };
        subject.stop().await;
        outcome
    }

    fn workload(&self) -> Workload {
        let shape = match self.measure {
            Measure::Scale => self.options.scale_shape(),
            _ => self.options.shape(),
        };
        Workload {
            agents: shape.agents,
            metrics_per_agent: shape.metrics,
            interval_seconds: shape.interval_ms as f64 / 1e3,
            span_seconds: match self.measure {
                Measure::Scale => self.duration.as_secs_f64(),
                _ => self.options.span.as_secs_f64(),
            },
            samples_per_request: fleet::REQUEST_SAMPLES,
            connections: round::CONNECTIONS,
            disk_agents: self.options.disk_agents(),
        }
    }

    /// Memory a series is judged on the fleet that its target names: on fewer series the process
    /// itself is most of it.
    fn unjudged(&self) -> &'static [Figure] {
        match self.options.is_target_fleet() {
            true => &[],
            false => &[
                Figure::Memory,
                Figure::TopK(Part::P50),
                Figure::SumRate(Part::P50),
                Figure::QuantileInstant(Part::P50),
                Figure::QuantileRange(Part::P50),
            ],
        }
    }
}
