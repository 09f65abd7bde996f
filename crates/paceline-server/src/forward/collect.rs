//! From the engine's tap to requests on disk. Owns the rows between the two: how many may wait,
//! when they become a request, and when that is synced; refuses to block whoever taps.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use paceline_core::{Clock, Steady};
use paceline_metrics::{Row, Tap, TappedRow};

use super::encode;
use super::frame::{Frame, Kind};
use super::queue::Queue;
use super::totals::{Dropped, Totals};

/// Of one request. Large enough that one request at a time carries 100,000 samples a second over
/// 50 ms of network.
const REQUEST_SAMPLES_MAX: usize = 5_000;
/// How long a row waits for others.
const PATIENCE: Duration = Duration::from_millis(500);
/// Rows and samples on their way to the disk; some 100 MiB of samples with a few labels.
const ROWS_WAITING_MAX: usize = 64 * 1024;
const SAMPLES_WAITING_MAX: u64 = 1_000_000;

pub struct Collector {
    rows: SyncSender<Message>,
    waiting: Arc<AtomicU64>,
    totals: Arc<Totals>,
    thread: JoinHandle<()>,
}

enum Message {
    Row(Row),
    Stop,
}

impl Collector {
    /// # Errors
    /// When the system has no thread for it.
    pub fn start(
        queue: Arc<Queue>,
        kind: Kind,
        totals: Arc<Totals>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let (rows, arriving) = sync_channel(ROWS_WAITING_MAX);
        let waiting = Arc::new(AtomicU64::new(0));
        let writer = Writer {
            queue,
            kind,
            totals: Arc::clone(&totals),
            clock,
            waiting: Arc::clone(&waiting),
            rows: Vec::new(),
            samples: 0,
            since: Steady(0),
        };
        let thread = std::thread::Builder::new()
            .name("metrics-forward".to_owned())
            .spawn(move || writer.run(&arriving))?;
        Ok(Self {
            rows,
            waiting,
            totals,
            thread,
        })
    }

    pub fn tap(&self) -> Tap {
        let door = self.door();
        Tap::new(move |row: &TappedRow<'_>| door.take(row.samples().len(), || row.to_row()))
    }

    pub fn door(&self) -> Door {
        Door {
            rows: self.rows.clone(),
            waiting: Arc::clone(&self.waiting),
            totals: Arc::clone(&self.totals),
        }
    }

    /// Ends when every row that was tapped is on disk.
    pub fn stop(self) {
        // The thread is gone only if it panicked, which joining says.
        let _ = self.rows.send(Message::Stop);
        if self.thread.join().is_err() {
            tracing::error!("the writer of forwarded metrics had panicked");
        }
    }
}

/// Where rows come in.
pub struct Door {
    rows: SyncSender<Message>,
    waiting: Arc<AtomicU64>,
    totals: Arc<Totals>,
}

impl Door {
    /// Never waits; the row is only made where there is room.
    pub fn take(&self, samples: usize, row: impl FnOnce() -> Row) {
        let samples = samples as u64;
        // Relaxed: the number is a limit, it orders nothing.
        let before = self.waiting.fetch_add(samples, Relaxed);
        let fits = before + samples <= SAMPLES_WAITING_MAX;
        if !fits || self.rows.try_send(Message::Row(row())).is_err() {
            self.waiting.fetch_sub(samples, Relaxed);
            self.totals.dropped(Dropped::MemoryFull, samples);
        }
    }
}

struct Writer {
    queue: Arc<Queue>,
    kind: Kind,
    totals: Arc<Totals>,
    clock: Arc<dyn Clock>,
    waiting: Arc<AtomicU64>,
    rows: Vec<Row>,
    samples: usize,
    /// When the first of `rows` came.
    since: Steady,
}

impl Writer {
    fn run(mut self, arriving: &Receiver<Message>) {
        loop {
            match self.next(arriving) {
                Ok(Message::Row(row)) => self.take(row),
                Err(RecvTimeoutError::Timeout) => self.flush(),
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => {
                    self.flush();
                    self.queue.close();
                    return;
                }
            }
        }
    }

    /// Waits for as long as it takes when nothing is held back by waiting.
    fn next(&self, arriving: &Receiver<Message>) -> Result<Message, RecvTimeoutError> {
        if self.rows.is_empty() {
            return arriving.recv().map_err(|_| RecvTimeoutError::Disconnected);
        }
        let waited = self.clock.now().steady.0.saturating_sub(self.since.0);
        let waited = Duration::from_millis(waited.max(0).cast_unsigned());
        arriving.recv_timeout(PATIENCE.saturating_sub(waited))
    }

    fn take(&mut self, row: Row) {
        if self.rows.is_empty() {
            self.since = self.clock.now().steady;
        }
        // A row is cut where a request is full: receivers bound what they take at once.
        let mut rest = row;
        while REQUEST_SAMPLES_MAX < self.samples + rest.values.len() {
            let room = REQUEST_SAMPLES_MAX - self.samples;
            let values = rest.values.split_off(room);
            let (labels, at_ms) = (rest.labels.clone(), rest.at_ms);
            self.samples += rest.values.len();
            self.rows.push(rest);
            self.flush();
            rest = Row {
                labels,
                at_ms,
                values,
            };
        }
        self.samples += rest.values.len();
        self.rows.push(rest);
        if self.samples == REQUEST_SAMPLES_MAX {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let (rows, samples) = (
            std::mem::take(&mut self.rows),
            std::mem::take(&mut self.samples),
        );
        if samples == 0 {
            return;
        }
        self.waiting.fetch_sub(samples as u64, Relaxed);
        let written = encode::body(self.kind, &rows)
            .map_err(io::Error::other)
            .and_then(|body| {
                self.queue.push(&Frame {
                    kind: self.kind,
                    samples: u32::try_from(samples).unwrap_or(u32::MAX),
                    at_ms: self.clock.now().wall.0,
                    body,
                })
            });
        if let Err(error) = written {
            self.totals.dropped(Dropped::Disk, samples as u64);
            tracing::error!(%error, samples, "cannot queue metrics to be forwarded");
        }
    }
}
