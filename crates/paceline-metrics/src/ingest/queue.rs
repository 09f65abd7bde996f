//! What waits for the writer. Owns the bound on it, in samples and in pushes; refuses more.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};

use crate::engine::Settled;
use crate::{AppendError, RefSample};

const SAMPLES_MAX: usize = 1 << 20;
const PUSHES_MAX: usize = 8_192;
/// One sync answers at most about this many.
const GROUP_SAMPLES: usize = 1 << 18;

pub(crate) struct Push {
    pub samples: Vec<RefSample>,
    pub now_ms: i64,
    pub settled: Settled,
}

/// Work that only the writer's thread may do, between two groups.
pub(super) type Job = Box<dyn FnOnce(&mut super::thread::Writer) + Send>;

pub(super) enum Command {
    Push(Push),
    Job(Job),
}

#[derive(Default)]
struct Waiting {
    commands: VecDeque<Command>,
    samples: usize,
    closed: bool,
}

#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

impl Queue {
    /// Hands the push back with the reason when there is no room.
    pub(crate) fn push(&self, push: Push) -> Result<(), (Push, AppendError)> {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return Err((push, AppendError::Closed));
        }
        let samples = waiting.samples + push.samples.len();
        let full = samples > SAMPLES_MAX || waiting.commands.len() >= PUSHES_MAX;
        if full && waiting.samples > 0 {
            return Err((push, AppendError::Busy));
        }
        waiting.samples = samples;
        waiting.commands.push_back(Command::Push(push));
        self.arrived.notify_one();
        Ok(())
    }

    pub(super) fn job(&self, job: Job) -> Result<(), AppendError> {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return Err(AppendError::Closed);
        }
        waiting.commands.push_back(Command::Job(job));
        self.arrived.notify_one();
        Ok(())
    }

    pub(crate) fn close(&self) {
        self.waiting.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Waits for work. Nothing is left and nothing will come: `None`.
    pub(super) fn take(&self) -> Option<Vec<Command>> {
        let mut waiting = self.waiting.lock();
        while waiting.commands.is_empty() {
            if waiting.closed {
                return None;
            }
            self.arrived.wait(&mut waiting);
        }
        let mut group = Vec::new();
        let mut samples = 0;
        while samples < GROUP_SAMPLES
            && let Some(command) = waiting.commands.pop_front()
        {
            let push = match &command {
                Command::Push(push) => push.samples.len(),
                Command::Job(_) => 0,
            };
            samples += push;
            group.push(command);
        }
        waiting.samples -= samples;
        Some(group)
    }
}
