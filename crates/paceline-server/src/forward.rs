//! Every accepted sample, sent on to another Prometheus-compatible system by remote write. Owns the
//! queue on disk between the engine and that receiver, and what becomes of its answers; refuses to
//! slow the engine: what does not fit is dropped and counted.
//!
//! ```text
//! Engine tap --rows--> collect (memory, bounded) --request bodies--> queue (disk, bounded)
//!                                                                        |
//!                            receiver <--POST, in order, one at a time-- send
//! ```
//!
//! `docs/format/metrics-forward.md` draws the files, decision 0015 says why they are not read from
//! the engine's own log.

mod collect;
mod encode;
mod frame;
mod queue;
mod segments;
mod send;
mod settings;
mod totals;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::Arc;

use paceline_core::Clock;
use paceline_metrics::Tap;

pub use settings::{Credentials, QUEUE_MIB, Secret, Settings, SettingsError, Source, WriteLayer};
pub use totals::Totals;

use collect::Collector;
use queue::Queue;
use send::Sender;

/// The queue's folder in a data directory.
pub const FORWARD_DIR: &str = "metrics-forward";

#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    #[error("use the queue of forwarded metrics in `{place}`: {problem}")]
    Queue { place: String, problem: io::Error },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("use TLS towards the receiver of metrics: {0}")]
    Tls(String),
}

/// Forwarding while the server runs.
pub struct Forward {
    collector: Collector,
    sender: tokio::task::JoinHandle<()>,
    stop: tokio::sync::watch::Sender<bool>,
    totals: Arc<Totals>,
}

impl Forward {
    /// Goes on with what the last run left. Needs a runtime.
    ///
    /// # Errors
    /// When the folder, a file with a secret, or TLS cannot be used.
    pub fn start(
        data: &Path,
        settings: &Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ForwardError> {
        let folder = data.join(FORWARD_DIR);
        let unusable = |problem| ForwardError::Queue {
            place: folder.display().to_string(),
            problem,
        };
        let totals = Arc::new(Totals::default());
        let queue = Queue::open(&folder, settings.queue_bytes_max, Arc::clone(&totals));
        let queue = Arc::new(queue.map_err(unusable)?);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let sender = Sender::new(settings, Arc::clone(&queue), Arc::clone(&totals))?;
        let collector = Collector::start(queue, settings.protocol, Arc::clone(&totals), clock)
            .map_err(unusable)?;
        Ok(Self {
            collector,
            sender: tokio::spawn(sender.run(stopped)),
            stop,
            totals,
        })
    }

    /// What the engine calls with each accepted row.
    #[must_use]
    pub fn tap(&self) -> Tap {
        self.collector.tap()
    }

    #[must_use]
    pub fn totals(&self) -> &Arc<Totals> {
        &self.totals
    }

    /// Everything that was accepted is in the queue on disk when this returns.
    pub async fn stop(self) {
        let collector = self.collector;
        let collected = tokio::task::spawn_blocking(move || collector.stop()).await;
        // Nobody listens any more only if the sender has ended by itself.
        let _ = self.stop.send(true);
        if self.sender.await.is_err() || collected.is_err() {
            tracing::error!("forwarding of metrics had panicked");
        }
    }
}
