//! The one thread that writes. Owns the order of things: check, log, sync, store, answer, seal;
//! refuses to answer before the sync.
//!
//! ```text
//! queue -> [push; n] -> rows -> log frames -> fdatasync -> head -> tap -> settled -> seal
//! ```

use std::io;
use std::sync::Arc;
use std::sync::mpsc;

use super::hot::Hot;
use super::queue::{Command, Push, Queue};
use super::runs::{Checks, Runs};
use super::store::store;
use crate::engine::Settled;
use crate::head::SegmentBuilder;
use crate::log::LogWriter;
use crate::{AppendError, Appended, Refusal};

pub(crate) struct Writer {
    pub hot: Arc<Hot>,
    pub log: LogWriter,
    pub builder: SegmentBuilder,
}

struct Prepared {
    runs: Runs,
    refused: Vec<Refusal>,
    settled: Settled,
}

impl Writer {
    pub(crate) fn run(mut self, queue: &Queue) {
        while let Some(commands) = queue.take() {
            let mut pushes = Vec::with_capacity(commands.len());
            for command in commands {
                match command {
                    Command::Push(push) => pushes.push(push),
                    Command::Job(job) => {
                        self.group(std::mem::take(&mut pushes));
                        job(&mut self);
                    }
                }
            }
            self.group(pushes);
            self.hot.set_log_bytes(self.log.bytes());
        }
        self.log.close();
    }

    fn group(&mut self, pushes: Vec<Push>) {
        if pushes.is_empty() {
            return;
        }
        let prepared: Vec<Prepared> = pushes.into_iter().map(|push| self.prepare(push)).collect();
        if let Err(error) = self.log_group(&prepared) {
            tracing::error!(%error, "metrics cannot be written");
            for push in prepared {
                (push.settled)(Err(AppendError::Disk(error.to_string())));
            }
            return;
        }
        let mut full = Vec::new();
        for push in prepared {
            self.settle(push, &mut full);
        }
        self.seal(&mut full);
    }

    fn prepare(&self, push: Push) -> Prepared {
        let mut refused = Vec::new();
        let checks = Checks::at(&self.hot, push.now_ms);
        let runs = Runs::of(&push.samples, &self.hot, &checks, &mut refused);
        Prepared {
            runs,
            refused,
            settled: push.settled,
        }
    }

    fn log_group(&mut self, group: &[Prepared]) -> io::Result<()> {
        if group.iter().all(|push| push.runs.all.is_empty()) {
            return Ok(());
        }
        let hot = Arc::clone(&self.hot);
        let tables = hot.identity.tables();
        self.log.begin(tables.forgotten())?;
        let slots = hot.schemas.slots();
        for push in group {
            for run in &push.runs.all {
                let Some(schema) = slots.get(run.slot) else {
                    continue;
                };
                let mut state = schema.state.write();
                let row = (run.at_ms, push.runs.columns(run), push.runs.values(run));
                self.log
                    .run(run.slot, schema.target, &mut state, &tables, row);
            }
        }
        drop(slots);
        drop(tables);
        self.log.commit()
    }

    fn settle(&mut self, push: Prepared, full: &mut Vec<u32>) {
        let mut refused = push.refused;
        let accepted = store(&push.runs, &self.hot, &mut refused, full);
        for refusal in &refused {
            self.hot.count_refused(refusal.reason);
        }
        (push.settled)(Ok(Appended { accepted, refused }));
    }

    pub(crate) fn seal(&mut self, full: &mut Vec<u32>) {
        full.sort_unstable();
        full.dedup();
        for slot in full.drain(..) {
            let schemas = &self.hot.schemas;
            if let Err(error) = schemas.seal_due(slot, &self.hot.identity, &mut self.builder) {
                tracing::error!(%error, slot, "a schema cannot be sealed");
            }
        }
    }
}

impl Queue {
    /// Runs a job on the writer's thread and waits for what it answers.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> T + Send + 'static,
    ) -> Result<T, AppendError> {
        let (tell, told) = mpsc::sync_channel(1);
        self.job(Box::new(move |writer| {
            let _ = tell.send(job(writer));
        }))?;
        told.recv().map_err(|_| AppendError::Closed)
    }
}
