//! Courses of made-up results.

use super::*;
use crate::report::{Figures, Report};
use crate::scenario::Scenario;
use crate::table::tests::{report, row_of};

fn result(day: u32, rate: f64) -> Report {
    let run = Figures {
        rate,
        p99_ms: 2.0,
        ..Figures::default()
    };
    Report {
        measured_at: format!(
            "2026-{:02}-{:02}T10:00:00Z",
            11 + (day - 1) / 30,
            (day - 1) % 30 + 1
        ),
        scenarios: vec![row_of(Scenario::Enqueue, vec![run; 3])],
        ages: Vec::new(),
        ..report()
    }
}

fn shelf(results: &[Report]) -> (tempfile::TempDir, Shelf) {
    let home = tempfile::tempdir().unwrap();
    let shelf = Shelf::of(home.path());
    for report in results {
        shelf.keep(report).unwrap();
    }
    (home, shelf)
}

#[test]
fn results_become_a_course_in_the_order_of_their_times() {
    let results = [result(3, 300.0), result(1, 100.0), result(2, 200.0)];
    let (_home, shelf) = shelf(&results);
    let history = History::of(&shelf, None).unwrap();
    let medians = |course: &Course| {
        let medians = course.points.iter().map(|point| point.median);
        medians.collect::<Vec<_>>()
    };
    assert_eq!(history.operations.len(), 1);
    assert_eq!(medians(&history.operations[0]), [100.0, 200.0, 300.0]);
    let text = history.render(Format::Table).unwrap();
    assert!(text.contains("▁▅█") && text.contains("+200.0 %"), "{text}");
}

#[test]
fn other_machines_and_broken_files_are_left_out_and_counted() {
    let mut other = result(1, 1.0);
    other.machine.cores = 64;
    let (_home, shelf) = shelf(&[other, result(2, 200.0)]);
    std::fs::write(shelf.path_of("2026-11-01-broken"), "{").unwrap();
    let history = History::of(&shelf, None).unwrap();
    assert_eq!(history.operations[0].points.len(), 1);
    let said = history.left_out.join("\n");
    assert!(said.contains("2026-11-01-broken.json"), "{said}");
    assert!(said.contains("1 results of another machine"), "{said}");
}

#[test]
fn one_operation_is_shown_result_by_result_and_an_unknown_one_lists_what_there_is() {
    let mut partial = result(2, 200.0);
    partial.partial = true;
    let (_home, shelf) = shelf(&[result(1, 100.0), partial]);
    let history = History::of(&shelf, Some("enqueue")).unwrap();
    let text = history.render(Format::Table).unwrap();
    assert!(
        text.contains("2026-11-02T10-00-00Z") && text.contains("interrupted"),
        "{text}"
    );
    let error = History::of(&shelf, Some("enqeue")).unwrap_err().to_string();
    assert!(
        error.contains("`enqeue`") && error.contains("enqueue"),
        "{error}"
    );
}

/// Twenty-nine results at one level and twelve at half of it.
#[test]
fn a_step_is_dated_by_the_first_result_after_it() {
    let wobble = |day: u32| 1.0 + f64::from(day * day * 37 % 101) / 5_000.0;
    let rate = |day: u32| if day < 30 { 1_000.0 } else { 500.0 };
    let results: Vec<_> = (1..=41)
        .map(|day| result(day, rate(day) * wobble(day)))
        .collect();
    let (_home, shelf) = shelf(&results);
    let history = History::of(&shelf, None).unwrap();
    let steps = &history.operations[0].changes;
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!(steps[0].name.starts_with("2026-11-30"), "{steps:?}");
    assert!((-0.52..-0.48).contains(&steps[0].change), "{steps:?}");
}

#[test]
fn nothing_kept_is_said() {
    let (_home, shelf) = shelf(&[]);
    let text = History::of(&shelf, None).unwrap().render(Format::Table);
    assert!(text.unwrap().contains("nothing is kept yet"));
}
