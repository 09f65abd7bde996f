//! The gate to the store. Owns the only path from an operation to the disk: every passage opens a
//! measurement, takes the store's stages, and closes it; refuses to hand the store out otherwise,
//! so an unmeasured operation does not compile.

use std::sync::Arc;

use paceline_api::Operation;
use paceline_core::{Clock, Now};
use paceline_metrics::{AppendError, Appended};
use paceline_store::{Answer, Context, Stages, Store};

use super::caller::Caller;
use super::failure::ApiFailure;
use crate::metrics::Settling;
use crate::recorder::{Measurement, Outcome, Recorder};

pub(super) struct Gate {
    store: Arc<dyn Store>,
    recorder: Arc<Recorder>,
    clock: Arc<dyn Clock>,
}

/// One measured passage. It may reach the store several times; it ends with [`Passage::finish`].
pub(super) struct Passage<'g> {
    gate: &'g Gate,
    operation: Operation,
    measurement: Measurement<'g>,
    session_id: Option<&'g str>,
}

impl Gate {
    pub(super) fn new(
        store: Arc<dyn Store>,
        recorder: Arc<Recorder>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            recorder,
            clock,
        }
    }

    pub(super) fn now(&self) -> Now {
        self.clock.now()
    }

    pub(super) fn stopwatch_ns(&self) -> u64 {
        self.clock.stopwatch_ns()
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// For reading that outlives the passage it began in, whose stages are told to
    /// [`Passage::spent`].
    pub(super) fn shared_store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Whether a write would go through: a transaction that changes nothing. It is nobody's
    /// operation, so nothing is measured.
    pub(super) async fn probe(&self) -> Result<(), ApiFailure> {
        let answer = self.store.forget_expired(Context::at(self.now()), 0).await;
        answer.map(drop).map_err(|failure| failure.error.into())
    }

    pub(super) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    pub(super) fn open<'g>(&'g self, operation: Operation, caller: &'g Caller) -> Passage<'g> {
        let mut measurement = self.recorder.begin(operation, caller.surface.as_str());
        let session_id = caller.session_id.as_deref();
        measurement.by(
            caller.agent().map(paceline_core::AgentId::as_str),
            session_id,
        );
        Passage {
            gate: self,
            operation,
            measurement,
            session_id,
        }
    }
}

impl<'g> Passage<'g> {
    pub(super) fn operation(&self) -> Operation {
        self.operation
    }

    pub(super) fn by(&mut self, agent_id: &str) {
        self.measurement.by(Some(agent_id), self.session_id);
    }

    pub(super) fn about(&mut self, subject: &str) {
        self.measurement.about(subject);
    }

    /// Waiting for others ends here; the time starts anew.
    pub(super) fn restart(&mut self) {
        self.measurement.restart();
    }

    pub(super) fn store(&self) -> &'g dyn Store {
        self.gate.store.as_ref()
    }

    /// Takes stages into the measurement that were summed up elsewhere.
    pub(super) fn spent(&mut self, stages: Stages) {
        self.measurement.stages(stages);
    }

    /// Takes an answer's stages into the measurement.
    pub(super) fn take<T>(&mut self, answer: Answer<T>) -> Result<T, ApiFailure> {
        match answer {
            Ok(done) => {
                self.measurement.stages(done.stages);
                Ok(done.value)
            }
            Err(failure) => {
                self.measurement.stages(failure.stages);
                Err(failure.error.into())
            }
        }
    }

    /// Hands rows to the metrics engine and takes its stages into the measurement: `execute` until
    /// they are handed over, `commit` until they are on disk.
    pub(super) async fn push(
        &mut self,
        hand_over: impl FnOnce() -> Result<Settling, ApiFailure>,
    ) -> Result<Appended, ApiFailure> {
        let clock = &self.gate.clock;
        let begun_ns = clock.stopwatch_ns();
        let settled = hand_over()?;
        let handed_ns = clock.stopwatch_ns();
        let outcome = settled.await;
        self.measurement.stages(Stages {
            queue_ns: 0,
            execute_ns: handed_ns.saturating_sub(begun_ns),
            commit_ns: clock.stopwatch_ns().saturating_sub(handed_ns),
        });
        Ok(outcome.unwrap_or(Err(AppendError::Closed))?)
    }

    /// Closes the measurement with the operation's outcome.
    pub(super) fn finish<T>(self, result: Result<T, ApiFailure>) -> Result<T, ApiFailure> {
        match &result {
            Ok(_) => self.measurement.close(Outcome::Ok, None),
            Err(failure) => {
                let outcome = if failure.is_rejection() {
                    Outcome::Rejected
                } else {
                    Outcome::Error
                };
                self.measurement
                    .close(outcome, Some(failure.body.error.code.as_str()));
            }
        }
        result
    }
}
