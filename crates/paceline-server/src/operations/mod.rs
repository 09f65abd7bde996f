//! The operations that every surface offers. Owns the way from a parsed request to an answer: the
//! caller's identity is checked, the request becomes a command, the command passes the measured
//! gate, and whoever waited for its effect is woken. Refuses protocols (http and mcp are thin over
//! this) and rules (core's).

mod agent;
mod agent_history;
mod agent_performance;
mod alert;
mod alert_rule;
mod anomaly;
mod caller;
mod election;
pub mod failure;
pub mod features;
mod gate;
mod kept;
mod look_back;
mod memory;
mod message;
mod message_list;
pub(crate) mod metric;
mod metric_define;
mod metric_name;
mod metric_record;
mod performance;
mod presence;
mod quality;
mod silence;
mod task;
mod task_finish;
mod task_read;
mod task_story;
mod telemetry;
mod tool_call;
mod waiters;
pub(crate) mod wire;

use std::path::PathBuf;
use std::sync::Arc;

use paceline_core::Clock;
use paceline_store::{PageRequest, Store};

pub use caller::{Caller, Identity, Surface};
pub use failure::ApiFailure;
pub use features::Features;
pub use metric::{AGENT_LABEL, OWN_PREFIX};
pub use presence::Presence;
pub use waiters::Waiters;

use crate::alerts::Alerts;
use crate::anomalies::Anomalies;
use crate::ingest::otlp::Otlp;
use crate::metrics::Metrics;
use crate::recorder::{Recorder, exposition};
use gate::Gate;
use look_back::LookBacks;

/// One method for each member of [`paceline_api::Operation`], and few beside them.
pub struct Operations {
    gate: Gate,
    data_dir: PathBuf,
    counted_agents: Arc<tokio::sync::Mutex<agent_performance::Kept>>,
    /// Tokens of retried registrations are derived from it.
    secret: [u8; 32],
    pub waiters: Arc<Waiters>,
    pub presence: Arc<Presence>,
    pub features: Arc<Features>,
    pub metrics: Arc<Metrics>,
    pub otlp: Arc<Otlp>,
    pub alerts: Arc<Alerts>,
    pub anomalies: Arc<Anomalies>,
    look_backs: LookBacks,
}

impl Operations {
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        recorder: Arc<Recorder>,
        clock: Arc<dyn Clock>,
        data_dir: PathBuf,
        secret: [u8; 32],
        features: Arc<Features>,
        metrics: Arc<Metrics>,
    ) -> Self {
        recorder.agent_counts.switch(features.agent_metrics());
        let alerts = Alerts::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&recorder),
            Arc::clone(&metrics),
        );
        let anomalies = Anomalies::new(
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&recorder),
            Arc::clone(&metrics),
            data_dir.clone(),
        );
        let anomalies = Arc::new(anomalies);
        alerts.ask(&anomalies);
        Self {
            alerts: Arc::new(alerts),
            anomalies,
            look_backs: LookBacks::default(),
            gate: Gate::new(store, recorder, clock),
            data_dir,
            counted_agents: Arc::default(),
            secret,
            waiters: Arc::default(),
            presence: Arc::default(),
            features,
            metrics,
            otlp: Arc::default(),
        }
    }

    /// # Errors
    /// When the store takes no writes, or the metrics engine none.
    pub async fn ready(&self) -> Result<(), ApiFailure> {
        self.gate.probe().await?;
        self.metrics.ready()
    }

    /// The Prometheus text of the server's own series; those of agents only while the flag is on.
    pub fn exposition(&self, out: &mut String) {
        exposition::write(&self.recorder().families(), out);
        if self.features.agent_metrics() {
            exposition::write(&self.recorder().agent_families(), out);
        }
    }

    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        self.gate.recorder()
    }
}

/// A page's size is checked here for every list; its cursor is the store's own.
fn page(limit: Option<u32>, cursor: Option<String>) -> Result<PageRequest, ApiFailure> {
    use paceline_core::limits::{PAGE_DEFAULT, PAGE_MAX};
    let limit = limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(failure::invalid(
            "limit",
            &format!("must be 1 to {PAGE_MAX}, got {limit}"),
        ));
    }
    Ok(PageRequest { limit, cursor })
}
