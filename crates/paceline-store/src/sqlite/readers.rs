//! The readers. Owns a few read-only connections, each with its thread, and the bounded queue in
//! front of them; refuses to write. One read is one transaction: it sees one moment.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use paceline_core::Clock;
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::fault::Outcome;
use crate::{Answer, Done, Failure, Stages, StoreError};

type Task = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Readers {
    queue: Arc<Queue>,
    clock: Arc<dyn Clock>,
    path: Arc<str>,
    waiting_max: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Task>,
    closed: bool,
}

impl Readers {
    pub(crate) fn start(
        connections: Vec<Connection>,
        clock: Arc<dyn Clock>,
        path: &str,
        waiting_max: usize,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let mut threads = Vec::new();
        for db in connections {
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new().name("paceline-reader".to_owned());
            threads.push(thread.spawn(move || queue.serve(db))?);
        }
        Ok(Self {
            queue,
            clock,
            path: path.into(),
            waiting_max,
            threads: Mutex::new(threads),
        })
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        execute: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Answer<T> {
        let (reply, answer) = oneshot::channel();
        let clock = Arc::clone(&self.clock);
        let path = Arc::clone(&self.path);
        let submitted_ns = self.clock.stopwatch_ns();
        let task = move |db: &Connection| {
            let started_ns = clock.stopwatch_ns();
            let said = in_one_moment(db, execute);
            let stages = Stages {
                queue_ns: started_ns.saturating_sub(submitted_ns),
                execute_ns: clock.stopwatch_ns().saturating_sub(started_ns),
                commit_ns: 0,
            };
            let answer = said
                .map(|value| Done {
                    value,
                    stages,
                    replayed: false,
                })
                .map_err(|fault| Failure {
                    error: fault.into_store_error(&path),
                    stages,
                });
            drop(reply.send(answer));
        };
        self.submit(Box::new(task)).map_err(failed)?;
        let unanswered = || StoreError::Failed("the read ended without an answer".to_owned());
        answer.await.unwrap_or_else(|_| Err(failed(unanswered())))
    }

    fn submit(&self, task: Task) -> Result<(), StoreError> {
        let mut state = self.queue.state.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        let waiting = state.waiting.len();
        if self.waiting_max <= waiting {
            return Err(StoreError::Busy { waiting });
        }
        state.waiting.push_back(task);
        drop(state);
        self.queue.arrived.notify_one();
        Ok(())
    }

    /// Serves what waits and ends the threads. Blocks.
    pub(crate) fn close(&self) {
        self.queue.state.lock().closed = true;
        self.queue.arrived.notify_all();
        for thread in std::mem::take(&mut *self.threads.lock()) {
            drop(thread.join());
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.close();
    }
}

impl Queue {
    fn serve(&self, db: Connection) {
        while let Some(task) = self.next() {
            // A panic is one read's bug; the thread and its connection serve the next one.
            let ended = catch_unwind(AssertUnwindSafe(|| task(&db)));
            if ended.is_err() && !db.is_autocommit() {
                drop(db.execute_batch("ROLLBACK"));
            }
        }
        drop(db);
    }

    fn next(&self) -> Option<Task> {
        let mut state = self.state.lock();
        loop {
            if let Some(task) = state.waiting.pop_front() {
                return Some(task);
            }
            if state.closed {
                return None;
            }
            self.arrived.wait(&mut state);
        }
    }
}

fn in_one_moment<T>(
    db: &Connection,
    execute: impl FnOnce(&Connection) -> Outcome<T>,
) -> Outcome<T> {
    db.prepare_cached("BEGIN")?.execute([])?;
    let said = execute(db);
    db.prepare_cached("COMMIT")?.execute([])?;
    said
}

fn failed(error: StoreError) -> Failure {
    Failure {
        error,
        stages: Stages::default(),
    }
}
