//! What happens without anybody asking. Owns a table of services, one file each, and the loop that
//! runs each at its pace; refuses to hold time: a service is a function of the clock it is given,
//! bounded a turn, and does the same work again harmlessly.

mod agent_health;
mod alerting;
mod anomaly_watch;
mod lease_expiry;
mod memory_expiry;
mod metrics_upkeep;
mod monthly_report;
mod operation_window;
mod own_series;
mod priority_ageing;
mod scheduled_tasks;
mod term_expiry;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use paceline_core::agent::SilencePolicy;
use paceline_core::{AgentId, Clock};
use paceline_metrics::{AppendError, SourceError};
use paceline_store::{Context, Failure, Store, StoreError};
use tokio::sync::watch;

use crate::alerts::Alerts;
use crate::anomalies::Anomalies;
use crate::ids::new_id;
use crate::metrics::Metrics;
use crate::operations::{Presence, Waiters};
use crate::recorder::Recorder;
use crate::report::{KeepError, ReportError};

/// How much one turn may do, so that no turn holds the writer for long.
const ROWS_A_TURN: u32 = 1_000;

/// What services work with.
#[derive(Clone)]
pub struct Maintenance {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub recorder: Arc<Recorder>,
    pub metrics: Arc<Metrics>,
    pub waiters: Arc<Waiters>,
    pub presence: Arc<Presence>,
    pub silence: SilencePolicy,
    /// Between two records of the server's own series.
    pub own_interval_ms: Option<i64>,
    pub data_dir: PathBuf,
    pub alerts: Arc<Alerts>,
    pub anomalies: Arc<Anomalies>,
    /// Whether the last month's report is written by itself.
    pub monthly_report: bool,
}

impl Maintenance {
    fn context(&self) -> Context {
        Context::at(self.clock.now())
    }
}

/// Why a turn could not be finished; it is tried again at the next.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(StoreError),
    #[error("keep the metrics: {0}")]
    Metrics(#[from] SourceError),
    #[error("record the server's own series: {0}")]
    Own(#[from] AppendError),
    #[error("make the monthly report: {0}")]
    Report(#[from] ReportError),
    #[error(transparent)]
    Keep(#[from] KeepError),
    #[error("{0}")]
    Stopped(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Store(failure.error)
    }
}

#[async_trait]
trait Service: Send + Sync {
    fn name(&self) -> &'static str;
    fn period(&self) -> Duration;
    /// One bounded turn; `true`: there is more to do at once.
    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble>;
}

fn services(with: &Maintenance) -> Vec<Box<dyn Service>> {
    vec![
        Box::new(lease_expiry::LeaseExpiry),
        Box::new(scheduled_tasks::ScheduledTasks),
        Box::new(priority_ageing::PriorityAgeing),
        Box::new(agent_health::AgentHealth),
        Box::new(term_expiry::TermExpiry),
        Box::new(memory_expiry::MemoryExpiry),
        Box::new(own_series::OwnSeriesRecording::every(with.own_interval_ms)),
        Box::new(alerting::Alerting),
        Box::new(anomaly_watch::AnomalyWatch),
        Box::new(operation_window::OperationWindow),
        Box::new(metrics_upkeep::MetricsUpkeep),
        Box::new(monthly_report::MonthlyReport::by(
            AgentId::trusted(new_id("srv")),
            with.monthly_report,
        )),
    ]
}

/// Runs every service until `stop` turns true; answers when all have ended.
pub async fn run(with: Maintenance, stop: watch::Receiver<bool>) {
    let mut running = tokio::task::JoinSet::new();
    for service in services(&with) {
        running.spawn(keep(service, with.clone(), stop.clone()));
    }
    while let Some(ended) = running.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a maintenance service ended early");
        }
    }
}

async fn keep(service: Box<dyn Service>, with: Maintenance, mut stop: watch::Receiver<bool>) {
    let mut failing = false;
    while !*stop.borrow() {
        let more = match service.turn(&with).await {
            Ok(more) => {
                failing = false;
                more
            }
            Err(trouble) => {
                if !failing {
                    tracing::warn!(service = service.name(), error = %trouble, "maintenance failed");
                }
                failing = true;
                false
            }
        };
        if !more {
            // Whichever comes first; a dropped sender ends the service as well.
            let stopped = tokio::time::timeout(service.period(), stop.changed()).await;
            if matches!(stopped, Ok(Err(_))) {
                return;
            }
        }
    }
}

/// Whether a turn that changed so many rows should be followed by another at once.
fn is_full(changed: usize) -> bool {
    ROWS_A_TURN as usize <= changed
}
