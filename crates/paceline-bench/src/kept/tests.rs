//! Keeping results and finding them again, and files that are none.

use super::*;
use crate::table::tests::report;

fn shelf() -> (tempfile::TempDir, Shelf) {
    let home = tempfile::tempdir().unwrap();
    let shelf = Shelf::of(home.path());
    (home, shelf)
}

fn at(measured_at: &str, suite: &str) -> Report {
    Report {
        measured_at: measured_at.to_owned(),
        suite: suite.to_owned(),
        ..report()
    }
}

#[test]
fn a_kept_result_is_read_back_as_it_was() {
    let (_home, shelf) = shelf();
    let report = report();
    let kept = read(&shelf.keep(&report).unwrap()).unwrap();
    assert_eq!(kept.machine, report.machine);
    assert_eq!((kept.suite, kept.partial), (report.suite, report.partial));
    for (kept, row) in kept.scenarios.iter().zip(&report.scenarios) {
        assert_eq!((&kept.scenario, &kept.load), (&row.scenario, &row.load));
        let kept = kept
            .runs
            .iter()
            .map(|run| (run.rate, run.p50_ms, run.p99_ms));
        let runs = row
            .runs
            .iter()
            .map(|run| (run.rate, run.p50_ms, run.p99_ms));
        assert!(kept.eq(runs));
    }
    assert_eq!(kept.scenarios.len(), report.scenarios.len());
}

#[test]
fn results_of_the_same_second_stand_beside_each_other() {
    let (_home, shelf) = shelf();
    let report = at("2026-11-26T05:40:12Z", "tasks,memory_get");
    for _ in 0..3 {
        shelf.keep(&report).unwrap();
    }
    let names = shelf.names().unwrap();
    let first = "2026-11-26T05-40-12Z-tasks-memory-get";
    assert_eq!(
        names,
        [first.to_owned(), format!("{first}-2"), format!("{first}-3")]
    );
}

#[test]
fn a_result_is_found_by_the_words_that_people_use() {
    let (home, shelf) = shelf();
    for (time, suite) in [
        ("2026-11-24T10:00:00Z", "all"),
        ("2026-11-25T10:00:00Z", "tasks"),
        ("2026-11-25T11:00:00Z", "tasks"),
    ] {
        shelf.keep(&at(time, suite)).unwrap();
    }
    let file = home.path().join("other.json");
    std::fs::write(&file, "{}").unwrap();
    let check = |word: &str, expected: Option<&str>| {
        let found = shelf.find(word).ok();
        let stem = found.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
        assert_eq!(stem.as_deref(), expected, "{word}");
    };
    check("last", Some("2026-11-25T11-00-00Z-tasks"));
    check("previous", Some("2026-11-25T10-00-00Z-tasks"));
    check("2026-11-24", Some("2026-11-24T10-00-00Z-all"));
    check(
        "2026-11-25T10-00-00Z-tasks.json",
        Some("2026-11-25T10-00-00Z-tasks"),
    );
    check(file.to_str().unwrap(), Some("other"));
    check("2026-11-25", None);
    check("2027", None);
    let error = shelf.find("2026-11-25").unwrap_err().to_string();
    assert!(error.contains("2 kept results"), "{error}");
    let error = shelf.find("nowhere").unwrap_err().to_string();
    assert!(error.contains("2026-11-24T10-00-00Z-all"), "{error}");
}

#[test]
fn an_empty_shelf_says_so() {
    let (_home, shelf) = shelf();
    assert_eq!(shelf.names().unwrap(), Vec::<String>::new());
    let error = shelf.find("last").unwrap_err().to_string();
    assert!(error.contains("nothing is kept"), "{error}");
}

#[test]
fn what_is_no_result_is_named_with_the_reason() {
    let (home, shelf) = shelf();
    let path = home.path().join("broken.json");
    let check = |text: &str, reason: &str| {
        std::fs::write(&path, text).unwrap();
        let error = format!("{:#}", read(&path).unwrap_err());
        assert!(
            error.contains("broken.json") && error.contains(reason),
            "{error}"
        );
    };
    check("", "EOF");
    check("{\"format\": 2", "line 1");
    check("[]", "line 1");
    check("{\"suite\": \"all\"}", "no field `format`");
    check("{\"format\": 1}", "measure again");
    check("{\"format\": 99}", "update paceline");
    check("{\"format\": 2}", "missing field");
    let gone = read(&shelf.path_of("gone")).unwrap_err().to_string();
    assert!(gone.contains("cannot read"), "{gone}");
}

#[cfg(unix)]
#[test]
fn a_shelf_that_cannot_be_written_is_an_error_that_names_it_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let in_the_way = home.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let error = format!("{:#}", Shelf::of(&in_the_way).keep(&report()).unwrap_err());
    assert!(error.contains("file/bench"), "{error}");
}
