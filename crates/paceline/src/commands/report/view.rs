//! The report on a terminal. Owns which columns fit there; refuses to judge: the verdict and the
//! gaps are the model's sentences.

use paceline_analysis::Report;
use paceline_analysis::report::model::{
    AgentRow, ErrorRow, OperationFigures, OperationRow, SlowOperation, ToolRow, WorkRow,
};

use crate::terminal::words::{duration_ms, share, short};
use crate::terminal::{Part, Present, Table, View};

const AGENTS_SHOWN: usize = 20;
const ERRORS_SHOWN: usize = 10;
const TEXT_SHOWN: usize = 60;
const OPERATIONS: &[&str] = &[
    "operation",
    "#count",
    "#ok",
    "#mean",
    "#p50",
    "#p95",
    "#p99",
    "#min",
    "#max",
    "#p95 before",
];
const NOTHING: &str = "–";

impl Present for Report {
    fn view(&self) -> View {
        let period = &self.period;
        let title = format!("{}, {} to {}", period.name, period.from, period.to);
        let view = self
            .verdict
            .lines()
            .fold(View::sentence(title), View::and_say);
        let view = advice(view, self);
        let operations = self.operations.iter().map(operation).collect();
        let view = with(view, "Operations", OPERATIONS, operations);
        let view = with(
            view,
            "Slowest",
            &["!at", "operation", "#took", "agent"],
            slowest(self),
        );
        let view = with(
            view,
            "Most frequent",
            &["operation", "#count", "#share", "#of the time"],
            frequent(self),
        );
        let errors = self
            .reliability
            .errors
            .iter()
            .take(ERRORS_SHOWN)
            .map(error)
            .collect();
        let view = with(view, "Errors", &["operation", "#count", "error"], errors);
        let tools = self.tools.iter().map(tool).collect();
        let view = with(
            view,
            "Tools",
            &["tool", "#calls", "#failed", "#mean", "#p95"],
            tools,
        );
        let work = self.work.iter().take(AGENTS_SHOWN).map(work).collect();
        let head = &[
            "agent",
            "#completed",
            "#failed",
            "#p50 a task",
            "#p95 a task",
            "#quality",
        ];
        let view = with(view, "Work of this period", head, work);
        let agents = self.agents.iter().take(AGENTS_SHOWN).map(agent).collect();
        let head = &[
            "agent",
            "#completed",
            "#failed",
            "#mean task",
            "#quality",
            "reported",
        ];
        let view = with(view, "Agents since their beginning", head, agents);
        self.gaps.iter().fold(view, |view, gap| view.and_say(gap))
    }
}

fn advice(view: View, report: &Report) -> View {
    if report.recommendations.is_empty() {
        return view;
    }
    let numbered = report.recommendations.iter().enumerate();
    let numbered = numbered.map(|(at, one)| format!("{}. {}", at + 1, one.action));
    numbered.fold(view.and_say("What to do first"), |view, line| {
        view.and_say(line)
    })
}

fn work(row: &WorkRow) -> Vec<String> {
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    vec![
        row.name.clone().unwrap_or_else(|| row.agent_id.clone()),
        row.completed.to_string(),
        row.failed.to_string(),
        or_nothing(row.task_p50_ms.map(duration_ms)),
        or_nothing(row.task_p95_ms.map(duration_ms)),
        or_nothing(row.quality_mean.map(|mean| format!("{mean:.2}"))),
    ]
}

fn with(view: View, heading: &str, head: &'static [&'static str], rows: Vec<Vec<String>>) -> View {
    if rows.is_empty() {
        return view;
    }
    view.and_say(heading)
        .and(Part::Table(Table::new(head, rows)))
}

fn operation(row: &OperationRow) -> Vec<String> {
    let before = row
        .previous
        .as_ref()
        .map(|figures| duration_ms(figures.durations.p95_ms));
    let mut cells = vec![row.operation.clone()];
    match &row.current {
        Some(figures) => cells.extend(figures_of(figures)),
        None => cells.extend(std::iter::repeat_n(NOTHING.to_owned(), 8)),
    }
    cells.push(before.unwrap_or_else(|| NOTHING.to_owned()));
    cells
}

fn figures_of(figures: &OperationFigures) -> [String; 8] {
    let durations = &figures.durations;
    [
        durations.count.to_string(),
        share(figures.success_rate),
        duration_ms(durations.mean_ms),
        duration_ms(durations.p50_ms),
        duration_ms(durations.p95_ms),
        duration_ms(durations.p99_ms),
        duration_ms(durations.min_ms),
        duration_ms(durations.max_ms),
    ]
}

fn slowest(report: &Report) -> Vec<Vec<String>> {
    let row = |slow: &SlowOperation| {
        vec![
            slow.at.to_string(),
            slow.operation.clone(),
            duration_ms(slow.duration_ms),
            slow.agent_id.clone().unwrap_or_default(),
        ]
    };
    report.slowest.iter().map(row).collect()
}

fn frequent(report: &Report) -> Vec<Vec<String>> {
    let rows = report.most_frequent.iter().map(|one| {
        vec![
            one.operation.clone(),
            one.count.to_string(),
            share(one.share),
            share(one.time_share),
        ]
    });
    rows.collect()
}

fn error(row: &ErrorRow) -> Vec<String> {
    vec![
        row.operation.clone(),
        row.count.to_string(),
        short(&row.error, TEXT_SHOWN),
    ]
}

fn tool(row: &ToolRow) -> Vec<String> {
    let Some(figures) = &row.current else {
        let nothing = || NOTHING.to_owned();
        return vec![
            row.tool.clone(),
            "0".to_owned(),
            nothing(),
            nothing(),
            nothing(),
        ];
    };
    vec![
        row.tool.clone(),
        figures.durations.count.to_string(),
        share(figures.failure_rate),
        duration_ms(figures.durations.mean_ms),
        duration_ms(figures.durations.p95_ms),
    ]
}

fn agent(row: &AgentRow) -> Vec<String> {
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let reported = row.reported.as_ref().map(|reported| {
        let doubt = if reported.contradictory {
            ", contradictory"
        } else {
            ""
        };
        format!("{} completed{doubt}", reported.completed)
    });
    vec![
        row.name.clone().unwrap_or_else(|| row.agent_id.clone()),
        row.proven.completed.to_string(),
        row.proven.failed.to_string(),
        or_nothing(row.proven.task_mean_ms.map(duration_ms)),
        or_nothing(row.proven.quality_mean.map(|mean| format!("{mean:.2}"))),
        reported.unwrap_or_default(),
    ]
}
