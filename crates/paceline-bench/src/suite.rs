//! Rounds. Owns the order in which scenarios and their ceilings run; refuses to let one scenario
//! have all its runs in a row, so that a quiet or a busy minute touches all of them alike.

use anyhow::{Context, Result};
use indicatif::ProgressBar;

use crate::drive::WARM_UP_MAX;
use crate::interrupt::Interrupt;
use crate::options::Options;
use crate::process::{Launcher, Subject};
use crate::report::{Figures, Row};
use crate::scenario::Scenario;
use crate::stage::{Measured, Stage};

/// What the runs of a suite need.
pub struct Suite<'a> {
    pub options: &'a Options,
    pub launcher: Launcher,
    pub interrupt: Interrupt,
    pub progress: ProgressBar,
}

/// A scenario and its runs so far.
struct Entry {
    scenario: Scenario,
    runs: Vec<Figures>,
    first_error: Option<String>,
}

impl Suite<'_> {
    /// Runs every scenario once in each round and answers a row for each that ran at all.
    pub async fn run(&self) -> Result<Vec<Row>> {
        let mut entries = entries(self.options.suite.scenarios());
        for round in 1..=self.options.runs {
            for entry in &mut entries {
                if self.interrupt.is_raised() {
                    break;
                }
                let name = entry.scenario.spec().name;
                self.progress.set_message(format!("{name}, round {round}"));
                self.once(entry)
                    .await
                    .with_context(|| format!("cannot measure `{name}`"))?;
                self.progress.inc(1);
            }
        }
        Ok(self.rows(&entries))
    }

    /// A scenario that cannot be set up is a row with an error: it must not cost the others theirs.
    async fn once(&self, entry: &mut Entry) -> Result<()> {
        let subject = self.subject(entry.scenario).await?;
        let outcome = tokio::select! {
            outcome = self.measure(entry.scenario, &subject) => outcome,
            () = self.interrupt.raised(2) => Err(anyhow::anyhow!("given up by the user")),
        };
        subject.stop().await;
        match outcome {
            Ok(measured) => entry.take(&measured),
            Err(_) if self.interrupt.is_raised() => {}
            Err(error) => entry.fail(&error),
        }
        Ok(())
    }

    async fn subject(&self, scenario: Scenario) -> Result<Subject> {
        if scenario.is_ceiling() {
            return self.launcher.ceiling().await;
        }
        match self.options.target()? {
            Some(address) => Ok(Subject::running(address)),
            None => self.launcher.server(&[]).await,
        }
    }

    async fn measure(&self, scenario: Scenario, subject: &Subject) -> Result<Measured> {
        let stage = Stage {
            subject,
            clients: self.options.concurrency,
            load: scenario.spec().load.at(self.options.rate),
            warm_up_max: WARM_UP_MAX,
            duration: self.options.duration,
            interrupt: self.interrupt.clone(),
        };
        scenario.run(&stage).await
    }

    fn rows(&self, entries: &[Entry]) -> Vec<Row> {
        let ceilings = |scenario: Scenario| {
            let found = entries
                .iter()
                .find(|one| Some(one.scenario) == scenario.ceiling());
            found.map_or(&[][..], |one| &one.runs)
        };
        let row = |entry: &Entry| {
            Row::new(
                entry.scenario,
                self.options,
                entry.runs.clone(),
                ceilings(entry.scenario),
                entry.first_error.clone(),
            )
        };
        entries
            .iter()
            .filter(|entry| !entry.runs.is_empty())
            .map(row)
            .collect()
    }
}

impl Entry {
    fn take(&mut self, measured: &Measured) {
        self.runs
            .push(Figures::new(measured, self.scenario.spec().weight));
        if self.first_error.is_none() {
            self.first_error.clone_from(&measured.tally.first_error);
        }
    }

    fn fail(&mut self, error: &anyhow::Error) {
        self.runs.push(Figures {
            errors: 1,
            ..Figures::default()
        });
        self.first_error.get_or_insert_with(|| format!("{error:#}"));
    }
}

/// The chosen scenarios, with the ceilings that they are compared with before them.
fn entries(chosen: &[Scenario]) -> Vec<Entry> {
    let is_needed = |one: &Scenario| {
        chosen.contains(one)
            || chosen
                .iter()
                .any(|scenario| scenario.ceiling() == Some(*one))
    };
    let needed = Scenario::ALL.iter().copied().filter(is_needed);
    needed
        .map(|scenario| Entry {
            scenario,
            runs: Vec::new(),
            first_error: None,
        })
        .collect()
}

/// How many runs a suite has, for the progress bar.
pub fn run_count(options: &Options) -> u64 {
    (entries(options.suite.scenarios()).len() * options.runs) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceilings_that_are_needed_run_first() {
        let check = |chosen: &[Scenario], expected: &[Scenario]| {
            let order: Vec<_> = entries(chosen).iter().map(|entry| entry.scenario).collect();
            assert_eq!(order, expected);
        };
        check(
            &[Scenario::Enqueue],
            &[Scenario::Ceiling, Scenario::Enqueue],
        );
        check(
            &[Scenario::EnqueueOne],
            &[Scenario::CeilingOne, Scenario::EnqueueOne],
        );
        check(&[Scenario::Batch], &[Scenario::Batch]);
    }
}
