//! What a report takes from the store: tool calls, assessments, agents. Owns the paging.

use std::collections::HashMap;

use paceline_analysis::ReportBuilder;
use paceline_analysis::report::model::{AgentFigures, AgentRow, ReportedAgentFigures};
use paceline_analysis::report::{QualitySample, ToolSample};
use paceline_core::{AgentId, quality, tool_call};
use paceline_store::{ReportedFigures, Store, StoreError};

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

pub(super) async fn add(store: &dyn Store, builder: &mut ReportBuilder) -> Result<(), StoreError> {
    each_page!(store, tool_figures, |calls: Vec<tool_call::ToolCall>| {
        calls.iter().for_each(|call| add_call(builder, call));
    });
    each_page!(store, assessments, |rows: Vec<quality::Assessment>| {
        rows.iter().for_each(|row| builder.assessment(&sample(row)));
    });
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
        duration_ms: call.duration_ms,
        success: call.success,
        success_reported: call.success_reported,
    });
}

fn sample(row: &quality::Assessment) -> QualitySample {
    let scores = &row.scores;
    QualitySample {
        at_ms: row.assessed_at.0,
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
