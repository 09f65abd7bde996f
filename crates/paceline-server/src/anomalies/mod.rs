//! Anomalies of everything that is watched. Owns which series have a detector, the turn that feeds
//! them, and what becomes of what they find; refuses to judge values, which `paceline-analysis` does.
//!
//! ```text
//! engine tap ─▶ newest value a custom series ┐
//! recorder  ─▶ own figures, every ten seconds ├─ turn, every second ─▶ detectors ─▶ book ─▶ store
//! task ends ─▶ means of agents, in rounds    ┘                          │ every five minutes
//!                                                                        ▼
//!                                                                  anomalies.zst
//! ```
//!
//! What was found is in the store with the turn that found it; what was learnt may be minutes old after
//! a crash. Decision 0034 says why it is so.

mod book;
mod custom;
mod families;
mod limits;
mod newest;
mod own;
mod past;
mod peers;
mod preview;
mod state;
mod usual;
mod watch;
mod watched;
mod words;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paceline_analysis::anomaly::{Options, describe_rate, fleet_rate};
use paceline_api::{Anomaly, AnomalyPreview, AnomalyPreviewRequest, AnomalyRate};
use paceline_core::alert::{AnomalyFilter, Changes};
use paceline_core::limits::PAGE_MAX;
use paceline_core::{Clock, Timestamp};
use paceline_metrics::{Metadata, Tap, TappedRow};
use paceline_promql::Cancel;
use paceline_store::{Context, Failure, PageRequest, Span, Store};
use parking_lot::Mutex;

use custom::{Metric, New};
use families::Counts;
use limits::{LEARN_NS_A_TURN, OWN_STEP_MS, SAVE_EVERY_MS, SAVED_AT_ONCE};
use newest::Newest;
use peers::Finished;
use preview::Asked;
use state::{Line, Writer};
use watch::Watch;

use crate::metrics::Metrics;
use crate::operations::ApiFailure;
use crate::recorder::Recorder;

pub(crate) use book::Noted;
pub use limits::SERIES_MAX;
pub use past::{Judged, judge};
pub use usual::Series;

/// Pages of anomalies that an earlier run left open.
const PAGES_MAX: usize = 100;

pub struct Anomalies {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    recorder: Arc<Recorder>,
    metrics: Arc<Metrics>,
    data_dir: PathBuf,
    /// Tasks that ended since the last turn.
    pub finished: Finished,
    watch: Mutex<Watch>,
    /// The engine's writer waits for it for as long as a turn takes to swap two lists.
    newest: Arc<Mutex<Newest>>,
    /// Whether the engine's writer shows its rows.
    open: Arc<AtomicBool>,
    counts: Mutex<Counts>,
    /// One commit after the other, so that an older one does not overtake.
    storing: tokio::sync::Mutex<()>,
    /// When the state was saved last.
    saved: tokio::sync::Mutex<i64>,
}

impl Anomalies {
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        recorder: Arc<Recorder>,
        metrics: Arc<Metrics>,
        data_dir: PathBuf,
    ) -> Self {
        let now_ms = clock.now().wall.0;
        Self {
            store,
            recorder,
            metrics,
            data_dir,
            finished: Finished::default(),
            watch: Mutex::new(Watch::new(now_ms)),
            newest: Arc::default(),
            open: Arc::default(),
            counts: Mutex::default(),
            storing: tokio::sync::Mutex::default(),
            saved: tokio::sync::Mutex::new(now_ms),
            clock,
        }
    }

    /// Takes up what an earlier run learnt and left open. From now on the engine shows its rows here.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn begin(self: &Arc<Self>) -> Result<(), Failure> {
        let open = self.left_open().await?;
        let anomalies = Arc::clone(self);
        let restoring = tokio::task::spawn_blocking(move || anomalies.restore(open));
        if restoring.await.is_err() {
            tracing::error!("what detectors had learnt could not be taken up");
        }
        let newest = Arc::clone(&self.newest);
        let see = move |row: &TappedRow<'_>| newest.lock().row(row);
        let tap = Tap::while_open(Arc::clone(&self.open), see);
        self.metrics.engine().add_tap(tap);
        let weak = Arc::downgrade(self);
        self.recorder.add_families(Box::new(move || {
            weak.upgrade().map_or_else(Vec::new, |one| one.families())
        }));
        Ok(())
    }

    /// One turn; what it found is stored, and now and then what was learnt is saved.
    ///
    /// # Errors
    /// When the store does not take it; it is stored with the next turn.
    pub async fn turn(self: &Arc<Self>) -> Result<(), Failure> {
        let anomalies = Arc::clone(self);
        let turn = move || {
            anomalies.look();
            anomalies.learn_past();
        };
        if tokio::task::spawn_blocking(turn).await.is_err() {
            tracing::error!("a turn of anomalies panicked");
        }
        self.store_changes().await?;
        let now_ms = self.now_ms();
        let saved_ms = *self.saved.lock().await;
        if !(0..SAVE_EVERY_MS).contains(&(now_ms - saved_ms)) {
            self.save().await;
        }
        Ok(())
    }

    /// What detectors have learnt is on disk when this returns, or the log says why not.
    pub async fn save(self: &Arc<Self>) {
        let mut saved = self.saved.lock().await;
        // Also when it fails: a full disk is not asked every second.
        *saved = self.now_ms();
        let anomalies = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || anomalies.write()).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "what detectors have learnt could not be saved")
            }
            Err(_) => tracing::error!("saving what detectors have learnt panicked"),
        }
    }

    /// What is known of an anomaly that the store may not have yet.
    pub(crate) fn known(&self, anomaly_id: &str) -> Option<Noted> {
        self.watch.lock().book.get(anomaly_id).cloned()
    }

    /// What detectors would have told of the past, had they watched the answer to a question. Blocks.
    ///
    /// # Errors
    /// What makes no sense, or is too much.
    pub(crate) fn preview(
        &self,
        request: AnomalyPreviewRequest,
        lookback_ms: i64,
        cancel: &Cancel,
    ) -> Result<AnomalyPreview, ApiFailure> {
        let definition = |name: &str| self.metrics.definition(name);
        let asked = Asked::of(request, self.now_ms(), &definition)?;
        let engine = self.metrics.engine().as_ref();
        asked.judge(engine, &definition, lookback_ms, cancel)
    }

    /// A person says that it was none: it ends, and the like of it is not told again. Both are on disk
    /// when this returns.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn dismiss(self: &Arc<Self>, noted: Noted) -> Result<Anomaly, Failure> {
        if noted.shown.is_dismissed {
            return Ok(noted.shown);
        }
        let now_ms = self.now_ms();
        let dismissed = self.watch.lock().dismiss(noted, now_ms);
        self.store_changes().await?;
        self.save().await;
        Ok(dismissed.shown)
    }

    /// How anomalous the fleet is now.
    #[must_use]
    pub fn rate(&self) -> AnomalyRate {
        let counts = self.counts();
        let rate = fleet_rate(counts.watched, counts.open, &Options::every(OWN_STEP_MS));
        let mut sentence = describe_rate(&rate);
        if 0 < counts.refused {
            sentence.push_str(&format!(
                "; {} more are not watched, since {SERIES_MAX} custom series are the most",
                counts.refused
            ));
        }
        AnomalyRate {
            watched: rate.watched,
            anomalous: rate.anomalous,
            by_chance: rate.by_chance,
            chance: rate.chance,
            sentence,
            state_bytes: counts.bytes,
        }
    }

    fn counts(&self) -> Counts {
        let open = self.watch.lock().book.open() as u64;
        Counts {
            open,
            ..*self.counts.lock()
        }
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().wall.0
    }

    fn look(&self) {
        let now_ms = self.now_ms();
        let mut watch = self.watch.lock();
        watch.notice_pause(now_ms);
        let is_judging = watch.judging_from_ms <= now_ms;
        let Watch { own, book, .. } = &mut *watch;
        own.turn(&self.recorder, now_ms, is_judging, book);
        if self.metrics.is_enabled() {
            self.look_at_agents(&mut watch, (now_ms, is_judging));
        } else if self.open.swap(false, Ordering::SeqCst) {
            *self.newest.lock() = Newest::default();
            let Watch {
                custom,
                peers,
                book,
                ..
            } = &mut *watch;
            custom.pause(now_ms, book);
            peers.pause(now_ms, book);
        }
        if !(0..OWN_STEP_MS).contains(&now_ms.saturating_sub(watch.counted_ms)) {
            watch.counted_ms = now_ms;
            let counts = watch.count(self.newest.lock().refused());
            *self.counts.lock() = counts;
        }
    }

    /// Custom series, and agents beside their peers.
    fn look_at_agents(&self, watch: &mut Watch, (now_ms, is_judging): (i64, bool)) {
        self.open.store(true, Ordering::SeqCst);
        let taken = self.newest.lock().take();
        let definition = |name: &str| -> Option<Metadata> { self.metrics.definition(name) };
        let Watch {
            custom,
            peers,
            book,
            ..
        } = watch;
        let free = custom.turn(taken, (now_ms, is_judging), &definition, book);
        for place in free {
            self.newest.lock().release(place);
        }
        let finished = self.finished.take();
        if is_judging {
            peers.turn(finished, now_ms, book);
        }
    }

    /// Series that are new under watch may have been stored for long: there was no room for them, or
    /// what was learnt is lost.
    fn learn_past(&self) {
        let begun_ns = self.clock.stopwatch_ns();
        let engine = self.metrics.engine().as_ref();
        while let Some(new) = self.next_new() {
            if let Some(detector) = past::learnt(&new.labels, new.seen, engine, self.now_ms()) {
                self.watch.lock().custom.learn(&new, detector);
            }
            if LEARN_NS_A_TURN <= self.clock.stopwatch_ns().saturating_sub(begun_ns) {
                break;
            }
        }
    }

    fn next_new(&self) -> Option<New> {
        self.watch.lock().custom.next_new()
    }

    async fn store_changes(&self) -> Result<(), Failure> {
        let _turn = self.storing.lock().await;
        let anomalies = self.watch.lock().book.changes();
        if anomalies.is_empty() {
            return Ok(());
        }
        let changes = Changes {
            anomalies: anomalies.clone(),
            ..Changes::default()
        };
        let ctx = Context::at(self.clock.now());
        let stored = self.store.record_alerts(ctx, changes).await;
        let mut watch = self.watch.lock();
        match stored {
            Ok(_) => {
                watch.book.stored(&anomalies);
                Ok(())
            }
            Err(failure) => {
                watch.book.not_stored(anomalies);
                Err(failure)
            }
        }
    }

    async fn left_open(&self) -> Result<Vec<paceline_core::alert::Anomaly>, Failure> {
        let span = Span {
            from: Timestamp(self.now_ms()),
            to: Span::ALL.to,
        };
        let (mut open, mut cursor) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let page = PageRequest {
                limit: PAGE_MAX,
                cursor,
            };
            let filter = AnomalyFilter::default();
            let found = self.store.anomalies(filter, span, page).await?.value;
            open.extend(found.items);
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(open)
    }

    fn restore(&self, open: Vec<paceline_core::alert::Anomaly>) {
        let lines = state::read(&self.data_dir).unwrap_or_else(|error| {
            tracing::warn!(%error, "detectors begin anew: what they had learnt cannot be used");
            Vec::new()
        });
        let now_ms = self.now_ms();
        let mut watch = self.watch.lock();
        watch.book.restore(open);
        watch.restore(lines, now_ms);
    }

    /// A part at a time, so that a turn waits for the copy of a part only.
    fn write(&self) -> io::Result<()> {
        let mut writer = Writer::begin(&self.data_dir)?;
        let at_ms = self.now_ms();
        writer.add(&Line::Saved { at_ms })?;
        let lines = self.watch.lock().own_lines();
        lines.iter().try_for_each(|line| writer.add(line))?;
        let asleep: Vec<String> = self.watch.lock().custom.asleep.keys().cloned().collect();
        for keys in asleep.chunks(SAVED_AT_ONCE) {
            let metrics: Vec<Metric> = {
                let watch = self.watch.lock();
                let found = keys.iter().filter_map(|key| watch.custom.asleep.get(key));
                found.cloned().collect()
            };
            write_metrics(&mut writer, &metrics)?;
        }
        let mut from = Some(0);
        while let Some(place) = from {
            let (metrics, next) = self.watch.lock().custom.copied(place, SAVED_AT_ONCE);
            write_metrics(&mut writer, &metrics)?;
            from = next;
        }
        writer.finish()
    }
}

fn write_metrics(writer: &mut Writer, metrics: &[Metric]) -> io::Result<()> {
    metrics
        .iter()
        .try_for_each(|metric| writer.add(&Line::metric(metric)))
}
