//! The metrics engine inside the server. Owns the one [`Engine`] of a data directory, the bridge
//! from its callbacks to `async`, and the flag that stops collection; refuses formats (`ingest` and
//! `http::prometheus` speak those) and the engine's rules (`paceline-metrics` has them).

mod definitions;
pub mod own;
mod trouble;
mod unit;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use paceline_api::ErrorCode;
use paceline_core::Clock;
use paceline_core::limits::METRIC_DEFINITIONS_MAX;
use paceline_metrics::{
    AppendError, Appended, Engine, EngineOptions, EngineStats, Metadata, OpenError, RefSample, Row,
    Settled, SourceError,
};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use definitions::Definitions;
use trouble::Trouble;

pub use unit::{unit_of, unit_word};

use crate::operations::{ApiFailure, Features};

/// The engine's folder in a data directory.
pub const METRICS_DIR: &str = "metrics";

/// One engine, and what the server adds to it.
pub struct Metrics {
    engine: Arc<Engine>,
    features: Arc<Features>,
    clock: Arc<dyn Clock>,
    definitions: Arc<Definitions>,
    refused: Mutex<BTreeMap<&'static str, u64>>,
    trouble: Arc<Trouble>,
}

/// Ends when the rows are on disk or refused as a whole.
pub(crate) type Settling = oneshot::Receiver<Result<Appended, AppendError>>;

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
        let definitions = Definitions::of_engine(&engine)?;
        Ok(Self {
            definitions: Arc::new(definitions),
            refused: Mutex::default(),
            trouble: Arc::default(),
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

    /// [`Self::append`] in two steps, for whoever measures them.
    pub(crate) fn hand_over(&self, rows: Vec<Row>) -> Result<Settling, ApiFailure> {
        self.require_enabled()?;
        Ok(self.hand_over_own(rows))
    }

    /// Samples of series that the engine gave a number for.
    pub(crate) fn hand_over_known(&self, samples: Vec<RefSample>) -> Result<Settling, ApiFailure> {
        self.require_enabled()?;
        let (tell, settled) = self.settling();
        self.engine.append_refs(samples, self.now_ms(), tell);
        Ok(settled)
    }

    /// The server's own rows, which the flag does not stop.
    pub(crate) async fn append_own(&self, rows: Vec<Row>) -> Result<Appended, AppendError> {
        let settled = self.hand_over_own(rows).await;
        settled.unwrap_or(Err(AppendError::Closed))
    }

    fn hand_over_own(&self, rows: Vec<Row>) -> Settling {
        let (tell, settled) = self.settling();
        self.engine.append(rows, self.now_ms(), tell);
        settled
    }

    fn settling(&self) -> (Settled, Settling) {
        let (sender, settled) = oneshot::channel();
        let trouble = Arc::clone(&self.trouble);
        let tell = move |outcome: Result<Appended, AppendError>| {
            match &outcome {
                Err(AppendError::Disk(said)) => trouble.begin(said),
                Err(AppendError::Busy | AppendError::Closed) => {}
                Ok(appended) if 0 < appended.accepted => trouble.end(),
                Ok(_) => {}
            }
            // A caller that went away does not want to know.
            drop(sender.send(outcome));
        };
        (Box::new(tell), settled)
    }

    /// Whether samples are being stored: the server's own are tried every few seconds.
    ///
    /// # Errors
    /// What the disk said of the last ones.
    pub fn ready(&self) -> Result<(), ApiFailure> {
        match self.trouble.get() {
            None => Ok(()),
            Some(said) => Err(AppendError::Disk(said).into()),
        }
    }

    /// What is known of metrics' names; what is known already costs nothing.
    ///
    /// # Errors
    /// When the feature is off, there are too many names, or the disk refuses.
    pub async fn define(&self, definitions: Vec<(String, Metadata)>) -> Result<(), ApiFailure> {
        self.require_enabled()?;
        let definitions = self.definitions.news(definitions);
        if self.definitions.is_full_with(&definitions) {
            let message =
                format!("there are {METRIC_DEFINITIONS_MAX} definitions, which is the most");
            return Err(ApiFailure::new(ErrorCode::LimitExceeded, message)
                .hint("samples are taken without a definition"));
        }
        Ok(self.define_own(definitions).await?)
    }

    /// The server's own, which neither the flag nor the limit stops.
    pub(crate) async fn define_own(
        &self,
        definitions: Vec<(String, Metadata)>,
    ) -> Result<(), AppendError> {
        let definitions = self.definitions.news(definitions);
        if definitions.is_empty() {
            return Ok(());
        }
        let (engine, known) = (Arc::clone(&self.engine), Arc::clone(&self.definitions));
        let defining = tokio::task::spawn_blocking(move || {
            let mut all = definitions.into_iter();
            all.try_for_each(|(name, metadata)| {
                engine.define(&name, metadata.clone())?;
                known.learn(name, metadata);
                Ok(())
            })
        });
        defining.await.unwrap_or(Err(AppendError::Closed))
    }

    #[must_use]
    pub fn definition(&self, name: &str) -> Option<Metadata> {
        self.definitions.of(name)
    }

    /// At most `limit` that begin with `prefix` and come after `after`, sorted by name.
    #[must_use]
    pub fn definitions(&self, prefix: &str, after: &str, limit: usize) -> Vec<(String, Metadata)> {
        self.definitions.page(prefix, after, limit)
    }

    /// Values that were refused before they reached the engine, which counts its own refusals.
    pub fn count_refused(&self, reason: &'static str, values: u64) {
        if 0 < values {
            *self.refused.lock().entry(reason).or_default() += values;
        }
    }

    /// The engine's figures, with what was refused before it.
    #[must_use]
    pub fn stats(&self) -> EngineStats {
        let mut stats = self.engine.stats();
        for (reason, values) in self.refused.lock().iter() {
            *stats.refused_total.entry(reason).or_default() += values;
        }
        stats
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
