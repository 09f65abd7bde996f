//! Alerts: rules, what they find, and who is told. Owns the book of all of it and the turn that moves
//! it; the parts each refuse what is another's.
//!
//! ```text
//! rule (person, file, default) ─> turn, every second ─> book ─> operations, live feed
//!                                   │ one commit
//!                                   ▼
//!                                 store ─> outbox ─> notify (webhook, Alertmanager, Slack, mail)
//! ```
//!
//! Deciding, storing and sending are three steps, in this order: what was decided is in the store
//! before anything is sent, so a crash loses nothing and doubles nothing but what a receiver took
//! without our hearing of it.

mod book;
mod defaults;
mod delivered;
mod evaluate;
mod families;
mod files;
mod limits;
mod names;
mod orphans;
mod outbox;
mod present;
mod preview;
mod prometheus;
mod read;
mod recording;
mod rule;
mod silence;
#[cfg(test)]
mod tests;
mod threshold;
mod told;
mod turn;
mod units;
mod usual;
mod words;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use paceline_analysis::alerts::Moment;
use paceline_core::Clock;
use paceline_core::alert::{Changes, Kept, Kind};
use paceline_promql::Cancel;
use paceline_store::{Context, Failure, Store};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::anomalies::Anomalies;
use crate::metrics::Metrics;
use crate::metrics::own::OwnSeries;
use crate::notify::Notifier;
use crate::operations::ApiFailure;
use crate::recorder::Recorder;

pub use limits::{PREVIEW_HOURS_MAX, RULES_MAX, SILENCES_MAX};
pub use read::{acknowledgement, event as shown_event};
pub use rule::{KeptRule, Rule, severity_of};
pub use silence::{Silenced, made as made_silence};

use evaluate::Deadline;

pub(crate) use book::{Acknowledged, Book, Entry, document};
pub(crate) use outbox::Outbox;
pub(crate) use threshold::quoted;
pub(crate) use words::encoded;

/// Channels are told the same again after so long.
const DEDUPLICATE_MS: i64 = 86_400_000;
const LOOKBACK_MS: i64 = 300_000;
/// Events beyond these are dropped while the store takes nothing: what fires is still known and sent.
const UNSAVED_EVENTS_MAX: usize = 20_000;

/// One turn of all rules; what runs then is stopped, and rests ten times as long as it took.
const TURN_MAX: Duration = Duration::from_secs(limits::TURN_SECONDS_MAX);

/// What the configuration says.
#[derive(Clone)]
pub struct Settings {
    pub notifier: Option<Arc<Notifier>>,
    pub deduplicate_ms: i64,
    pub lookback_ms: i64,
    /// Rule files and folders of them.
    pub rules: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            notifier: None,
            deduplicate_ms: DEDUPLICATE_MS,
            lookback_ms: LOOKBACK_MS,
            rules: Vec::new(),
        }
    }
}

pub struct Alerts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) book: Mutex<Book>,
    pub(crate) settings: Mutex<Settings>,
    pub(crate) outbox: Outbox,
    /// Whose detectors know what is usual.
    anomalies: OnceLock<Weak<Anomalies>>,
    names: Mutex<OwnSeries>,
    /// Of the rule files that are in force.
    files_seen: Mutex<Option<[u8; 32]>>,
    /// What the store did not take yet.
    unsaved: tokio::sync::Mutex<Changes>,
    changed: watch::Sender<u64>,
    /// On the steady clock.
    started_ms: i64,
}

impl Alerts {
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        recorder: Arc<Recorder>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let book = Book {
            rules: defaults::rules().into_iter().map(Arc::new).collect(),
            ..Book::default()
        };
        Self {
            store,
            recorder,
            metrics,
            book: Mutex::new(book),
            settings: Mutex::default(),
            outbox: Outbox::default(),
            anomalies: OnceLock::new(),
            names: Mutex::default(),
            files_seen: Mutex::default(),
            unsaved: tokio::sync::Mutex::default(),
            changed: watch::Sender::default(),
            started_ms: clock.now().steady.0,
            clock,
        }
    }

    /// What is usual is asked there from now on; the first counts.
    pub fn ask(&self, anomalies: &Arc<Anomalies>) {
        drop(self.anomalies.set(Arc::downgrade(anomalies)));
    }

    pub fn configure(&self, settings: Settings) {
        *self.settings.lock() = settings;
    }

    /// How far back an instant question looks.
    pub(crate) fn lookback_ms(&self) -> i64 {
        self.settings.lock().lookback_ms
    }

    /// Takes up what an earlier run left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn restore(&self) -> Result<(), Failure> {
        let documents =
            async |kind| Ok::<_, Failure>(self.store.alert_documents(kind).await?.value);
        let held = documents(Kind::Held).await?;
        let told = documents(Kind::Told).await?;
        let silences = documents(Kind::Silence).await?;
        let rules = documents(Kind::Rule).await?;
        {
            let mut book = self.book.lock();
            book.restore(held, told, silences);
            restore_rules(&mut book, &rules);
            book.version += 1;
        }
        self.learn_units();
        self.ask_names().await;
        let channels: Vec<String> = {
            let settings = self.settings.lock();
            let channels = settings.notifier.iter().flat_map(|it| it.channels());
            channels.map(|channel| channel.name.clone()).collect()
        };
        if let Err(failure) = self.give_up_removed(&channels).await {
            // The next start tries again; what is configured is told all the same.
            let error = failure.error;
            tracing::warn!(%error, "deliveries of removed channels could not be given up");
        }
        for channel in channels {
            let waiting = self
                .store
                .alert_deliveries_waiting(channel, outbox::WAITING_MAX);
            self.outbox.take_up(waiting.await?.value);
        }
        Ok(())
    }

    /// One turn; what it decided is stored before anybody is told.
    ///
    /// # Errors
    /// When the store does not take it; it is stored with the next turn, and told all the same: that
    /// the disk is full is one of the things to tell.
    pub async fn turn(self: &Arc<Self>) -> Result<(), Failure> {
        let alerts = Arc::clone(self);
        let deadline = Arc::new(Deadline::after(Arc::clone(&self.clock), TURN_MAX));
        let until = Arc::clone(&deadline);
        let mut turn = tokio::task::spawn_blocking(move || alerts.take_turn(&until));
        let ended = tokio::select! {
            ended = &mut turn => ended,
            () = tokio::time::sleep(TURN_MAX) => {
                deadline.cancel.time_out();
                turn.await
            }
        };
        let Ok(outcome) = ended else {
            tracing::error!("a turn of alerts panicked");
            return Ok(());
        };
        if !outcome.rows.is_empty()
            && let Err(error) = self.metrics.append_own(outcome.rows).await
        {
            tracing::warn!(%error, "what recording rules found could not be stored");
        }
        let deliveries = outcome.changes.deliveries.clone();
        let saved = self.save(outcome.changes).await;
        let now = self.clock.now();
        self.outbox.add(deliveries, now);
        saved
    }

    /// Stores changes behind those that are not stored yet.
    ///
    /// # Errors
    /// When the store does not take them; they are kept for the next time.
    pub(crate) async fn save(&self, changes: Changes) -> Result<(), Failure> {
        let mut unsaved = self.unsaved.lock().await;
        unsaved.then(changes);
        if unsaved.is_empty() {
            return Ok(());
        }
        let ctx = Context::at(self.clock.now());
        let saved = self.store.record_alerts(ctx, unsaved.clone()).await;
        match saved {
            Ok(_) => {
                *unsaved = Changes::default();
                Ok(())
            }
            Err(failure) => {
                unsaved.events.truncate(UNSAVED_EVENTS_MAX);
                Err(failure)
            }
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        let now = self.clock.now();
        Moment {
            wall_ms: now.wall.0,
            steady_ms: now.steady.0,
        }
    }

    /// Tells whoever looks that something is different now.
    pub(crate) fn touch(&self, book: &mut Book) {
        book.version += 1;
        self.changed.send_replace(book.version);
    }

    /// Rises with every change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What a rule would have done. Blocks.
    ///
    /// # Errors
    /// When the expression cannot be evaluated.
    pub(crate) fn preview(
        &self,
        rule: Rule,
        hours: u32,
        cancel: &Cancel,
    ) -> Result<paceline_api::AlertPreview, ApiFailure> {
        let now = self.moment();
        let lookback_ms = self.lookback_ms();
        let mut options = evaluate::options(lookback_ms);
        options.steps_max = 20_000;
        let has_agents = self.metrics.is_enabled();
        let source = present::Present::new(
            self.metrics.engine(),
            &self.recorder,
            &self.names,
            has_agents,
            now.wall_ms,
        );
        let rule = Arc::new(self.measured(rule));
        preview::preview(&rule, &source, hours, now.wall_ms, &options, cancel)
            .map_err(|error| crate::operations::failure::invalid("expr", &format!(": {error}")))
    }
}

fn restore_rules(book: &mut Book, rules: &[Kept]) {
    for kept in rules {
        let Ok(rule) = serde_json::from_str::<KeptRule>(&kept.body) else {
            tracing::warn!(rule = kept.key, "a stored rule is of another version");
            continue;
        };
        if rule.request.is_none() {
            let default = book.rules.iter_mut().find(|one| one.rule_id == kept.key);
            if let Some(default) = default {
                Arc::make_mut(default).is_enabled = rule.is_enabled;
            }
            continue;
        }
        match Rule::of_person(&kept.key, &rule) {
            Ok(rule) => book.rules.push(Arc::new(rule)),
            Err(failure) => {
                let problem = failure.body.error.message;
                tracing::warn!(rule = kept.key, problem, "a stored rule cannot be used");
            }
        }
    }
}
