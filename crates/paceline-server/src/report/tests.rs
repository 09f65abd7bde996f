//! Reading the record of a data directory, live, put away and imported.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn line(time: &str, operation: &str) -> String {
    let fields = format!("\"operation_type\":\"{operation}\",\"duration_ms\":2.5,\"success\":true");
    format!("{{\"timestamp\":\"{time}\",{fields}}}\n")
}

fn report(folder: &Path, month: &str) -> Report {
    read_month(folder, month).unwrap().finish()
}

fn read_month(folder: &Path, month: &str) -> Result<ReportBuilder, ReportError> {
    let period = Period::month(month).unwrap();
    read_record(folder, &period, || ReportBuilder::new(period.clone()))
}

#[test]
fn live_put_away_and_imported_files_are_read_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let live = line("2026-10-31T23:00:00.000Z", "task_claim") + "{\"torn\":";
    std::fs::write(path("perf-metrics.jsonl"), live).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed
        .write_all(line("2026-10-02T01:00:00.000Z", "task_claim").as_bytes())
        .unwrap();
    std::fs::write(
        path("perf-metrics-2026-10-02.jsonl.gz"),
        packed.finish().unwrap(),
    )
    .unwrap();
    let imported = line("2026-09-10T01:00:00Z", "task_enqueue");
    std::fs::write(path("perf-metrics-imported.jsonl"), imported).unwrap();
    std::fs::write(
        path("perf-metrics-2026-05-02.jsonl.gz"),
        "damaged, and too old to open",
    )
    .unwrap();

    let report = report(folder.path(), "2026-10");
    let counts: Vec<_> = report
        .operations
        .iter()
        .map(|row| {
            (
                row.operation.as_str(),
                row.current.map(|one| one.durations.count),
            )
        })
        .collect();
    assert_eq!(counts, [("task_claim", Some(2)), ("task_enqueue", None)]);
    let gaps = report.gaps.join("\n");
    for part in [
        "1 records were imported",
        "1 lines of the record",
        "line 2 of `perf-metrics.jsonl`",
    ] {
        assert!(gaps.contains(part), "{part} is missing in\n{gaps}");
    }
}

#[test]
fn an_empty_directory_gives_a_report_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        report(folder.path(), "2026-10").verdict,
        "No operation was recorded in October 2026."
    );
    let absent = read_month(&folder.path().join("absent"), "2026-10");
    assert!(absent.unwrap_err().to_string().contains("absent"));
}

#[test]
fn the_period_is_a_month_or_days_or_a_week() {
    let name = |month, days| period(month, days, Timestamp(0)).unwrap().name;
    assert_eq!(name(Some("2026-10"), None), "October 2026");
    assert_eq!(name(None, Some(30)), "the last 30 days");
    assert_eq!(name(None, None), "the last 7 days");
    assert!(period(Some("October"), None, Timestamp(0)).is_err());
}
