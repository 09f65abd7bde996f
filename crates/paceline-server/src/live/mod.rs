//! The live feed: what is stored, sent on to whoever subscribed to it, over a WebSocket. Owns
//! subscriptions, the way from the engine's tap to a subscriber, and all bounds on it; refuses to
//! let a subscriber slow the engine or another subscriber.
//!
//! ```text
//! Engine tap --row--> matching (writer's thread) --pipe--> session --outbox--> socket
//!                     who watches the series?   bounded     samples to deltas, bounded
//! ```
//!
//! `docs/format/live.md` is the protocol, decision 0019 says why it is so. A further kind of thing to
//! follow has its own source of events beside `matching`, and shares session, outbox and limits.

mod limits;
mod matching;
mod outbox;
mod pipe;
pub mod route;
mod selector;
mod session;
mod snapshot;
mod subscription;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paceline_api::ErrorCode;
use paceline_metrics::{Tap, TappedRow};
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use limits::{SNAPSHOTS_RUNNING_MAX, STOP_MAX, SUBSCRIBERS_MAX};
use matching::Matching;
use pipe::Inlet;
use selector::Selector;
use snapshot::Last;

use crate::metrics::Metrics;
use crate::operations::ApiFailure;
use crate::recorder::live::LiveCounts;

/// The hub of one server.
pub struct Live {
    metrics: Arc<Metrics>,
    counts: Arc<LiveCounts>,
    following: Arc<Following>,
    places: Arc<Semaphore>,
    snapshots: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

/// What the engine's writer looks at.
struct Following {
    /// Whether anybody subscribed.
    open: Arc<AtomicBool>,
    /// The writer's, but for the moments in which subscriptions come and go.
    matching: Mutex<Matching>,
}

impl Live {
    /// From now on the engine shows its rows here, while somebody subscribes.
    #[must_use]
    pub fn start(metrics: Arc<Metrics>, counts: Arc<LiveCounts>) -> Arc<Self> {
        let following = Arc::new(Following {
            open: Arc::default(),
            matching: Mutex::default(),
        });
        let tapped = Arc::clone(&following);
        let see = move |row: &TappedRow<'_>| tapped.matching.lock().row(row);
        metrics
            .engine()
            .add_tap(Tap::while_open(Arc::clone(&following.open), see));
        Arc::new(Self {
            metrics,
            counts,
            following,
            places: Arc::new(Semaphore::new(SUBSCRIBERS_MAX)),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS_RUNNING_MAX)),
            stop: watch::Sender::new(false),
        })
    }

    /// Closes every connection, and those to come.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Returns when every connection is closed, or takes too long.
    pub async fn stopped(&self) {
        if tokio::time::timeout(STOP_MAX, self.stop.closed())
            .await
            .is_err()
        {
            tracing::warn!("some subscribers of the live feed did not close their connection");
        }
    }

    fn place(self: &Arc<Self>) -> Result<Place, ApiFailure> {
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let message = format!("{SUBSCRIBERS_MAX} live connections are open, which is the most");
            ApiFailure::new(ErrorCode::Unavailable, message)
                .hint("close one, or follow more over one connection")
        })?;
        self.counts.joined();
        Ok(Place {
            live: Arc::clone(self),
            _permit: permit,
        })
    }

    /// From here on every stored sample of the selectors' series goes into the inlet.
    fn follow(&self, selectors: Vec<Selector>, inlet: Inlet) -> Follow {
        let mut matching = self.following.matching.lock();
        let number = matching.add(selectors, inlet);
        self.following.open.store(true, Ordering::SeqCst);
        Follow {
            number,
            following: Arc::clone(&self.following),
        }
    }

    /// Reads a snapshot on a thread that may block, a few at a time.
    async fn snapshot(self: Arc<Self>, selectors: Vec<Selector>) -> Result<Vec<Last>, ApiFailure> {
        // The semaphore is never closed.
        let _turn = self.snapshots.acquire().await.ok();
        let metrics = Arc::clone(&self.metrics);
        let read = move || snapshot::read(metrics.engine(), &selectors, metrics.now_ms());
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => Ok(read?),
            Err(_) => Err(
                ApiFailure::new(ErrorCode::Internal, "the snapshot could not be read")
                    .hint("the server's log has the cause; please report it"),
            ),
        }
    }
}

/// One connection's right to be there.
struct Place {
    live: Arc<Live>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.live.counts.left();
    }
}

/// A subscription that the engine's writer knows.
struct Follow {
    number: u32,
    following: Arc<Following>,
}

impl Drop for Follow {
    fn drop(&mut self) {
        let mut matching = self.following.matching.lock();
        let memory = matching.remove(self.number);
        if matching.is_empty() {
            self.following.open.store(false, Ordering::SeqCst);
        }
        drop(matching);
        // Without the lock: it may be megabytes.
        drop(memory);
    }
}
