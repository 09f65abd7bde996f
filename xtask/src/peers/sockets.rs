//! Clients on plain sockets: one thread and one connection each, one operation at a time, all
//! beginning together. Owns the threads and the stopwatch; refuses to know any protocol.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::clock;
use super::work::{Driver, End, Kind, Outcome, Timed, Work};

/// How often in a row a peer says that nothing is left until a client believes it.
const EMPTY_ANSWERS: u32 = 3;
/// How often in a row calls may fail until a client gives up.
const FAILURES: u32 = 3;
/// Before it asks again, when nothing was there or the call failed.
const PAUSE: Duration = Duration::from_millis(20);

/// One client's connection. Each call returns when the peer has acknowledged.
pub trait Connection: Send {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()>;
    /// Claims a task, or takes a message, or gets the note with this number; nothing where there
    /// is none.
    fn take(&mut self, kind: Kind, id: u64) -> Result<Option<u64>>;
    /// Completes the task or acknowledges the message that was taken last.
    fn settle(&mut self, kind: Kind) -> Result<()>;
}

type Connect = dyn Fn(u64) -> Result<Box<dyn Connection>> + Sync;

pub struct Sockets {
    connect: Box<Connect>,
}

impl Sockets {
    pub fn new(connect: impl Fn(u64) -> Result<Box<dyn Connection>> + Sync + 'static) -> Self {
        Self {
            connect: Box::new(connect),
        }
    }

    /// Runs `step` on every client until it ends, and kills where the work says so.
    fn run(
        &self,
        work: Work,
        step: &(dyn Fn(&mut Client<'_>) -> Step + Sync),
        kill: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Outcome> {
        let connections = (0..work.clients).map(&self.connect);
        let connections = connections.collect::<Result<Vec<_>>>()?;
        let shared = Shared::new(work, connections.len());
        let stretches = std::thread::scope(|scope| {
            let threads = connections.into_iter().map(|connection| {
                let shared = &shared;
                scope.spawn(move || Client { shared, connection }.run(step))
            });
            let threads: Vec<_> = threads.collect();
            shared.start.wait();
            if let Some(acknowledged) = work.kill_after {
                shared.wait_for(acknowledged);
                kill()?;
            }
            let joined = threads.into_iter().map(|thread| thread.join());
            let joined: Result<Vec<Stretch>, _> = joined.collect();
            joined.map_err(|_| anyhow::anyhow!("a client panicked"))
        })?;
        Ok(shared.outcome(stretches))
    }
}

impl Driver for Sockets {
    fn write(&mut self, work: Work, kill: &mut dyn FnMut() -> Result<()>) -> Result<Outcome> {
        self.run(work, &|client| client.write(), kill)
    }

    fn read(&mut self, work: Work) -> Result<Outcome> {
        let step = |client: &mut Client<'_>| match work.kind {
            Kind::Note => client.get(),
            Kind::Task | Kind::Message => client.take(),
        };
        self.run(work, &step, &mut || Ok(()))
    }
}

/// What all clients of a phase have in common.
struct Shared {
    work: Work,
    start: Barrier,
    next: AtomicU64,
    done: AtomicU64,
    refused: AtomicU64,
    refusal: Mutex<Option<String>>,
}

/// What one client did, and when.
struct Stretch {
    operations: Vec<Timed>,
    began: Instant,
    /// When its last operation was acknowledged: asking in vain afterwards is not part of the work.
    ended: Instant,
    end: End,
}

impl Shared {
    fn new(work: Work, clients: usize) -> Self {
        Self {
            work,
            start: Barrier::new(clients + 1),
            next: AtomicU64::new(0),
            done: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            refusal: Mutex::new(None),
        }
    }

    /// Until so many are acknowledged, or half of the time is over.
    fn wait_for(&self, acknowledged: u64) {
        let limit = Duration::from_secs(self.work.seconds) / 2;
        // Too late is a reason to go on, too.
        let _ = clock::wait_until("the moment to kill", limit, || {
            Ok(acknowledged <= self.done.load(Ordering::Relaxed))
        });
    }

    fn refuse(&self, error: &anyhow::Error) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        lock(&self.refusal).get_or_insert_with(|| format!("{error:#}"));
    }

    /// The phase ended as its worst client did.
    fn outcome(self, stretches: Vec<Stretch>) -> Outcome {
        let ends = [End::Failed, End::TimeUp, End::Empty];
        let end = ends
            .into_iter()
            .find(|end| stretches.iter().any(|stretch| stretch.end == *end));
        let began = stretches.iter().map(|stretch| stretch.began).min();
        let ended = stretches.iter().map(|stretch| stretch.ended).max();
        let took = ended.zip(began).map(|(ended, began)| ended - began);
        let operations = stretches.into_iter().map(|stretch| stretch.operations);
        Outcome {
            operations: operations.flatten().collect(),
            seconds: took.unwrap_or_default().as_secs_f64(),
            refused: self.refused.into_inner(),
            refusal: lock(&self.refusal).take(),
            end: end.unwrap_or(End::Done),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

enum Step {
    /// Something was acknowledged; ask again.
    Went(u64),
    Nothing,
    Failed(anyhow::Error),
    /// There is no number left to take.
    Over,
}

struct Client<'a> {
    shared: &'a Shared,
    connection: Box<dyn Connection>,
}

impl Client<'_> {
    fn run(mut self, step: &(dyn Fn(&mut Client<'_>) -> Step + Sync)) -> Stretch {
        self.shared.start.wait();
        let began = clock::now();
        let mut stretch = Stretch {
            operations: Vec::new(),
            began,
            ended: began,
            end: End::TimeUp,
        };
        let limit = Duration::from_secs(self.shared.work.seconds);
        let (mut nothing, mut failures) = (0, 0);
        while began.elapsed() < limit {
            let asked = clock::now();
            match step(&mut self) {
                Step::Went(id) => {
                    stretch.ended = clock::now();
                    let waited = stretch.ended - asked;
                    stretch.operations.push((id, waited.as_secs_f64() * 1e3));
                    self.shared.done.fetch_add(1, Ordering::Relaxed);
                    (nothing, failures) = (0, 0);
                    continue;
                }
                Step::Nothing => nothing += 1,
                Step::Failed(error) => {
                    self.shared.refuse(&error);
                    failures += 1;
                }
                Step::Over => stretch.end = End::Done,
            }
            if nothing == EMPTY_ANSWERS {
                stretch.end = End::Empty;
            }
            if failures == FAILURES {
                stretch.end = End::Failed;
            }
            if stretch.end != End::TimeUp {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        stretch
    }

    fn number(&self) -> Option<u64> {
        let taken = self.shared.next.fetch_add(1, Ordering::Relaxed);
        (taken < self.shared.work.count).then_some(self.shared.work.first + taken)
    }

    fn write(&mut self) -> Step {
        let Some(id) = self.number() else {
            return Step::Over;
        };
        match self.connection.write(self.shared.work.kind, id) {
            Ok(()) => Step::Went(id),
            Err(error) => Step::Failed(error),
        }
    }

    fn get(&mut self) -> Step {
        let Some(id) = self.number() else {
            return Step::Over;
        };
        match self.connection.take(Kind::Note, id) {
            Ok(Some(id)) => Step::Went(id),
            // The next note may be there all the same.
            Ok(None) => self.get(),
            Err(error) => Step::Failed(error),
        }
    }

    /// To the end, not to the number that was written: what is handed out twice must not hide what
    /// is never handed out. Handed out is handed out, whether or not completing it succeeds.
    fn take(&mut self) -> Step {
        let work = self.shared.work;
        match self.connection.take(work.kind, 0) {
            Ok(Some(id)) => {
                if let Err(error) = self.connection.settle(work.kind) {
                    self.shared.refuse(&error);
                }
                Step::Went(id)
            }
            Ok(None) => Step::Nothing,
            Err(error) => Step::Failed(error),
        }
    }
}

/// Reads the number that every payload begins with.
pub fn number_in(payload: &str) -> Result<u64> {
    let word = payload.split(' ').next().unwrap_or_default();
    let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    ensure!(!digits.is_empty(), "`{payload}` carries no number");
    Ok(digits.parse()?)
}

/// What is stored of each: its number, then as much text as a short instruction has.
pub fn payload(id: u64) -> String {
    format!(
        "{id} {}",
        "as long as a short instruction to an agent ".repeat(3)
    )
}
