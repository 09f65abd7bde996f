//! The report from records to renderings: what it says, and that nothing in a record can change its
//! form.

use paceline_analysis::Period;
use paceline_analysis::report::model::{AgentFigures, AgentRow, AlertRow, ReportedAgentFigures};
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
        "400 operations were recorded in October 2026; 100 % succeeded.\nThe slowest calls of these \
         are slower than in the period before (95th percentile): `task_claim` 1 ms to 1.5 ms (+50 \
         %).\nThe slowest calls of these are faster than in the period before (95th percentile): \
         `memory_get` 2 ms to 1 ms (−50 %)."
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
        "nothing is compared",
    );
    let few = verdict(|builder| {
        many(builder, OCTOBER, "a", 9.0);
        builder.operation(&sample(SEPTEMBER, "a", 1.0));
    });
    check(few, "Too few records to judge");
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
            agent_id: None,
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
            agent_id: Some("agt_0"),
            automatic,
            overall: 6.5,
            scores,
        });
    }
    builder.gap("2 lines of `perf-metrics.jsonl` could not be read.");
    builder.finish()
}

#[test]
fn rules_that_nobody_listens_to_are_named_with_their_numbers() {
    let mut builder = builder();
    for (rule, told, ignored) in [("Useful", 4, 1), ("Noisy", 40, 38)] {
        builder.alert(AlertRow {
            rule: rule.to_owned(),
            fired: told + 2,
            told,
            acknowledged: told - ignored,
            ignored,
        });
    }
    let report = builder.finish();
    let text = markdown(&report);
    assert!(text.contains("## Alerts, and who listened"), "{text}");
    let sentence = "`Noisy` was told 40 times and nobody acknowledged 38 of its firings";
    assert!(text.contains(sentence), "{text}");
    assert!(!text.contains("`Useful` was told"), "{text}");
    let noisy = text.find("| Noisy |");
    let useful = text.find("| Useful |");
    assert!(noisy.is_some() && noisy < useful, "{text}");
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
        "## The documented rules",
        "## Bottlenecks",
        "## Work of this period",
        "## How to get these numbers again",
        "## Reliability",
        "201 operations",
        "## Slowest operations",
        "## Most frequent operations",
        "| re\\|ad | file_ops | 1 reported | 2 | 1 | 50 % |",
        "For 1 agent the file claims more tasks completed than claimed",
        "| agt\\_\\<1\\> | – | 2 | 2 | 0 | 0 | – | – | 1 | 3 \\! | – |",
        "| drawn by a program | 1 | 6.50 |",
        "## Not measured, and not sure",
        "2 lines of `perf-metrics.jsonl` could not be read.",
    ];
    for part in expected {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

/// A month of one record an hour, twenty-four hours a day, of whatever length.
fn hourly(duration_ms: impl Fn(i64) -> f64) -> Report {
    let mut builder = builder();
    for hour in 0..61 * 24 {
        for minute in 0..20 {
            let at_ms = SEPTEMBER + hour * 3_600_000 + minute * 60_000;
            builder.operation(&sample(at_ms, "task_claim", duration_ms(hour)));
        }
    }
    builder.finish()
}

fn renders(report: &Report) -> String {
    let page = html(report);
    for text in [&page, &markdown(report), &csv(report)] {
        assert!(!text.contains("NaN") && !text.contains("inf %"), "{text}");
    }
    assert!(serde_json::to_string(report).is_ok());
    page
}

#[test]
fn nothing_and_one_record_make_a_report() {
    assert!(renders(&builder().finish()).contains("No operation was recorded"));
    let mut one = builder();
    one.operation(&sample(OCTOBER, "task_claim", 1.0));
    let report = one.finish();
    assert_eq!((report.findings.len(), report.judged.operations), (0, 0));
    assert_eq!(report.judged.too_few, ["task_claim"]);
    assert!(renders(&report).contains("Too few records"));
}

#[test]
fn a_constant_series_and_one_of_noughts_change_nothing() {
    for duration_ms in [0.0, 2.0] {
        let report = hourly(|_| duration_ms);
        assert_eq!((report.findings.len(), report.judged.operations), (0, 1));
        assert!(
            report.verdict.contains("Nothing got slower"),
            "{}",
            report.verdict
        );
        renders(&report);
    }
}

#[test]
fn what_is_no_number_counts_as_nought_and_breaks_nothing() {
    let report = hourly(|hour| match hour % 5 {
        0 => f64::NAN,
        1 => -3.0,
        2 => f64::INFINITY,
        _ => 2.0,
    });
    renders(&report);
    let mut weights = builder();
    for (hour, weight) in [f64::NAN, -1.0, f64::INFINITY, 0.0, 4.0]
        .into_iter()
        .enumerate()
    {
        let at_ms = OCTOBER + hour as i64;
        weights.operation(&OperationSample {
            weight,
            ..sample(at_ms, "a", 1.0)
        });
    }
    assert_eq!(
        weights.finish().operations[0]
            .current
            .unwrap()
            .durations
            .count,
        8
    );
}

#[test]
fn a_gap_is_told_and_is_no_change() {
    let mut with_gap = builder();
    for hour in (0..61 * 24).filter(|hour| !(900..950).contains(hour)) {
        for minute in 0..20 {
            let at_ms = SEPTEMBER + hour * 3_600_000 + minute * 60_000;
            with_gap.operation(&sample(at_ms, "task_claim", 2.0));
        }
    }
    let report = with_gap.finish();
    assert_eq!(report.silences.len(), 1);
    let gaps = report.gaps.join("\n");
    assert!(
        gaps.contains("No operation was recorded for 50 h in all"),
        "{gaps}"
    );
    assert_eq!(report.findings, []);
}

/// A clock that goes back gives records out of order, and some twice in one hour.
#[test]
fn the_order_of_records_does_not_matter() {
    let mut records: Vec<(i64, f64)> = Vec::new();
    for hour in 0..61 * 24 {
        let slower = if hour < 1_000 { 1.0 } else { 1.4 };
        records.extend((0..20).map(|minute| (hour * 3_600_000 + minute * 60_000, slower)));
    }
    let report = |records: &[(i64, f64)]| {
        let mut builder = builder();
        for (at_ms, duration_ms) in records {
            builder.operation(&sample(SEPTEMBER + at_ms, "task_claim", *duration_ms));
        }
        builder.finish()
    };
    let forward = report(&records);
    records.reverse();
    assert_eq!(report(&records).findings, forward.findings);
    assert_eq!(forward.findings.len(), 1, "{:?}", forward.findings);
}

#[test]
fn a_record_stands_for_as_many_as_its_weight_says() {
    let report = |weight: f64, copies: usize| {
        let mut builder = builder();
        for hour in 0..61 * 24 {
            let duration_ms = if hour < 1_000 { 1.0 } else { 1.4 };
            for _ in 0..copies {
                let at_ms = SEPTEMBER + hour * 3_600_000;
                builder.operation(&OperationSample {
                    weight,
                    ..sample(at_ms, "a", duration_ms)
                });
            }
        }
        builder.finish()
    };
    let (weighted, repeated) = (report(20.0, 1), report(1.0, 20));
    assert_eq!(weighted.findings, repeated.findings);
    assert_eq!(
        weighted.operations[0].current,
        repeated.operations[0].current
    );
    assert_eq!(repeated.findings.len(), 1);
}

#[test]
fn the_last_recommendations_are_followed_up() {
    let before = hourly(|hour| if hour < 1_000 { 1.0 } else { 1.4 });
    assert_eq!(before.recommendations[0].id, "step:task_claim");
    let mut now = builder();
    now.earlier(before);
    many(&mut now, OCTOBER, "task_claim", 1.02);
    let report = now.finish();
    let said = &report.followed[0].sentence;
    assert!(
        said.starts_with("Done: the median of `task_claim` was 1.39 ms"),
        "{said}"
    );
    assert!(
        report
            .verdict
            .contains("What the last report recommended is done.")
    );
}

/// Between 0 and 1, the same for the same (G. L. Steele, D. Lea, C. H. Flood, SplitMix64).
fn noise(of: u64, at: i64) -> f64 {
    let seed =
        of.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (at as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Three operations over two months; each has bad quarters of days, and `share` of those of the
/// first two are the same ones.
fn with_bad_times(share: f64) -> Report {
    let mut builder = builder();
    for (of, operation) in [(1, "task_claim"), (2, "task_complete"), (3, "memory_get")] {
        for hour in 0..61 * 24 {
            let own = noise(of, hour / 6);
            let bad = match of {
                1 | 2 => share * noise(9, hour / 6) + (1.0 - share) * own,
                _ => own,
            };
            for minute in 0..20 {
                let at_ms = SEPTEMBER + hour * 3_600_000 + minute * 60_000;
                builder.operation(&sample(at_ms, operation, 1.0 + 0.3 * bad));
            }
        }
    }
    builder.finish()
}

#[test]
fn operations_that_slow_down_together_are_told_together() {
    let report = with_bad_times(0.8);
    assert_eq!(report.findings, []);
    let groups: Vec<_> = report
        .together
        .groups
        .iter()
        .map(|one| &one.operations)
        .collect();
    assert_eq!(groups, [&["task_claim", "task_complete"]]);
    let pair = &report.together.pairs[0];
    assert!(0.8 < pair.correlation && pair.correlation < 1.0, "{pair:?}");
    assert_eq!(
        (report.together.pairs.len(), report.together.pairs_compared),
        (1, 3)
    );
    let said =
        "`task_claim` and `task_complete` slow down and speed up together, with a rank correlation";
    assert!(markdown(&report).contains(said), "{}", markdown(&report));
    let page = renders(&report);
    assert!(
        page.contains("<td>task_claim</td><td>task_complete</td><td class=\"n\">0.9"),
        "{page}"
    );
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains("\"first\":\"task_claim\",\"second\":\"task_complete\""));
}

#[test]
fn operations_with_bad_times_of_their_own_are_not_told_together() {
    let report = with_bad_times(0.0);
    assert_eq!(
        (report.together.groups.len(), report.together.pairs_compared),
        (0, 3)
    );
    let said = "No two operations slow down together beyond chance.";
    assert!(markdown(&report).contains(said) && html(&report).contains(said));
}

/// A wait in the queue that becomes `times` as long through the period, in front of steady work.
fn with_queue(times: f64) -> Report {
    let mut builder = builder();
    for hour in 0..61 * 24 {
        let part = (hour as f64 / 24.0 - 30.0).max(0.0) / 31.0;
        for minute in 0..20 {
            let scatter = 0.9 + 0.2 * noise(7, hour * 20 + minute);
            let queue = 0.5 * scatter * (1.0 + (times - 1.0) * part);
            builder.operation(&OperationSample {
                stages_ms: Some([queue, 1.0, 0.4]),
                ..sample(
                    SEPTEMBER + hour * 3_600_000 + minute * 60_000,
                    "task_claim",
                    2.0 + queue,
                )
            });
        }
    }
    builder.finish()
}

#[test]
fn bottlenecks_are_ranked_by_stage_and_tell_whose_queue_grows() {
    let report = with_queue(3.0);
    let stages: Vec<_> = report
        .bottlenecks
        .iter()
        .map(|row| row.stage.as_deref().unwrap())
        .collect();
    assert_eq!(stages, ["execute", "queue", "elsewhere", "commit"]);
    let shares: f64 = report.time_by_stage.iter().map(|one| one.share).sum();
    assert!((shares - 1.0).abs() < 1e-9 && report.time_by_stage[0].stage == "execute");
    let queue = &report.bottlenecks[1];
    let growth = queue.queue_growth.unwrap();
    assert!(queue.queue_grows && (growth - 2.0).abs() < 0.2, "{queue:?}");
    assert!(
        queue
            .queue_growth_interval
            .is_some_and(|one| one.low <= growth && growth <= one.high)
    );
    for text in [markdown(&report), renders(&report).replace('\u{a0}', " ")] {
        for part in ["in the queue grew by", "went into the execute stage"] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
    let steady = with_queue(1.0);
    assert!(steady.bottlenecks.iter().all(|row| !row.queue_grows));
    assert!(markdown(&steady).contains("No wait in a queue grew over the period."));
}
