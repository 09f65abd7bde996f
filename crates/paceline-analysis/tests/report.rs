//! The report from records to renderings: what it says, and that nothing in a record can change its
//! form.

use paceline_analysis::Period;
use paceline_analysis::report::model::{AgentFigures, AgentRow, ReportedAgentFigures};
use paceline_analysis::report::{
    OperationSample, QualitySample, Report, ReportBuilder, ToolSample, csv, html, markdown,
};

const OCTOBER: i64 = 1_790_812_800_000;
const SEPTEMBER: i64 = OCTOBER - 30 * 86_400_000;

fn builder() -> ReportBuilder {
    ReportBuilder::new(Period::month("2026-10").expect("a month"))
}

fn sample(at_ms: i64, operation: &str, duration_ms: f64) -> OperationSample<'_> {
    OperationSample {
        at_ms,
        operation,
        duration_ms,
        success: true,
        weight: 1.0,
        error: None,
        session_id: None,
        agent_id: None,
        context: None,
        stages_ms: None,
    }
}

fn many(builder: &mut ReportBuilder, from_ms: i64, operation: &str, duration_ms: f64) {
    for index in 0..200 {
        builder.operation(&sample(from_ms + index, operation, duration_ms));
    }
}

fn verdict(fill: impl FnOnce(&mut ReportBuilder)) -> String {
    let mut builder = builder();
    fill(&mut builder);
    builder.finish().verdict
}

#[test]
fn the_verdict_is_said_in_words_with_numbers() {
    let slower = verdict(|builder| {
        many(builder, SEPTEMBER, "task_claim", 1.0);
        many(builder, OCTOBER, "task_claim", 1.5);
        many(builder, SEPTEMBER, "memory_get", 2.0);
        many(builder, OCTOBER, "memory_get", 1.0);
    });
    assert_eq!(
        slower,
        "400 operations were recorded in October 2026; 100 % succeeded. Slower than before at the \
         95th percentile: `task_claim` 1 ms to 1.5 ms (+50 %). Faster than before at the 95th \
         percentile: `memory_get` 2 ms to 1 ms (−50 %)."
    );
}

#[test]
fn what_cannot_be_compared_is_not_compared() {
    let check = |said: String, expected: &str| assert!(said.contains(expected), "{said}");
    check(
        verdict(|_| {}),
        "No operation was recorded in October 2026.",
    );
    check(
        verdict(|builder| many(builder, OCTOBER, "a", 1.0)),
        "nothing can be compared",
    );
    let few = verdict(|builder| {
        many(builder, OCTOBER, "a", 9.0);
        builder.operation(&sample(SEPTEMBER, "a", 1.0));
    });
    check(few, "Too few records to compare");
    let same = verdict(|builder| {
        many(builder, SEPTEMBER, "a", 1.0);
        many(builder, OCTOBER, "a", 1.1);
    });
    check(same, "No operation's 95th percentile moved by 20 %");
}

#[test]
fn records_outside_both_periods_are_passed_over() {
    let mut builder = builder();
    for at_ms in [SEPTEMBER - 1, OCTOBER + 31 * 86_400_000, i64::MIN, i64::MAX] {
        builder.operation(&sample(at_ms, "a", 1.0));
    }
    assert!(builder.finish().operations.is_empty());
}

#[test]
fn failures_weights_and_stages_are_counted() {
    let mut builder = builder();
    builder.operation(&OperationSample {
        success: false,
        weight: 4.0,
        error: Some("task `tsk_1` is held"),
        stages_ms: Some([1.0, 0.5, 2.0]),
        ..sample(OCTOBER, "task_claim", 4.0)
    });
    builder.operation(&sample(OCTOBER, "task_claim", 8.0));
    let report = builder.finish();
    let figures = report.operations[0].current.unwrap();
    assert_eq!(
        (figures.durations.count, figures.succeeded, figures.failed),
        (5, 1, 4)
    );
    assert_eq!(
        (figures.success_rate, figures.durations.mean_ms),
        (0.199_999_999_999_999_96, 4.8)
    );
    assert_eq!(
        figures
            .stages_mean_ms
            .map(|means| (means.queue, means.commit)),
        Some((1.0, 2.0))
    );
    let error = &report.reliability.errors[0];
    assert_eq!((error.error.as_str(), error.count), ("task `…` is held", 4));
    assert!(report.gaps[0].contains("sample"), "{:?}", report.gaps);
}

#[test]
fn waits_between_calls_are_not_called_slow() {
    let mut builder = builder();
    builder.operation(&sample(OCTOBER, "message_deliver", 9_000_000.0));
    builder.operation(&sample(OCTOBER, "task_get", 1.0));
    let report = builder.finish();
    let slowest: Vec<_> = report
        .slowest
        .iter()
        .map(|row| row.operation.as_str())
        .collect();
    assert_eq!(slowest, ["task_get"]);
    assert_eq!(report.most_frequent[0].time_share, 1.0);
    assert_eq!(report.operations.len(), 2);
}

/// Hostile names and texts in every place where an agent's words can end up.
fn full_report() -> Report {
    let mut builder = builder();
    many(&mut builder, SEPTEMBER, "task_claim", 1.0);
    many(&mut builder, OCTOBER, "task_claim", 1.0);
    builder.operation(&OperationSample {
        success: false,
        error: Some("<script>alert(1)</script> | x"),
        session_id: Some("ses\n# heading"),
        agent_id: Some("=cmd()"),
        context: Some("{\"a\":\"</table><img src=x onerror=y>\"}"),
        ..sample(OCTOBER, "<b>odd</b>,\"op\"", 7.0)
    });
    for (at_ms, success_reported) in [(OCTOBER, true), (OCTOBER, false), (SEPTEMBER, true)] {
        builder.tool(&ToolSample {
            at_ms,
            tool: "re|ad",
            category: Some("file_ops"),
            duration_ms: 3.0,
            success: success_reported,
            success_reported,
        });
    }
    builder.agent(AgentRow {
        agent_id: "agt_<1>".into(),
        proven: AgentFigures {
            completed: 2,
            claimed: 2,
            ..AgentFigures::default()
        },
        reported: Some(ReportedAgentFigures {
            claimed: 1,
            completed: 3,
            contradictory: true,
            ..ReportedAgentFigures::default()
        }),
        ..AgentRow::default()
    });
    builder.agent(AgentRow {
        agent_id: "agt_0".into(),
        ..AgentRow::default()
    });
    for automatic in [false, true] {
        let scores = [8.0, 7.0, 6.0, 5.0, 4.0];
        builder.assessment(&QualitySample {
            at_ms: OCTOBER,
            automatic,
            overall: 6.5,
            scores,
        });
    }
    builder.gap("2 lines of `perf-metrics.jsonl` could not be read.");
    builder.finish()
}

#[test]
fn the_model_reads_back_from_its_json() {
    let report = full_report();
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    assert!(json.contains(r#""from":"2026-10-01T00:00:00.000Z""#));
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let (first, second) = (full_report(), full_report());
    assert_eq!(
        serde_json::to_vec(&first).unwrap(),
        serde_json::to_vec(&second).unwrap()
    );
    assert_eq!(html(&first), html(&second));
    assert_eq!(markdown(&first), markdown(&second));
    assert_eq!(csv(&first), csv(&second));
}

#[test]
fn nothing_in_a_record_becomes_markup() {
    let page = html(&full_report());
    for forbidden in ["<script", "<img", "<b>", "agt_<1>", "http"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("agt_&lt;1&gt;"));
    let text = markdown(&full_report());
    assert!(text.contains("re\\|ad") && !text.contains("\n# heading"));
    let rows: Vec<String> = csv(&full_report()).lines().map(str::to_owned).collect();
    assert!(
        rows[1].starts_with("\"<b>odd</b>,\"\"op\"\"\",1,0,1,0,7,7,7,7,7,7,,"),
        "{}",
        rows[1]
    );
}

#[test]
fn every_section_is_there_and_says_what_it_knows() {
    let text = markdown(&full_report());
    let expected = [
        "# Performance of October 2026",
        "## Operations",
        "| task_claim | 200 | 100 % | 1 ms | 1 ms |",
        "## Reliability",
        "201 operations",
        "## Slowest operations",
        "## Most frequent operations",
        "| re\\|ad | file_ops | 1 reported | 2 | 1 | 50 % |",
        "For 1 agent the file claims more tasks completed than claimed",
        "| agt\\_\\<1\\> | – | 2 | 2 | 0 | 0 | – | – | 1 | 3 \\! | – |",
        "| drawn by a program | 1 | 6.50 |",
        "## Not measured",
        "2 lines of `perf-metrics.jsonl` could not be read.",
    ];
    for part in expected {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}
