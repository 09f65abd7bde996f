//! The last month's report, written by itself. Owns when one is due and who writes it; refuses to
//! say anything in it.
//!
//! ```text
//!   a month ended, none is kept --campaign--> leader --build, write, sync--> renew under the epoch
//!        --still leader--> in place --> resign          --not leader--> nothing, tried again
//! ```
//!
//! Servers that share a store stand in an election of their own, [`ELECTION`], under an identity
//! that no agent can have; one server alone wins it every time. The epoch is presented when the
//! report is about to be put in place: a server that was held up meanwhile, and is no longer the
//! leader, has written nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use paceline_analysis::{Instant, Period, Report};
use paceline_core::election::{Campaign, Office};
use paceline_core::{AgentId, ElectionName, Timestamp};
use parking_lot::Mutex;

use super::{Maintenance, Service, Trouble};
use crate::report::{Sources, build_report, is_kept, write};

/// Between the servers that share a store; clients cannot stand in it.
pub const ELECTION: &str = "paceline-maintenance";
/// Longer than the slowest report takes.
const TERM_MS: i64 = 10 * 60_000;
/// After a month's end, for its last records to be on disk.
const SETTLE_MS: i64 = 5 * 60_000;
/// Months that are caught up with after a downtime; the record keeps as many.
const MONTHS_BACK: u32 = 3;

pub(super) struct MonthlyReport {
    enabled: bool,
    server: AgentId,
    /// Months of which there is nothing to report.
    empty: Mutex<BTreeSet<String>>,
}

impl MonthlyReport {
    pub(super) fn by(server: AgentId, enabled: bool) -> Self {
        Self {
            enabled,
            server,
            empty: Mutex::default(),
        }
    }

    /// The oldest month that has ended and has neither a report nor nothing to say.
    fn due(&self, with: &Maintenance) -> Option<String> {
        let now = with.clock.now().wall;
        let empty = self.empty.lock();
        let mut ended = ended_months(now).into_iter();
        ended.find(|month| !empty.contains(month) && !is_kept(&with.data_dir, month))
    }
}

#[async_trait]
impl Service for MonthlyReport {
    fn name(&self) -> &'static str {
        "monthly_report"
    }

    fn period(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let due = self.due(with).filter(|_| self.enabled);
        let Some(month) = due else {
            return Ok(false);
        };
        let election = ElectionName::trusted(ELECTION);
        let command = Campaign {
            election: election.clone(),
            agent_id: self.server.clone(),
            ttl_ms: TERM_MS,
        };
        let view = with.store.campaign(with.context(), command).await?.value;
        if !view.is_leader {
            return Ok(false);
        }
        let office = Office {
            election,
            agent_id: self.server.clone(),
            epoch: Some(view.epoch),
        };
        let outcome = self.write(with, &month, &office).await;
        // The next one need not wait for the term to run out; a deposed leader has nothing to give.
        drop(with.store.resign(with.context(), office).await);
        outcome.map(|()| true)
    }
}

impl MonthlyReport {
    async fn write(&self, with: &Maintenance, month: &str, office: &Office) -> Result<(), Trouble> {
        let Ok(period) = Period::month(month) else {
            return Ok(());
        };
        let from = Sources {
            store: &*with.store,
            series: std::sync::Arc::clone(with.metrics.engine()) as _,
            data_dir: &with.data_dir,
            now: with.clock.now(),
        };
        let report = build_report(from, period).await?;
        if is_empty(&report) {
            self.empty.lock().insert(month.to_owned());
            return Ok(());
        }
        let (folder, name) = (with.data_dir.clone(), month.to_owned());
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &report));
        let written = written.await.map_err(stopped)??;
        with.store
            .renew_office(with.context(), office.clone())
            .await?;
        let placed = tokio::task::spawn_blocking(move || written.put_in_place());
        let place = placed.await.map_err(stopped)??;
        tracing::info!(report = %place.display(), "the report of {month} is written");
        Ok(())
    }
}

fn stopped(error: tokio::task::JoinError) -> Trouble {
    Trouble::Stopped(error.to_string())
}

fn is_empty(report: &Report) -> bool {
    let has_calls = report.tools.iter().any(|row| row.current.is_some());
    report.reliability.operations == 0 && report.work.is_empty() && !has_calls
}

/// The last months that are over, oldest first, such as `2026-10`.
fn ended_months(now: Timestamp) -> Vec<String> {
    let (year, month, _) = Instant(now.0 - SETTLE_MS).date();
    let this = year * 12 + i64::from(month) - 1;
    let back = (1..=i64::from(MONTHS_BACK)).rev().map(|back| this - back);
    back.map(|index| {
        format!(
            "{:04}-{:02}",
            index.div_euclid(12),
            index.rem_euclid(12) + 1
        )
    })
    .collect()
}

#[cfg(test)]
mod tests;
