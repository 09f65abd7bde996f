//! The server's own size and the state of the fleet, read for `/metrics`.

use std::time::Duration;

use async_trait::async_trait;
use paceline_core::agent::Health;
use paceline_store::{Failure, PageRequest};

use super::{Maintenance, Service, Trouble};
use crate::recorder::exposition::Gauges;

pub(super) struct GaugeReading;

#[async_trait]
impl Service for GaugeReading {
    fn name(&self) -> &'static str {
        "gauges"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(5)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let now = with.clock.now();
        let queue = with.store.queue_status().await?.value;
        let leaders = with.store.leaders(now).await?.value;
        let sizes = with.store.sizes().await?.value;
        with.recorder.set_gauges(Gauges {
            tasks: queue.counts,
            agents: agents(with).await?,
            epochs: leaders
                .into_iter()
                .map(|view| (view.election.into_string(), view.epoch))
                .collect(),
            rows: sizes.rows,
            bytes: sizes.bytes,
            uptime_seconds: Duration::from_nanos(with.clock.stopwatch_ns()).as_secs_f64(),
        });
        Ok(false)
    }
}

async fn agents(with: &Maintenance) -> Result<[u64; 4], Failure> {
    let mut counts = [0; 4];
    let mut cursor = None;
    loop {
        let limit = paceline_core::limits::PAGE_MAX;
        let page = with
            .store
            .agents(PageRequest { limit, cursor })
            .await?
            .value;
        for agent in &page.items {
            counts[match agent.health {
                Health::Healthy => 0,
                Health::Warning => 1,
                Health::Stale => 2,
                Health::Dead => 3,
            }] += 1;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(counts);
        }
    }
}
