//! The server's own size and the state of the fleet: read for `/metrics`, and recorded with
//! everything that was counted as series in the server's own engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use async_trait::async_trait;
use paceline_core::Timestamp;
use parking_lot::Mutex;

use super::{Maintenance, Service, Trouble};
use crate::metrics::own::{self, OwnSeries};
use crate::recorder::families::Gauges;

/// `/metrics` and alerts see figures no older than this, however seldom they are recorded.
const READING_MS_MAX: i64 = 1_000;

pub(super) struct OwnSeriesRecording {
    every_ms: Option<i64>,
    recorded_ms: AtomicI64,
    series: Mutex<OwnSeries>,
}

impl OwnSeriesRecording {
    pub(super) fn every(every_ms: Option<i64>) -> Self {
        Self {
            every_ms,
            recorded_ms: AtomicI64::new(i64::MIN),
            series: Mutex::default(),
        }
    }
}

#[async_trait]
impl Service for OwnSeriesRecording {
    fn name(&self) -> &'static str {
        "own_series"
    }

    fn period(&self) -> Duration {
        let ms = self
            .every_ms
            .map_or(READING_MS_MAX, |ms| ms.min(READING_MS_MAX));
        Duration::from_millis(u64::try_from(ms).unwrap_or(1_000))
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        with.recorder.set_gauges(read(with).await?);
        let Some(every_ms) = self.every_ms else {
            return Ok(false);
        };
        let now_ms = with.metrics.now_ms();
        let next_ms = self.recorded_ms.load(Relaxed).saturating_add(every_ms);
        if next_ms <= now_ms {
            self.record(with, now_ms).await?;
            self.recorded_ms.store(now_ms, Relaxed);
        }
        Ok(false)
    }
}

impl OwnSeriesRecording {
    async fn record(&self, with: &Maintenance, now_ms: i64) -> Result<(), Trouble> {
        with.recorder.agents.forget_idle(now_ms);
        let mut families = with.recorder.families();
        let mut rows = self.series.lock().rows(&families, now_ms);
        let agents = if with.metrics.is_enabled() {
            with.recorder.agent_families()
        } else {
            with.recorder.agents.clear();
            Vec::new()
        };
        rows.extend(self.series.lock().agent_rows(&agents, now_ms));
        families.extend(agents);
        with.metrics.define_own(own::definitions(&families)).await?;
        let appended = with.metrics.append_own(rows).await?;
        if !appended.refused.is_empty() {
            let refused = appended.refused.len();
            tracing::debug!(refused, "own series were refused by the metrics engine");
        }
        Ok(())
    }
}

async fn read(with: &Maintenance) -> Result<Gauges, Trouble> {
    let now = with.clock.now();
    let queue = with.store.queue_status().await?.value;
    let leaders = with.store.leaders(now).await?.value;
    let sizes = with.store.sizes().await?.value;
    let ready = with.store.oldest_ready().await?.value;
    let running = with.store.oldest_running().await?.value;
    let age = |since: Option<Timestamp>| {
        since.map_or(0.0, |since| (now.wall.0 - since.0).max(0) as f64 / 1_000.0)
    };
    let metrics = Arc::clone(&with.metrics);
    // The engine's figures come from its writer, which may be busy.
    let metrics = tokio::task::spawn_blocking(move || metrics.stats()).await;
    let metrics = metrics.unwrap_or_default();
    Ok(Gauges {
        tasks: queue.counts,
        agents: sizes.agents,
        epochs: leaders
            .into_iter()
            .map(|view| (view.election.into_string(), view.epoch))
            .collect(),
        rows: sizes.rows,
        bytes: sizes.bytes,
        uptime_seconds: Duration::from_nanos(with.clock.stopwatch_ns()).as_secs_f64(),
        raw_window_ms: metrics
            .oldest_raw_ms
            .map_or(0, |oldest| now.wall.0 - oldest),
        metrics,
        oldest_ready_seconds: age(ready),
        oldest_running_seconds: age(running),
        disk_bytes: disk(&with.data_dir),
    })
}

/// What this user may fill, which is less than what is free, and the whole.
#[cfg(unix)]
fn disk(data: &std::path::Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(data).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some((bytes(disk.f_bavail), bytes(disk.f_blocks)))
}

#[cfg(not(unix))]
fn disk(_data: &std::path::Path) -> Option<(u64, u64)> {
    None
}
