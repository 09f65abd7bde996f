//! The fixtures through the real store: imported, reported, exported, imported again elsewhere.

use std::path::Path;
use std::sync::Arc;

use paceline_analysis::Period;
use paceline_core::{AgentId, ElectionName};
use paceline_metrics::{Engine, EngineOptions};
use paceline_store::Store;
use paceline_store::sqlite::{FILE_NAME, Options, SqliteStore};

use super::{NOW, fixtures};
use crate::clock::SystemClock;
use crate::export::{ExportKind, export};
use crate::import::{Account, import_path};
use crate::report::{Sources, build_report};

fn open(data_dir: &Path) -> SqliteStore {
    let clock = Arc::new(SystemClock::start());
    SqliteStore::open(data_dir.join(FILE_NAME), clock, Options::default()).unwrap()
}

async fn import(store: &SqliteStore, data_dir: &Path, path: &Path) -> Account {
    import_path(store, data_dir, path, NOW, &()).await.unwrap()
}

async fn exported(store: &SqliteStore, data_dir: &Path, kind: ExportKind) -> Vec<u8> {
    let mut out = Vec::new();
    export(store, data_dir, kind, NOW, &mut out).await.unwrap();
    out
}

fn sorted_lines(text: &[u8]) -> Vec<&str> {
    let mut lines: Vec<_> = std::str::from_utf8(text).unwrap().lines().collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn a_fleets_folder_is_stored_once() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = open(data_dir.path());
    let first = import(&store, data_dir.path(), &fixtures()).await;
    let counts = |what: &str| (first.records(what), first.rows(what));
    assert_eq!(counts("tool calls"), (4, 10));
    assert_eq!(counts("tasks"), (10, 13));
    assert_eq!(counts("messages"), (6, 10));
    assert_eq!(counts("quality assessments"), (2, 4));
    assert_eq!(counts("agents' reported figures"), (2, 2));
    assert_eq!(counts("elections won"), (5, 9));
    let second = import(&store, data_dir.path(), &fixtures()).await;
    assert_eq!(
        (second.added(), second.files.len()),
        (0, first.files.len()),
        "{second:#?}"
    );

    let status = store.queue_status().await.unwrap().value;
    assert_eq!(status.counts, [0, 1, 5, 0, 2, 0, 2], "{status:?}");
    let election = ElectionName::trusted("orchestrator");
    let (view, terms) = store.election(NOW, election).await.unwrap().value;
    assert_eq!((view.epoch, view.leader, terms.len()), (6, None, 5));
    store.close().await;
}

#[tokio::test]
async fn the_report_tells_proof_from_claim() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = open(data_dir.path());
    import(&store, data_dir.path(), &fixtures()).await;
    let period = Period::month("2026-01").unwrap();
    let options = EngineOptions::new(data_dir.path().join("metrics"));
    let from = Sources {
        store: &store,
        series: Arc::new(Engine::open(options, NOW.wall.0).unwrap()),
        data_dir: data_dir.path(),
        now: NOW,
    };
    let report = build_report(from, period).await.unwrap();
    let agent = report
        .agents
        .iter()
        .find(|row| row.agent_id == "agent-1")
        .unwrap();
    assert_eq!(
        (agent.proven.completed, agent.proven.task_mean_ms),
        (1, Some(60_000.0))
    );
    let reported = agent.reported.unwrap();
    assert_eq!((reported.completed, reported.contradictory), (3, true));
    assert_eq!(report.quality.assessed.unwrap().count, 1);
    assert_eq!(report.quality.automatic.unwrap().count, 1);
    assert_eq!(report.reliability.operations, 6);
    let calls: u64 = report
        .tools
        .iter()
        .filter_map(|row| row.current)
        .map(|one| one.durations.count)
        .sum();
    assert_eq!(calls, 4);
    let gaps = report.gaps.join("\n");
    assert!(
        gaps.contains("success flag that an imported file guessed"),
        "{gaps}"
    );
    assert!(gaps.contains("imported from another system"), "{gaps}");
    store.close().await;
}

#[tokio::test]
async fn what_was_exported_is_known_when_it_comes_back() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = open(data_dir.path());
    import(&store, data_dir.path(), &fixtures()).await;
    let folder = tempfile::tempdir().unwrap();
    for (kind, name) in [
        (ExportKind::PerfMetrics, "perf-metrics.jsonl"),
        (ExportKind::ToolTiming, "tool-timing.jsonl"),
        (
            ExportKind::AgentPerformance,
            "agent-performance-metrics.json",
        ),
        (ExportKind::AgentHealth, "agent-health-metrics.json"),
    ] {
        let bytes = exported(&store, data_dir.path(), kind).await;
        assert_eq!(
            bytes,
            exported(&store, data_dir.path(), kind).await,
            "{name}"
        );
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let again = import(&store, data_dir.path(), folder.path()).await;
    assert_eq!((again.added(), again.dropped()), (0, 0), "{again:#?}");
    assert_eq!(
        (again.records("tool calls"), again.records("operations")),
        (4, 6)
    );

    let other_dir = tempfile::tempdir().unwrap();
    let other = open(other_dir.path());
    import(&other, other_dir.path(), folder.path()).await;
    for kind in [ExportKind::PerfMetrics, ExportKind::ToolTiming] {
        let here = exported(&store, data_dir.path(), kind).await;
        let there = exported(&other, other_dir.path(), kind).await;
        assert_eq!(sorted_lines(&here), sorted_lines(&there), "{kind:?}");
    }
    let figures = other.agent_figures().await.unwrap().value;
    let wanted = Some(AgentId::trusted("agent-1"));
    let agent = figures.iter().find(|one| one.agent_id == wanted).unwrap();
    assert_eq!(agent.reported.as_ref().map(|one| one.completed), Some(1));
    store.close().await;
    other.close().await;
}
