//! The metrics engine inside the server. Owns the one [`Engine`] of a data directory, the bridge
//! from its callbacks to `async`, and the flag that stops collection; refuses formats (`ingest` and
//! `http::prometheus` speak those) and the engine's rules (`paceline-metrics` has them).

use std::path::Path;
use std::sync::Arc;

use paceline_core::Clock;
use paceline_metrics::{
    AppendError, Appended, Engine, EngineOptions, Metadata, OpenError, RefSample, Row, SourceError,
};
use tokio::sync::oneshot;

use crate::operations::{ApiFailure, Features};

/// The engine's folder in a data directory.
pub const METRICS_DIR: &str = "metrics";

/// One engine, and what the server adds to it.
pub struct Metrics {
    engine: Arc<Engine>,
    features: Arc<Features>,
    clock: Arc<dyn Clock>,
}

impl Metrics {
    /// Replays what the last run left under `<data>/metrics/`.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(
        data: &Path,
        options: impl FnOnce(EngineOptions) -> EngineOptions,
        features: Arc<Features>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let options = options(EngineOptions::new(data.join(METRICS_DIR)));
        let engine = Arc::new(Engine::open(options, clock.now().wall.0)?);
        Ok(Self {
            engine,
            features,
            clock,
        })
    }

    /// For questions: the engine is a `SeriesSource`. Whoever pushes goes through
    /// [`Self::append`], which knows the flag.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Milliseconds since 1970 UTC, by the server's clock.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now().wall.0
    }

    /// Whether `enable-agent-metrics` is on.
    ///
    /// # Errors
    /// `feature_disabled` when it is not.
    pub fn require_enabled(&self) -> Result<(), ApiFailure> {
        self.features.require_agent_metrics()
    }

    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.features.agent_metrics()
    }

    /// Rows of agents and other targets; what is answered as accepted is on disk.
    ///
    /// # Errors
    /// When the feature is off, or nothing of the push was kept.
    pub async fn append(&self, rows: Vec<Row>) -> Result<Appended, ApiFailure> {
        self.require_enabled()?;
        Ok(self.append_own(rows).await?)
    }

    /// Samples of series that the engine gave numbers to.
    ///
    /// # Errors
    /// As for [`Self::append`].
    pub async fn append_known(&self, samples: Vec<RefSample>) -> Result<Appended, ApiFailure> {
        self.require_enabled()?;
        let (sender, settled) = oneshot::channel();
        let tell = Box::new(move |outcome| drop(sender.send(outcome)));
        self.engine.append_refs(samples, self.now_ms(), tell);
        Ok(settled.await.unwrap_or(Err(AppendError::Closed))?)
    }

    /// The server's own rows, which the flag does not stop.
    pub(crate) async fn append_own(&self, rows: Vec<Row>) -> Result<Appended, AppendError> {
        let (sender, settled) = oneshot::channel();
        // A caller that went away does not want to know.
        let tell = Box::new(move |outcome| drop(sender.send(outcome)));
        self.engine.append(rows, self.now_ms(), tell);
        settled.await.unwrap_or(Err(AppendError::Closed))
    }

    /// What is known of metrics' names.
    ///
    /// # Errors
    /// When the feature is off, or the disk refuses.
    pub async fn define(&self, definitions: Vec<(String, Metadata)>) -> Result<(), ApiFailure> {
        self.require_enabled()?;
        Ok(self.define_own(definitions).await?)
    }

    pub(crate) async fn define_own(
        &self,
        definitions: Vec<(String, Metadata)>,
    ) -> Result<(), AppendError> {
        let engine = Arc::clone(&self.engine);
        let defining = tokio::task::spawn_blocking(move || {
            let mut all = definitions.into_iter();
            all.try_for_each(|(name, metadata)| engine.define(&name, metadata))
        });
        defining.await.unwrap_or(Err(AppendError::Closed))
    }

    /// Seals, merges and drops what is due, away from those who answer requests.
    pub(crate) async fn maintain(&self) -> Result<(), SourceError> {
        let (engine, now_ms) = (Arc::clone(&self.engine), self.now_ms());
        let maintaining = tokio::task::spawn_blocking(move || engine.maintain(now_ms));
        maintaining
            .await
            .unwrap_or_else(|error| Err(SourceError::Io(std::io::Error::other(error))))
    }
}
