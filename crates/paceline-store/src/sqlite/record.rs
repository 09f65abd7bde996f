//! The record: assessments, tool calls, figures of agents, sizes. Owns what is kept for reports;
//! refuses to judge it.

use paceline_core::quality::{Assess, Assessment, Scores, assess};
use paceline_core::tool_call::{self, Recorded, ToolCall};
use paceline_core::{AgentId, AssessmentId, Rejection, TaskId, Timestamp, limits};
use rusqlite::{Connection, Row};

use super::fault::{Fault, Outcome};
use super::txn::{Txn, int, many, one};
use super::{page, sql};
use crate::{AgentFigures, Page, PageRequest, ReportedFigures, Sizes};

pub(crate) fn judge(txn: &mut Txn<'_>, command: &Assess) -> Outcome<Assessment> {
    assess::check(command)?;
    let task = [command.task_id.as_str()];
    let agent_id = one(txn.db, sql::record::ASSESSED_TASK, task, |row| {
        Ok(row.get::<_, Option<String>>(0)?.map(AgentId::trusted))
    })?;
    let assessment = Assessment {
        assessment_id: command.assessment_id.clone(),
        task_id: command.task_id.clone(),
        agent_id: agent_id.ok_or_else(|| Rejection::unknown_task(&command.task_id))?,
        scores: command.scores,
        overall_score: assess::overall(&command.scores),
        notes: command.notes.clone(),
        assessed_by: command.assessed_by.clone(),
        assessed_at: txn.now.wall,
        automatic: false,
        imported: false,
    };
    if !insert_assessment(txn, &assessment)? {
        let problem = format!("`{}` exists already", assessment.assessment_id);
        return Err(Rejection::invalid("assessment_id", problem).into());
    }
    Ok(assessment)
}

/// Answers whether it was new. Automatic assessments are kept and never counted.
pub(crate) fn insert_assessment(txn: &mut Txn<'_>, assessment: &Assessment) -> Outcome<bool> {
    let scores = &assessment.scores;
    let added = txn.execute(
        sql::record::INSERT_ASSESSMENT,
        (
            assessment.assessment_id.as_str(),
            assessment.task_id.as_str(),
            assessment.agent_id.as_ref().map(AgentId::as_str),
            scores.completeness,
            scores.code_quality,
            scores.documentation,
            scores.efficiency,
            scores.impact,
            assessment.overall_score,
            &assessment.notes,
            &assessment.assessed_by,
            assessment.assessed_at.0,
            assessment.automatic,
            assessment.imported,
        ),
    )? == 1;
    if added {
        txn.count_rows("assessments", 1);
        if let Some(agent) = assessment
            .agent_id
            .as_ref()
            .filter(|_| !assessment.automatic)
        {
            let figures = txn.figures(agent);
            figures.quality_count += 1;
            figures.quality_sum += assessment.overall_score;
        }
    }
    Ok(added)
}

pub(crate) fn assessments(db: &Connection, request: &PageRequest) -> Outcome<Page<Assessment>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let found = many(db, sql::record::ASSESSMENTS, (below, limit + 1), |row| {
        Ok((row.get(0)?, read_assessment(row)?))
    })?;
    Ok(page::cut(found, limit))
}

pub(super) fn read_assessment(row: &Row<'_>) -> rusqlite::Result<Assessment> {
    Ok(Assessment {
        assessment_id: AssessmentId::trusted(row.get::<_, String>(1)?),
        task_id: TaskId::trusted(row.get::<_, String>(2)?),
        agent_id: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
        scores: Scores {
            completeness: row.get(4)?,
            code_quality: row.get(5)?,
            documentation: row.get(6)?,
            efficiency: row.get(7)?,
            impact: row.get(8)?,
        },
        overall_score: row.get(9)?,
        notes: row.get(10)?,
        assessed_by: row.get(11)?,
        assessed_at: Timestamp(row.get(12)?),
        automatic: row.get(13)?,
        imported: row.get(14)?,
    })
}

pub(crate) fn record_tool_calls(txn: &mut Txn<'_>, calls: &[ToolCall]) -> Outcome<Recorded> {
    let (got, max) = (calls.len() as u64, limits::TOOL_CALLS_PER_BATCH_MAX as u64);
    if max < got {
        let what = "tool calls in a batch";
        return Err(Rejection::LimitExceeded { what, max, got }.into());
    }
    calls.iter().try_for_each(tool_call::check)?;
    insert_tool_calls(txn, calls)
}

pub(crate) fn insert_tool_calls(txn: &mut Txn<'_>, calls: &[ToolCall]) -> Outcome<Recorded> {
    let mut recorded = Recorded::default();
    for (index, call) in (0..).zip(calls) {
        if insert_tool_call(txn, call)? {
            recorded.accepted += 1;
        } else {
            recorded.duplicates.push(index);
        }
    }
    txn.count_rows("tool_calls", i64::from(recorded.accepted));
    Ok(recorded)
}

fn insert_tool_call(txn: &Txn<'_>, call: &ToolCall) -> Outcome<bool> {
    let added = txn.execute(
        sql::record::INSERT_TOOL_CALL,
        (
            &call.call_id,
            call.agent_id.as_ref().map(AgentId::as_str),
            &call.session_id,
            &call.tool,
            &call.category,
            call.started_at.0,
            call.duration_ms,
            call.success,
            call.success_reported,
            &call.error,
            call.input_size.map(int),
            call.output_size.map(int),
        ),
    )?;
    Ok(added == 1)
}

pub(crate) fn tool_calls(db: &Connection, request: &PageRequest) -> Outcome<Page<ToolCall>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let found = many(db, sql::record::TOOL_CALLS, (below, limit + 1), |row| {
        Ok((row.get(0)?, read_tool_call(row)?))
    })?;
    Ok(page::cut(found, limit))
}

pub(super) fn read_tool_call(row: &Row<'_>) -> rusqlite::Result<ToolCall> {
    Ok(ToolCall {
        call_id: row.get(1)?,
        agent_id: row.get::<_, Option<String>>(2)?.map(AgentId::trusted),
        session_id: row.get(3)?,
        tool: row.get(4)?,
        category: row.get(5)?,
        started_at: Timestamp(row.get(6)?),
        duration_ms: row.get(7)?,
        success: row.get(8)?,
        success_reported: row.get(9)?,
        error: row.get(10)?,
        input_size: row.get(11)?,
        output_size: row.get(12)?,
    })
}

pub(crate) fn figures(db: &Connection) -> Outcome<Vec<AgentFigures>> {
    let rows = many(db, sql::task::FIGURES, [], |row| {
        let figures = AgentFigures {
            agent_id: Some(AgentId::trusted(row.get::<_, String>(0)?)),
            claimed: row.get(1)?,
            completed: row.get(2)?,
            failed: row.get(3)?,
            released: row.get(4)?,
            duration_ms_sum: row.get(5)?,
            quality_count: row.get(6)?,
            quality_sum: row.get(7)?,
            reported: None,
        };
        Ok((figures, row.get::<_, Option<String>>(8)?))
    })?;
    let with_reported = |(figures, reported): (AgentFigures, Option<String>)| {
        let parse = |text: String| serde_json::from_str::<ReportedFigures>(&text);
        let reported = reported.map(parse).transpose();
        let reported =
            reported.map_err(|error| Fault::Nonsense(format!("reported figures: {error}")))?;
        Ok(AgentFigures {
            reported,
            ..figures
        })
    };
    rows.into_iter().map(with_reported).collect()
}

/// Keys older than their promise, and memory entries whose time has come.
pub(crate) fn forget(txn: &mut Txn<'_>, limit: u32) -> Outcome<u32> {
    let before = txn.now.wall + -limits::IDEMPOTENCY_KEPT_MS;
    let keys = txn.execute(sql::record::FORGET_KEYS, (before.0, limit))?;
    txn.count_rows("idempotency_keys", -(keys as i64));
    let history = super::alert::forget(txn, limit)?;
    let entries = super::memory::delete::expired(txn, limit)?.saturating_add(history);
    Ok(entries.saturating_add(u32::try_from(keys).unwrap_or(u32::MAX)))
}

/// Tables whose rows are counted, by the names that metrics show.
const COUNTED: [&str; 9] = [
    "agents",
    "assessments",
    "idempotency_keys",
    "memory",
    "messages",
    "prerequisites",
    "task_events",
    "task_notes",
    "tool_calls",
];

pub(crate) fn sizes(db: &Connection, bytes: u64) -> Outcome<Sizes> {
    let counted = many(db, sql::record::ROWS, [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    let rows_of = |table: &str| {
        let found = counted.iter().find(|(name, _)| name == table);
        found.map_or(0, |(_, rows)| rows.unsigned_abs())
    };
    let tasks = super::task::status::run(db)?.counts.iter().sum();
    let mut rows = vec![("tasks", tasks)];
    rows.extend(COUNTED.iter().map(|table| (*table, rows_of(table))));
    let mut agents = [0; 4];
    let by_health = many(db, sql::record::AGENTS_BY_HEALTH, [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    for (health, count) in by_health {
        if let Some(place) = usize::try_from(health)
            .ok()
            .and_then(|at| agents.get_mut(at))
        {
            *place = count.unsigned_abs();
        }
    }
    Ok(Sizes {
        rows,
        bytes,
        agents,
    })
}
