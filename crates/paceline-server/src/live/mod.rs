//! The live feed: what is stored, sent on to whoever subscribed to it, over a WebSocket. Owns
//! subscriptions, the way from the engine's tap to a subscriber, and all bounds on it; refuses to
//! let a subscriber slow the engine or another subscriber.
//!
//! ```text
//! Engine tap --row--> matching (writer's thread) --pipe--> session --outbox--> socket
//!                     who watches the series?   bounded     samples to deltas, bounded
//! store, recorder --notes--> hub --versioned rows--> topics --/
//! ```
//!
//! `docs/format/live.md` is the protocol, decisions 0019 and 0029 say why it is so. Series and topics have
//! their own sources, and share session, outbox and limits.

mod hub;
mod limits;
mod matching;
mod opening;
mod outbox;
mod pipe;
pub mod route;
mod selector;
mod session;
mod snapshot;
mod subscription;
mod topics;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paceline_api::ErrorCode;
use paceline_metrics::{Tap, TappedRow};
use paceline_promql::Value;
use paceline_store::Store;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use hub::{Awake, Hub};
use limits::{
    QUERIES_RUNNING_MAX, QUERY_TIMEOUT, SNAPSHOTS_RUNNING_MAX, STOP_MAX, SUBSCRIBERS_MAX,
};
use matching::Matching;
use pipe::Inlet;
use selector::Selector;
use snapshot::Last;

use crate::alerts::Alerts;
use crate::http::prometheus::{Questions, consult_instant};
use crate::metrics::Metrics;
use crate::operations::ApiFailure;
use crate::recorder::Recorder;
use crate::recorder::live::LiveCounts;

/// The live feed of one server.
pub struct Live {
    metrics: Arc<Metrics>,
    questions: Arc<Questions>,
    alerts: Arc<Alerts>,
    counts: Arc<LiveCounts>,
    following: Arc<Following>,
    hub: Arc<Hub>,
    places: Arc<Semaphore>,
    snapshots: Arc<Semaphore>,
    evaluations: Semaphore,
    stop: watch::Sender<bool>,
}

/// Where what is followed comes from.
pub struct Sources {
    pub store: Arc<dyn Store>,
    pub metrics: Arc<Metrics>,
    pub recorder: Arc<Recorder>,
    pub questions: Arc<Questions>,
    pub alerts: Arc<Alerts>,
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
    pub fn start(from: Sources) -> Arc<Self> {
        let Sources {
            store,
            metrics,
            recorder,
            questions,
            alerts,
        } = from;
        let clock = Arc::clone(&questions.clock);
        let counts = Arc::clone(&recorder.live);
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
            questions,
            alerts,
            counts,
            following,
            hub: Hub::start(store, recorder, clock),
            places: Arc::new(Semaphore::new(SUBSCRIBERS_MAX)),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS_RUNNING_MAX)),
            evaluations: Semaphore::new(QUERIES_RUNNING_MAX),
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

impl Live {
    /// Awake when this returns, as long as the answer lives.
    async fn wake(&self) -> Result<Awake, ApiFailure> {
        self.hub.wake(self.stop.subscribe()).await
    }

    /// A query's result now, on a thread that may block, a few at a time, so that pages leave room
    /// for those who ask over HTTP.
    async fn evaluate(&self, query: Arc<paceline_promql::Query>) -> Result<Value, ApiFailure> {
        // The semaphore is never closed.
        let _turn = self.evaluations.acquire().await.ok();
        let (questions, recorder) = (Arc::clone(&self.questions), Arc::clone(self.hub.recorder()));
        let engine = Arc::clone(self.metrics.engine());
        consult_instant(questions, recorder, query, engine, QUERY_TIMEOUT).await
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
