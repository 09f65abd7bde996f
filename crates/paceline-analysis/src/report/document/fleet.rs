//! Sections about the fleet: work, agents, quality, tools.

use super::{Section, Table, or_nothing, section, table_columns};
use crate::report::model::{AgentRow, Report, Scores, ToolRow, WorkRow};
use crate::report::words;

const TOOLS_SHOWN_MAX: usize = 50;
const AGENTS_SHOWN_MAX: usize = 50;

pub(super) fn tools(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["tool", "category", "success flag"],
        &[
            "calls",
            "failed",
            "failure rate",
            "p50",
            "p95",
            "all its time",
            "calls before",
            "p95 before",
        ],
    );
    let shown = report
        .tools
        .iter()
        .filter(|row| row.current.is_some())
        .take(TOOLS_SHOWN_MAX);
    let table = Table {
        columns,
        rows: shown.filter_map(tool_cells).collect(),
    };
    let mut section = section("Tools", "No tool call was recorded in this period.", table);
    let more = report.tools.len().saturating_sub(TOOLS_SHOWN_MAX) as u64;
    if 0 < more {
        section.sentences.push(format!(
            "The {TOOLS_SHOWN_MAX} most called; {more} more are left out."
        ));
    }
    Some(section)
}

fn tool_cells(row: &ToolRow) -> Option<Vec<String>> {
    let figures = row.current?;
    let flag = match figures.success_reported {
        0 => "measured".to_owned(),
        all if all == figures.durations.count => "reported".to_owned(),
        some => format!("{} reported", words::count(some)),
    };
    let before = row.previous.map(|figures| figures.durations);
    Some(vec![
        row.tool.clone(),
        or_nothing(row.category.clone()),
        flag,
        words::count(figures.durations.count),
        words::count(figures.failed),
        words::percent(figures.failure_rate),
        words::duration(figures.durations.p50_ms),
        words::duration(figures.durations.p95_ms),
        words::duration(figures.durations.mean_ms * figures.durations.count as f64),
        or_nothing(before.map(|before| words::count(before.count))),
        or_nothing(before.map(|before| words::duration(before.p95_ms))),
    ])
}

pub(super) fn work(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["agent", "name"],
        &[
            "completed",
            "failed",
            "p50 a task",
            "p95 a task",
            "quality",
            "assessed",
            "completed before",
        ],
    );
    let shown = report.work.iter().take(AGENTS_SHOWN_MAX);
    let table = Table {
        columns,
        rows: shown.map(work_cells).collect(),
    };
    let mut section = section(
        "Work of this period",
        "No task ended in this period.",
        table,
    );
    if (AGENTS_SHOWN_MAX as u64) < report.work_agents_total {
        section.sentences.push(format!(
            "The {AGENTS_SHOWN_MAX} busiest of {} agents.",
            words::count(report.work_agents_total)
        ));
    }
    (!report.agents.is_empty() || !report.work.is_empty()).then_some(section)
}

fn work_cells(row: &WorkRow) -> Vec<String> {
    vec![
        row.agent_id.clone(),
        or_nothing(row.name.clone()),
        words::count(row.completed),
        words::count(row.failed),
        or_nothing(row.task_p50_ms.map(words::duration)),
        or_nothing(row.task_p95_ms.map(words::duration)),
        or_nothing(row.quality_mean.map(words::score)),
        words::count(row.quality_count),
        words::count(row.previous_completed),
    ]
}

pub(super) fn agents(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["agent", "name"],
        &[
            "claimed",
            "completed",
            "failed",
            "released",
            "mean task",
            "quality",
            "reported claimed",
            "reported completed",
            "reported quality",
        ],
    );
    let rows = report
        .agents
        .iter()
        .take(AGENTS_SHOWN_MAX)
        .map(agent_cells)
        .collect();
    let mut section = section(
        "Agents since their beginning",
        "No agent is known.",
        Table { columns, rows },
    );
    let contradictory = |row: &&AgentRow| row.reported.is_some_and(|one| one.contradictory);
    let contradictory = report.agents.iter().filter(contradictory).count() as u64;
    if !report.agents.is_empty() {
        section.sentences.push(
            "Not of this period alone. What stored tasks prove; what an imported file claimed stands \
             apart as reported."
                .to_owned(),
        );
    }
    if 0 < contradictory {
        let agents = words::plural(contradictory, "agent", "agents");
        section.sentences.push(format!(
            "For {agents} the file claims more tasks completed than claimed (marked !)."
        ));
    }
    if (AGENTS_SHOWN_MAX as u64) < report.agents_total {
        let all = words::count(report.agents_total);
        section.sentences.push(format!(
            "The first {AGENTS_SHOWN_MAX} of {all} by completed tasks."
        ));
    }
    (!report.agents.is_empty()).then_some(section)
}

fn agent_cells(row: &AgentRow) -> Vec<String> {
    let proven = &row.proven;
    let counts = [
        proven.claimed,
        proven.completed,
        proven.failed,
        proven.released,
    ];
    let mut cells = vec![row.agent_id.clone(), or_nothing(row.name.clone())];
    cells.extend(counts.map(words::count));
    cells.push(or_nothing(proven.task_mean_ms.map(words::duration)));
    cells.push(or_nothing(proven.quality_mean.map(words::score)));
    let reported = row.reported;
    cells.push(or_nothing(reported.map(|one| words::count(one.claimed))));
    cells.push(or_nothing(reported.map(|one| {
        let mark = if one.contradictory { " !" } else { "" };
        format!("{}{mark}", words::count(one.completed))
    })));
    cells.push(or_nothing(
        reported.and_then(|one| one.quality_mean).map(words::score),
    ));
    cells
}

pub(super) fn quality(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["scores"],
        &[
            "count",
            "overall",
            "completeness",
            "code quality",
            "documentation",
            "efficiency",
            "impact",
        ],
    );
    let quality = &report.quality;
    let rows = [
        ("assessed", quality.assessed),
        ("assessed before", quality.assessed_previous),
        ("drawn by a program", quality.automatic),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(name, scores)| Some(score_cells(name, &scores?)));
    let table = Table {
        columns,
        rows: rows.collect(),
    };
    Some(section(
        "Quality",
        "Nothing was assessed in this period.",
        table,
    ))
}

fn score_cells(name: &str, scores: &Scores) -> Vec<String> {
    let means = [
        scores.overall_mean,
        scores.completeness_mean,
        scores.code_quality_mean,
        scores.documentation_mean,
        scores.efficiency_mean,
        scores.impact_mean,
    ];
    let cells = [name.to_owned(), words::count(scores.count)];
    cells.into_iter().chain(means.map(words::score)).collect()
}
