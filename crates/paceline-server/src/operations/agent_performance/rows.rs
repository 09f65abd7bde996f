//! What one page shows. Owns reading what only its agents need, and the words of the wire; refuses to
//! read more tool calls than a page may.

use std::sync::Arc;

use paceline_analysis::ranking::{self, Funnel, Measured, Place, Ranking, Standing, Verdict};
use paceline_analysis::tools::{self, Call, Patterns};
use paceline_api::{
    AgentMeasure, AgentPerformanceRow, AgentPlace, AgentUsage, AgentVerdict, ErrorCode,
    FunnelLines, FunnelPoints, KindPerformance, QualityMeans, RankingFunnel, RankingFunnels,
    ReportedPerformance, TaskTimes, Timestamp, ToolLoop, ToolPatterns, ToolPerformance,
    ToolSequence,
};
use paceline_core::tool_call::ToolCall;
use paceline_core::{AgentId, limits};
use paceline_metrics::Engine;
use paceline_store::{PageRequest, ReportedFigures, Span, StoreError};

use super::counted::{Counted, Member};
use super::usage::usage;
use crate::operations::gate::Passage;
use crate::operations::{ApiFailure, wire};

/// Tool calls of one agent, and of all of a page together.
const CALLS_MAX: usize = 5_000;
const CALLS_OF_PAGE_MAX: usize = 25_000;

pub(super) async fn rows(
    passage: &mut Passage<'_>,
    engine: &Arc<Engine>,
    counted: &Counted,
    shown: Vec<&Member>,
) -> Result<Vec<AgentPerformanceRow>, ApiFailure> {
    let calls_max = (CALLS_OF_PAGE_MAX / shown.len().max(1)).clamp(1, CALLS_MAX);
    let mut usages = usages(engine, &shown, counted.span).await?;
    let mut rows = Vec::with_capacity(shown.len());
    for member in shown {
        let agent = AgentId::trusted(&*member.agent_id);
        let tools = tools_of(passage, &agent, counted.span, calls_max).await?;
        let name = match passage.store().agent(agent).await {
            Ok(done) => done.value.name,
            // It left, or only files knew it.
            Err(failure) if matches!(failure.error, StoreError::Rejected(_)) => None,
            Err(failure) => return Err(failure.error.into()),
        };
        let standing = member.standing.map(|at| &counted.ranking.agents[at]);
        let usage = usages.next().flatten();
        rows.push(row(member, standing, name, usage, tools));
    }
    Ok(rows)
}

async fn usages(
    engine: &Arc<Engine>,
    shown: &[&Member],
    span: Span,
) -> Result<impl Iterator<Item = Option<AgentUsage>> + use<>, ApiFailure> {
    let agents: Vec<String> = shown.iter().map(|member| member.agent_id.clone()).collect();
    let engine = Arc::clone(engine);
    let asking = tokio::task::spawn_blocking(move || {
        let of = |agent: String| usage(&*engine, &agent, span);
        agents.into_iter().map(of).collect::<Vec<_>>()
    });
    let usages = asking
        .await
        .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))?;
    Ok(usages.into_iter())
}

async fn tools_of(
    passage: &mut Passage<'_>,
    agent: &AgentId,
    span: Span,
    calls_max: usize,
) -> Result<ToolPatterns, ApiFailure> {
    let mut calls: Vec<ToolCall> = Vec::new();
    let mut cursor = None;
    let is_complete = loop {
        let left = u32::try_from(calls_max - calls.len()).unwrap_or(u32::MAX);
        let limit = left.min(limits::FIGURES_PAGE_MAX);
        let request = PageRequest { limit, cursor };
        let answer = passage
            .store()
            .tool_calls_of(agent.clone(), span, request)
            .await;
        let page = passage.take(answer)?;
        calls.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || calls_max <= calls.len() {
            break cursor.is_none();
        }
    };
    // Read from the newest on, and told from the oldest on.
    let calls: Vec<Call<'_>> = calls.iter().rev().map(call).collect();
    Ok(patterns(tools::patterns(&calls), is_complete))
}

fn call(call: &ToolCall) -> Call<'_> {
    Call {
        tool: &call.tool,
        session: call.session_id.as_deref(),
        started_at_ms: call.started_at.0,
        duration_ms: call.duration_ms,
        success: call.success,
        input_size: call.input_size,
        output_size: call.output_size,
    }
}

fn row(
    member: &Member,
    standing: Option<&Standing>,
    name: Option<String>,
    usage: Option<AgentUsage>,
    tools: ToolPatterns,
) -> AgentPerformanceRow {
    let nothing = Standing::of_nothing(&member.agent_id);
    let standing = standing.unwrap_or(&nothing);
    let work = &standing.work;
    let ended = work.completed + work.failed;
    let quality = member.quality.means();
    AgentPerformanceRow {
        agent_id: member.agent_id.clone(),
        name,
        verdict: verdict(standing.verdict),
        evidence: standing.evidence.clone(),
        durations: measure(&standing.durations),
        failures: measure(&standing.failures),
        place: standing.place.map(place),
        tasks_claimed: work.claimed,
        tasks_completed: work.completed,
        tasks_failed: work.failed,
        tasks_retried: work.retried,
        tasks_released: work.released,
        tasks_lost: work.lost,
        tasks_running: work.running,
        success_rate: (0 < ended).then(|| work.completed as f64 / ended as f64),
        duration_ms_mean: work.durations.mean_ms,
        duration: times(&work.durations),
        waiting: times(&work.waits),
        quality_mean: quality.map(|means| means[0]),
        quality_count: member.quality.count,
        quality: quality.map(|means| quality_means(member.quality.count, means)),
        usage,
        tools,
        reported: member.reported.as_ref().map(reported),
    }
}

fn quality_means(count: u64, means: [f64; 6]) -> QualityMeans {
    let [
        overall_score,
        completeness,
        code_quality,
        documentation,
        efficiency,
        impact,
    ] = means;
    QualityMeans {
        count,
        overall_score,
        completeness,
        code_quality,
        documentation,
        efficiency,
        impact,
    }
}

fn reported(figures: &ReportedFigures) -> ReportedPerformance {
    let scores = &figures.quality_scores;
    ReportedPerformance {
        tasks_claimed: figures.claimed,
        tasks_completed: figures.completed,
        duration_ms_mean: figures.duration_ms_mean,
        quality_mean: crate::report::mean(scores.iter().sum(), scores.len() as u64),
        quality_count: scores.len() as u64,
        contradictory: figures.claimed < figures.completed,
        first_seen: wire::times(figures.first_seen),
        last_activity: wire::times(figures.last_activity),
    }
}

fn verdict(verdict: Verdict) -> AgentVerdict {
    match verdict {
        Verdict::AboveExpected => AgentVerdict::AboveExpected,
        Verdict::AsExpected => AgentVerdict::AsExpected,
        Verdict::BelowExpected => AgentVerdict::BelowExpected,
        Verdict::NotEnoughData => AgentVerdict::NotEnoughData,
    }
}

fn measure(measured: &Measured) -> AgentMeasure {
    AgentMeasure {
        verdict: verdict(measured.verdict),
        evidence: measured.evidence.clone(),
        compared: measured.compared,
        incomparable: measured.incomparable,
        observed: measured.observed,
        expected: measured.expected,
        low: measured.low,
        high: measured.high,
        z: measured.z,
    }
}

fn place(place: Place) -> AgentPlace {
    AgentPlace {
        place: place.place as u64,
        place_low: place.place_low as u64,
        place_high: place.place_high as u64,
        cost: place.cost,
        cost_low: place.cost_low,
        cost_high: place.cost_high,
    }
}

fn times(durations: &ranking::Durations) -> TaskTimes {
    TaskTimes {
        count: durations.count,
        mean_ms: durations.mean_ms,
        p50_ms: durations.p50_ms,
        p95_ms: durations.p95_ms,
        p99_ms: durations.p99_ms,
    }
}

pub(super) fn kind(kind: &ranking::Kind) -> KindPerformance {
    KindPerformance {
        agent_type: kind.name.clone(),
        agents: kind.agents as u64,
        completed: kind.completed,
        failed: kind.failed,
        running: kind.running,
        p50_ms: kind.p50_ms,
        p95_ms: kind.p95_ms,
    }
}

fn patterns(found: Patterns, is_complete: bool) -> ToolPatterns {
    let sequence = |one: tools::Sequence| ToolSequence {
        tools: one.tools,
        count: one.count,
    };
    ToolPatterns {
        calls: found.calls,
        failed: found.failed,
        is_complete,
        tools: found.tools.into_iter().map(tool).collect(),
        pairs: found.pairs.into_iter().map(sequence).collect(),
        triples: found.triples.into_iter().map(sequence).collect(),
        loops: found.loops.into_iter().map(looped).collect(),
        looped_calls: found.looped_calls,
        retried_calls: found.retries.retried,
        retries_succeeded: found.retries.succeeded,
    }
}

fn tool(tool: tools::ToolUse) -> ToolPerformance {
    ToolPerformance {
        tool: tool.tool,
        calls: tool.calls,
        failed: tool.failed,
        failure_rate: tool.failure_rate,
        mean_ms: tool.durations.mean_ms,
        p50_ms: tool.durations.p50_ms,
        p95_ms: tool.durations.p95_ms,
        total_ms: tool.total_ms,
    }
}

fn looped(one: tools::Loop) -> ToolLoop {
    ToolLoop {
        tools: one.tools,
        times: one.times,
        success: one.success,
        from: Timestamp(one.from_ms),
        to: Timestamp(one.to_ms),
    }
}

pub(super) fn funnels(ranking: &Ranking) -> RankingFunnels {
    RankingFunnels {
        durations: funnel(&ranking.durations),
        failures: funnel(&ranking.failures),
    }
}

fn funnel(funnel: &Funnel) -> RankingFunnel {
    let mut columns = RankingFunnel {
        target: funnel.target,
        points: FunnelPoints::default(),
        lines: FunnelLines::default(),
    };
    let points = &mut columns.points;
    for point in &funnel.points {
        points.agent_ids.push(point.agent.clone());
        points.tasks.push(point.tasks);
        points.values.push(point.value);
        points.low.push(point.low);
        points.high.push(point.high);
        points.verdicts.push(verdict(point.verdict));
    }
    let lines = &mut columns.lines;
    for curve in &funnel.curves {
        lines.tasks.push(curve.tasks);
        lines.inner_low.push(curve.inner_low);
        lines.inner_high.push(curve.inner_high);
        lines.outer_low.push(curve.outer_low);
        lines.outer_high.push(curve.outer_high);
    }
    columns
}
