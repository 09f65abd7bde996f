//! The monthly report against a real store and record, with a clock that is turned by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use paceline_core::Clock;
use paceline_core::agent::SilencePolicy;
use paceline_store::sqlite::{Options, SqliteStore};
use paceline_store::{Context, Store};
use tempfile::TempDir;

use super::*;
use crate::alerts::Alerts;
use crate::anomalies::Anomalies;
use crate::clock::turned::Turned;
use crate::metrics::Metrics;
use crate::operations::{Features, Presence, Waiters};
use crate::recorder::Recorder;
use crate::report::kept_months;

/// 2026-11-01T00:00:00Z
const NOVEMBER: i64 = 1_793_491_200_000;
const DAY_MS: i64 = 86_400_000;

struct World {
    folder: TempDir,
    clock: Arc<Turned>,
    with: Maintenance,
}

impl World {
    fn at(now_ms: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Turned::at(now_ms);
        let as_clock = || Arc::clone(&clock) as Arc<dyn Clock>;
        let path = folder.path().join("store.db");
        let store = SqliteStore::open(&path, as_clock(), Options::default()).unwrap();
        let features = Arc::new(Features::new(true));
        let metrics = Metrics::open(folder.path(), |options| options, features, as_clock());
        let (store, metrics) = (Arc::new(store), Arc::new(metrics.unwrap()));
        let recorder = Arc::new(Recorder::new(as_clock()));
        let alerts = Alerts::new(
            Arc::clone(&store) as Arc<dyn Store>,
            as_clock(),
            Arc::clone(&recorder),
            Arc::clone(&metrics),
        );
        let anomalies = Anomalies::new(
            Arc::clone(&store) as Arc<dyn Store>,
            as_clock(),
            Arc::clone(&recorder),
            Arc::clone(&metrics),
            folder.path().to_owned(),
        );
        let with = Maintenance {
            store,
            clock: as_clock(),
            recorder,
            metrics,
            alerts: Arc::new(alerts),
            anomalies: Arc::new(anomalies),
            waiters: Arc::new(Waiters::default()),
            presence: Arc::new(Presence::default()),
            silence: SilencePolicy::default(),
            own_interval_ms: None,
            data_dir: folder.path().to_owned(),
            monthly_report: true,
        };
        Self {
            folder,
            clock,
            with,
        }
    }

    fn record(&self, time: &str) {
        use std::io::Write;
        let path = self.folder.path().join("perf-metrics.jsonl");
        let mut file = std::fs::File::options()
            .append(true)
            .create(true)
            .open(path)
            .unwrap();
        let fields = "\"operation_type\":\"task_claim\",\"duration_ms\":2.5,\"success\":true";
        writeln!(file, "{{\"timestamp\":\"{time}\",{fields}}}").unwrap();
    }

    async fn turn(&self, service: &MonthlyReport) -> Result<bool, Trouble> {
        service.turn(&self.with).await
    }

    /// Until there is nothing more to do.
    async fn settle(&self, service: &MonthlyReport) -> Vec<String> {
        while self.turn(service).await.unwrap() {}
        kept_months(self.folder.path())
    }

    fn page(&self, month: &str) -> PathBuf {
        self.folder.path().join(format!("reports/{month}.html"))
    }
}

fn service(name: &str) -> MonthlyReport {
    MonthlyReport::by(AgentId::trusted(name), true)
}

#[tokio::test]
async fn a_month_is_reported_once_when_it_is_over() {
    let world = World::at(NOVEMBER + SETTLE_MS - 1);
    world.record("2026-10-05T10:00:00Z");
    let service = service("srv_1");
    assert!(world.settle(&service).await.is_empty());
    world.clock.turn(1);
    assert_eq!(world.settle(&service).await, ["2026-10"]);
    let page = std::fs::read_to_string(world.page("2026-10")).unwrap();
    assert!(page.contains("Performance of October 2026"));
    std::fs::write(world.page("2026-10"), "read").unwrap();
    world.settle(&service).await;
    assert_eq!(
        std::fs::read_to_string(world.page("2026-10")).unwrap(),
        "read"
    );
}

#[tokio::test]
async fn months_that_were_slept_through_are_caught_up_with() {
    let world = World::at(NOVEMBER + 40 * DAY_MS);
    world.record("2026-09-05T10:00:00Z");
    world.record("2026-11-20T10:00:00Z");
    assert_eq!(
        world.settle(&service("srv_1")).await,
        ["2026-09", "2026-11"]
    );
}

#[tokio::test]
async fn nothing_is_written_when_it_is_switched_off() {
    let world = World::at(NOVEMBER + DAY_MS);
    world.record("2026-10-05T10:00:00Z");
    let off = MonthlyReport::by(AgentId::trusted("srv_1"), false);
    assert!(world.settle(&off).await.is_empty());
}

#[tokio::test]
async fn only_the_leader_writes() {
    let world = World::at(NOVEMBER + DAY_MS);
    world.record("2026-10-05T10:00:00Z");
    let held = Campaign {
        election: ElectionName::trusted(ELECTION),
        agent_id: AgentId::trusted("srv_other"),
        ttl_ms: TERM_MS,
    };
    let now = || Context::at(world.clock.now());
    world.with.store.campaign(now(), held).await.unwrap();
    let service = service("srv_1");
    assert!(world.settle(&service).await.is_empty());
    world.clock.turn(TERM_MS);
    assert_eq!(world.settle(&service).await, ["2026-10"]);
}

/// Take the renewal before the rename away, and this is red.
#[tokio::test]
async fn a_leader_that_was_deposed_meanwhile_leaves_nothing() {
    let world = World::at(NOVEMBER + DAY_MS);
    world.record("2026-10-05T10:00:00Z");
    let service = service("srv_1");
    let stale = Office {
        election: ElectionName::trusted(ELECTION),
        agent_id: service.server.clone(),
        epoch: Some(7),
    };
    assert!(service.write(&world.with, "2026-10", &stale).await.is_err());
    assert!(kept_months(world.folder.path()).is_empty());
    assert!(is_bare(&world.folder.path().join("reports")));
}

fn is_bare(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn ended_months_cross_the_year() {
    let at = |ms: i64| ended_months(Timestamp(ms));
    assert_eq!(at(NOVEMBER), ["2026-07", "2026-08", "2026-09"]);
    assert_eq!(
        at(NOVEMBER + 70 * DAY_MS),
        ["2026-10", "2026-11", "2026-12"]
    );
}
