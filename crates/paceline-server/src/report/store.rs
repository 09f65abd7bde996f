//! What a report takes from the store: tool calls, assessments, ended tasks, elections, agents. Owns
//! the paging.

use std::collections::{BTreeSet, HashMap};

use paceline_analysis::report::model::{
    AgentFigures, AgentRow, AlertRow, ElectionRow, ReportedAgentFigures,
};
use paceline_analysis::report::{QualitySample, TaskSample, ToolSample};
use paceline_analysis::{Period, ReportBuilder};
use paceline_core::election::{State, Term, TermEnd};
use paceline_core::task::Status;
use paceline_core::{AgentId, Now, Timestamp, quality, tool_call};
use paceline_store::{PageRequest, ReportedFigures, Span, Store, StoreError, TaskFigures};

/// Calls `$store.$list(page)` until there is no further page.
macro_rules! each_page {
    ($store:expr, $list:ident, $use_page:expr) => {{
        let mut cursor = None;
        loop {
            let limit = paceline_core::limits::PAGE_MAX;
            let request = paceline_store::PageRequest { limit, cursor };
            let done = $store
                .$list(request)
                .await
                .map_err(|failure| failure.error)?;
            let paceline_store::Page { items, next_cursor } = done.value;
            $use_page(items);
            cursor = next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }};
}
pub(crate) use each_page;

/// Tasks looked at, newest first; the rest of a larger store was submitted long before.
const TASKS_MAX: usize = 1_000_000;

pub(super) async fn add(
    store: &dyn Store,
    now: Now,
    period: &Period,
    builder: &mut ReportBuilder,
) -> Result<(), StoreError> {
    each_page!(store, tool_figures, |calls: Vec<tool_call::ToolCall>| {
        calls.iter().for_each(|call| add_call(builder, call));
    });
    each_page!(store, assessments, |rows: Vec<quality::Assessment>| {
        rows.iter().for_each(|row| builder.assessment(&sample(row)));
    });
    add_tasks(store, builder).await?;
    add_elections(store, now, period, builder).await?;
    add_alerts(store, period, builder).await?;
    let names = names(store).await?;
    let figures = store
        .agent_figures()
        .await
        .map_err(|failure| failure.error)?
        .value;
    for one in figures {
        let Some(agent_id) = one.agent_id.clone() else {
            continue;
        };
        builder.agent(AgentRow {
            name: names.get(&agent_id).cloned().flatten(),
            agent_id: agent_id.into_string(),
            proven: proven(&one),
            reported: one.reported.as_ref().map(reported),
        });
    }
    Ok(())
}

async fn add_alerts(
    store: &dyn Store,
    period: &Period,
    builder: &mut ReportBuilder,
) -> Result<(), StoreError> {
    let span = Span {
        from: Timestamp(period.from.0),
        to: Timestamp(period.to.0),
    };
    let noise = store.alert_noise(span).await;
    for one in noise.map_err(|failure| failure.error)?.value {
        builder.alert(AlertRow {
            rule: one.rule,
            fired: one.fired,
            told: one.told,
            acknowledged: one.acknowledged,
            ignored: one.ignored,
        });
    }
    Ok(())
}

async fn add_tasks(store: &dyn Store, builder: &mut ReportBuilder) -> Result<(), StoreError> {
    let (mut seen, mut cursor) = (0, None);
    loop {
        let limit = paceline_core::limits::PAGE_MAX;
        let answer = store.task_figures(PageRequest { limit, cursor }).await;
        let page = answer.map_err(|failure| failure.error)?.value;
        seen += page.items.len();
        page.items.iter().for_each(|task| add_task(builder, task));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(());
        }
        if TASKS_MAX <= seen {
            builder.gap(format!(
                "Of the tasks, the newest {TASKS_MAX} were looked at."
            ));
            return Ok(());
        }
    }
}

fn add_task(builder: &mut ReportBuilder, task: &TaskFigures) {
    let ended = [Status::Completed, Status::Failed].contains(&task.status);
    let (true, Some(agent), Some(at)) = (ended, &task.assigned_to, task.finished_at) else {
        return;
    };
    builder.task(&TaskSample {
        at_ms: at.0,
        agent_id: agent.as_str(),
        kind: task.agent_type.as_deref(),
        took_ms: task.started_at.map(|started| (at - started) as f64),
        completed: task.status == Status::Completed,
    });
}

async fn add_elections(
    store: &dyn Store,
    now: Now,
    period: &Period,
    builder: &mut ReportBuilder,
) -> Result<(), StoreError> {
    let mut names = Vec::new();
    each_page!(store, elections, |page: Vec<State>| names
        .extend(page.into_iter().map(|state| state.election)));
    names.retain(|name| !name.is_of_servers());
    for name in names {
        let answer = store.election(now, name.clone()).await;
        let (view, history) = answer.map_err(|failure| failure.error)?.value;
        let row = election_row(name.into_string(), view.epoch, &history, period);
        if 0 < row.terms {
            builder.election(row);
        }
    }
    Ok(())
}

fn election_row(election: String, epoch: u64, history: &[Term], period: &Period) -> ElectionRow {
    let within = |term: &&Term| (period.from.0..period.to.0).contains(&term.from.0);
    let terms: Vec<&Term> = history.iter().filter(within).collect();
    let ended = |by: TermEnd| {
        terms
            .iter()
            .filter(|term| term.ended_by == Some(by))
            .count() as u64
    };
    let mut by_time = terms.clone();
    by_time.sort_by_key(|term| term.from);
    let backwards = by_time
        .windows(2)
        .filter(|pair| pair[1].epoch <= pair[0].epoch);
    let leaders: BTreeSet<&str> = terms.iter().map(|term| term.leader.as_str()).collect();
    ElectionRow {
        election,
        terms: terms.len() as u64,
        expired: ended(TermEnd::Expired),
        died: ended(TermEnd::Died),
        resigned: ended(TermEnd::Resigned),
        leaders: leaders.len() as u64,
        epoch,
        backwards: backwards.count() as u64,
    }
}

async fn names(store: &dyn Store) -> Result<HashMap<AgentId, Option<String>>, StoreError> {
    let mut names = HashMap::new();
    each_page!(store, agents, |agents: Vec<paceline_core::agent::Agent>| {
        names.extend(agents.into_iter().map(|agent| (agent.agent_id, agent.name)));
    });
    Ok(names)
}

fn add_call(builder: &mut ReportBuilder, call: &tool_call::ToolCall) {
    builder.tool(&ToolSample {
        at_ms: call.started_at.0,
        tool: &call.tool,
        category: call.category.as_deref(),
        agent_id: call.agent_id.as_ref().map(AgentId::as_str),
        duration_ms: call.duration_ms,
        success: call.success,
        success_reported: call.success_reported,
    });
}

fn sample(row: &quality::Assessment) -> QualitySample<'_> {
    let scores = &row.scores;
    QualitySample {
        at_ms: row.assessed_at.0,
        agent_id: row.agent_id.as_ref().map(AgentId::as_str),
        automatic: row.automatic,
        overall: row.overall_score,
        scores: [
            scores.completeness,
            scores.code_quality,
            scores.documentation,
            scores.efficiency,
            scores.impact,
        ],
    }
}

fn proven(figures: &paceline_store::AgentFigures) -> AgentFigures {
    let ended = figures.completed + figures.failed;
    AgentFigures {
        claimed: figures.claimed,
        completed: figures.completed,
        failed: figures.failed,
        released: figures.released,
        task_mean_ms: mean(figures.duration_ms_sum as f64, ended).filter(|mean| 0.0 < *mean),
        quality_mean: mean(figures.quality_sum, figures.quality_count),
        quality_count: figures.quality_count,
    }
}

fn reported(figures: &ReportedFigures) -> ReportedAgentFigures {
    let scores = &figures.quality_scores;
    ReportedAgentFigures {
        claimed: figures.claimed,
        completed: figures.completed,
        task_mean_ms: figures.duration_ms_mean,
        quality_mean: mean(scores.iter().sum(), scores.len() as u64),
        contradictory: figures.claimed < figures.completed,
    }
}

pub(crate) fn mean(sum: f64, count: u64) -> Option<f64> {
    (0 < count).then(|| sum / count as f64)
}
